/** Writes a name into a statement. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Writes a text into a statement. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
