/** What a person types as a pattern of CloudWatch's. A text with signs of other meaning is searched as it stands. */
export const filterPattern = (text: string): string =>
  /^[\w\s]+$/.test(text) || /^[{["?%-]/.test(text) ? text : JSON.stringify(text);
