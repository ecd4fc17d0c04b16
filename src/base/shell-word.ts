/** A text as one word of a POSIX shell command, in single quotes when it holds a character that a shell interprets. */
export const shellWord = (text: string): string =>
  // Within single quotes only the quote itself is interpreted.
  /^[\w./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
