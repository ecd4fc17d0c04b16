import { GetQueryResultsCommand, type QueryExecution } from "@aws-sdk/client-athena";
import { call } from "../api/command.ts";
import { athena } from "../services/athena.ts";

export interface ResultColumn {
  readonly name: string;
  readonly type: string;
  readonly isNumber: boolean;
}

/** A row's values as texts; undefined for a null. */
export type ResultRow = readonly (string | undefined)[];

export interface ResultPage {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];
  readonly next: string | undefined;
}

const numbers = /^(tinyint|smallint|int|integer|bigint|real|float|double|decimal)/;
const pageRows = 100;
/** What a page of the API has at most. */
const mostRows = 1_000;

/** Whether a query's first row has the names of its columns: those of rows and plans have, those of definitions have not. */
const hasHead = ({ StatementType, SubstatementType }: QueryExecution) =>
  StatementType === "DML" || SubstatementType === "EXPLAIN";

/** Reads a page of a result; the first has one row more, which has the names. */
export async function readResult(
  query: QueryExecution,
  NextToken: string | undefined,
  { signal, rows = pageRows }: { readonly signal?: AbortSignal; readonly rows?: number } = {},
): Promise<ResultPage> {
  const startsWithNames = NextToken === undefined && hasHead(query);
  const MaxResults = Math.min(rows + (startsWithNames ? 1 : 0), mostRows);
  const input = { QueryExecutionId: query.QueryExecutionId, NextToken, MaxResults };
  const { ResultSet, NextToken: next } = await call(athena, GetQueryResultsCommand, input, signal);
  const columns = (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = "", Type = "" }) => ({
    name: Name,
    type: Type,
    isNumber: numbers.test(Type),
  }));
  const all = (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue));
  return { columns, rows: startsWithNames ? all.slice(1) : all, next };
}

/** Reads rows from the beginning, at most so many. */
export async function readRows(query: QueryExecution, most: number, signal: AbortSignal): Promise<ResultPage> {
  const rows: ResultRow[] = [];
  let columns: readonly ResultColumn[] = [];
  let next: string | undefined;
  do {
    const page = await readResult(query, next, { signal, rows: mostRows });
    if (columns.length === 0) columns = page.columns;
    rows.push(...page.rows);
    next = page.next;
  } while (next !== undefined && rows.length < most);
  return { columns, rows: rows.slice(0, most), next };
}

/** Rows as a spreadsheet takes them from the clipboard. */
export const asTabbedText = ({ columns, rows }: Pick<ResultPage, "columns" | "rows">): string =>
  [columns.map(({ name }) => name), ...rows]
    .map((row) => row.map((value) => (value ?? "").replaceAll(/[\t\n\r]/g, " ")).join("\t"))
    .join("\n");
