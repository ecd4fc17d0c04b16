import { existsSync } from "node:fs";
import { basename } from "node:path";
import {
  formatOfName,
  queryOfTable,
  type TableFile,
  type TableQuery,
  tableFormats,
} from "../../prep/flows/analysis-flow.ts";
import { CommandError } from "../define-command.ts";

/** What a command is told to look at; where Athena writes rows is settled with the server. */
export type TableSource = TableFile | QuerySource;

export interface QuerySource extends Omit<TableQuery, "outputUri"> {
  /** The table of the Data Catalog that the query reads all of, where one was named. */
  readonly table?: { readonly database: string; readonly name: string };
}

/** The options of commands that look at a table. */
export const tableOptions = {
  query: { value: "SELECT", words: "looks at the rows of a query of Athena, in place of TABLE" },
  database: { value: "NAME", words: "the database of names without one in a query; else default" },
  workgroup: { value: "NAME", words: "the work group of Athena that answers; else primary" },
  format: { value: "FORMAT", words: `${tableFormats.join(", ")}; else told by the file's name` },
  delimiter: { value: "CHARACTER", words: "what divides the values of CSV; else a comma" },
} as const;

export const tableNotes = `TABLE is a file of this machine, which needs no server, or s3://BUCKET/KEY, or DATABASE.TABLE of the Data Catalog. What is not
a file of this machine is looked at by a processing job of the running server; tables and queries are answered by Athena.`;

type Options = Readonly<Record<string, string>>;

/** Returns the table that a command is given, by a word or by `--query`. @throws CommandError */
export function givenTable(command: string, word: string | undefined, options: Options): TableSource {
  if (options.query === undefined) {
    if (word === undefined) throw new CommandError(`${command} takes a TABLE, or --query "SELECT ...".`, 2);
    return tableSource(word, options);
  }
  if (word !== undefined)
    throw new CommandError(`${command} looks at one table: give ${word} or --query, and not both.`, 2);
  return querySource(options.query, options);
}

/** What a word names: a query, a file, or a table of the Data Catalog where there is no such file. @throws CommandError */
export function tableSource(word: string, options: Options): TableSource {
  if (/^\s*(?:select|with|values|table)\b\s*[^.]/i.test(word) && /\s/.test(word)) return querySource(word, options);
  const told = formatOfName(word);
  const [, database, name] = /^([^./\\\s]+)\.([^./\\\s]+)$/.exec(word) ?? [];
  const isFile = options.format !== undefined || told !== undefined || existsSync(word);
  if (database !== undefined && !isFile)
    return { ...querySource(queryOfTable(database, name!), options), table: { database, name: name! } };
  const format = tableFormats.find((one) => one === (options.format ?? told?.format));
  if (format === undefined)
    throw new CommandError(
      `${options.format === undefined ? `${basename(word)} does not say how it is written` : `--format is "${options.format}"`}; give --format ${tableFormats.join(", --format ")}.`,
      2,
    );
  return { kind: "file", uri: word, format, delimiter: options.delimiter ?? told?.delimiter ?? "," };
}

function querySource(sql: string, { database, workgroup }: Options): QuerySource {
  if (sql.trim() === "") throw new CommandError('The query is empty; give one such as "SELECT * FROM shop.orders".', 2);
  return {
    kind: "query",
    sql,
    ...(database !== undefined && { database }),
    ...(workgroup !== undefined && { workGroup: workgroup }),
  };
}
