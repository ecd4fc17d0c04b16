import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import {
  formatOfName,
  queryOfTable,
  type TableFile,
  type TableQuery,
  tableFormats,
} from "../../prep/flows/analysis-flow.ts";
import { type Arguments, CommandError } from "../define-command.ts";

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
  delimiter: { value: "CHARACTER", words: "what divides the values of CSV, such as ; or \\t; else a comma" },
  encoding: { value: "NAME", words: "how the texts of CSV are encoded, such as utf-16 or iso-8859-1; else utf-8" },
  "no-header": { words: "the first line of CSV has values; the columns are called _c0, _c1 and so on" },
} as const;

export const tableNotes = `TABLE is a file or a folder of files of this machine, which needs no server, or s3://BUCKET/KEY, or DATABASE.TABLE of the Data Catalog. What is not
a file of this machine is looked at by a processing job of the running server; tables and queries are answered by Athena.`;

type Options = Readonly<Record<string, string>>;
type Given = Pick<Arguments, "options" | "switches">;

/** Returns the table that a command is given, by a word or by `--query`. @throws CommandError */
export function givenTable(command: string, word: string | undefined, given: Given): TableSource {
  const { options } = given;
  if (options.query === undefined) {
    if (word === undefined) throw new CommandError(`${command} takes a TABLE, or --query "SELECT ...".`, 2);
    return tableSource(word, given);
  }
  if (word !== undefined)
    throw new CommandError(`${command} looks at one table: give ${word} or --query, and not both.`, 2);
  return querySource(options.query, options);
}

/** What a word names: a query, a file, or a table of the Data Catalog where there is no such file. @throws CommandError */
export function tableSource(word: string, { options, switches }: Given): TableSource {
  if (/^\s*(?:select|with|values|table)\b\s*[^.]/i.test(word) && /\s/.test(word)) return querySource(word, options);
  const files = filesOf(word);
  const told = formatOfName(files?.[0] ?? word);
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
  const { delimiter, encoding } = options;
  return {
    ...{ kind: "file", uri: word, format },
    delimiter: delimiter === "\\t" ? "\t" : (delimiter ?? told?.delimiter ?? ","),
    ...(encoding !== undefined && { encoding }),
    ...(switches.has("no-header") && { hasHeader: false }),
    ...((files !== undefined || word.endsWith("/")) && { isFolder: true }),
  };
}

/** The files below a folder of this machine; undefined of what is none. @throws CommandError for one without files */
function filesOf(word: string): readonly string[] | undefined {
  if (word.startsWith("s3://") || !statSync(word, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const files = readdirSync(word, { recursive: true, withFileTypes: true })
    .filter((one) => !one.isDirectory() && !/^[._]/.test(one.name))
    .map(({ name, parentPath }) => join(parentPath, name))
    .sort();
  if (files.length === 0) throw new CommandError(`The folder ${word} has no file.`, 2);
  return files;
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
