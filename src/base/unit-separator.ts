/** ASCII's unit separator, U+001F: joins names to one text. AWS's patterns leave it out of almost every name. */
export const unitSeparator = "\u001F";
