import { identifier, literal } from "./quote.ts";

/** What readers call the column with the path of a row's file. No column of a table is called so. */
const name = "$reader$file";

export const fileColumn = identifier(name);

/** The option of a reader that adds it. */
export const withFile = `filename = ${literal(name)}`;

/**
 * A column of a file. DuckDB takes a test of one that is called "filename" for a test of the file's path, and leaves the file
 * out, unless it sees that the value needs the path itself.
 */
export const columnIn = (column: string, from = ""): string =>
  column.toLowerCase() === "filename"
    ? `CASE WHEN ${from}${fileColumn} IS NOT NULL THEN ${from}${identifier(column)} END`
    : `${from}${identifier(column)}`;
