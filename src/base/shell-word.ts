/** A text as one word of a POSIX shell command, in single quotes when it holds a character that means something there. */
export const shellWord = (text: string): string =>
  // Within single quotes a shell takes every character as it is, except the quote itself.
  /^[\w./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
