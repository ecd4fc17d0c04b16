/** A name as a statement has it whatever it is: names of features may be words of the language. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
