/** A file's name as one word of a shell command: in quotes when it holds more than letters, digits and `._/-`. */
export const shellWord = (name: string): string =>
  /^[\w./][\w./-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
