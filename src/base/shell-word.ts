/**
 * Returns a text as one word of a POSIX shell command, in single quotes when a shell would interpret any character of
 * it.
 */
export const shellWord = (text: string): string =>
  // Within single quotes only the quote itself is interpreted.
  /^[\w./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
