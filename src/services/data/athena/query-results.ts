import type { Readable } from "node:stream";
import { Fault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { invalidRequest } from "./athena-faults.ts";
import { onAnyWorkGroup } from "./athena-permissions.ts";
import { createCsvReader } from "./csv-rows.ts";
import { findQuery } from "./query-execution.ts";
import { readMetadata } from "./result-metadata.ts";

const mostRows = 1000;

/** The statements of which it is told how many rows they wrote. */
const counted: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE", "CREATE_TABLE_AS_SELECT"]);

/** Reads results a page at a time from the object that the query has put: a page begins where the one before ended. */
export const queryResults = defineOperations(
  "athena",
  { GetQueryResults: onAnyWorkGroup("GetQueryResults") },
  {
    async GetQueryResults(input, context) {
      const { QueryExecutionId, MaxResults = mostRows, NextToken, QueryResultType = "DATA_ROWS" } = input;
      const { actual, status } = await findQuery(context, QueryExecutionId);
      if (status === "FAILED" || status === "CANCELLED")
        throw invalidRequest(`Query did not finish successfully. Final query state: ${status}`, "INVALID_QUERY_STATUS");
      if (status !== "SUCCEEDED")
        throw invalidRequest(`Query has not yet finished. Current state: ${status}`, "QUERY_NOT_FINISHED");
      if (MaxResults > mostRows) throw invalidRequest(`MaxResults is more than maximum allowed length ${mostRows}`);
      const from = offsetOf(NextToken);
      if (QueryResultType === "DATA_MANIFEST") {
        const { manifest, substatementType } = actual;
        if (manifest === undefined) throw invalidRequest(`${substatementType} wrote no manifest: ask for DATA_ROWS.`);
        return shownRows([], await linesOf(context, manifest, from, MaxResults), 0);
      }
      const [columns, page] = await Promise.all([
        columnsOf(context, actual.location),
        actual.location.endsWith(".csv")
          ? rowsOf(context, actual.location, from, MaxResults)
          : linesOf(context, actual.location, from, MaxResults),
      ]);
      return shownRows(columns, page, counted.has(actual.substatementType) ? (actual.statistics.outputRows ?? 0) : 0);
    },
  },
);

function shownRows(columns: ReturnType<typeof readMetadata>, page: Page, UpdateCount: number) {
  return {
    UpdateCount,
    ResultSet: {
      Rows: page.rows.map((row) => ({
        Data: row.map((value) => (value === undefined ? {} : { VarCharValue: value })),
      })),
      ResultSetMetadata: {
        ColumnInfo: columns.map(({ name, type, precision, scale, caseSensitive }) => ({
          ...{ CatalogName: "hive", SchemaName: "", TableName: "", Name: name, Label: name },
          ...{
            Type: type,
            Precision: precision,
            Scale: scale,
            Nullable: "UNKNOWN" as const,
            CaseSensitive: caseSensitive,
          },
        })),
      },
    },
    NextToken: page.next === undefined ? undefined : tokenOf(page.next),
  };
}

const tokenOf = (offset: number): string => Buffer.from(`result:${offset}`).toString("base64url");

function offsetOf(token: string | undefined): number {
  if (token === undefined || token === "") return 0;
  const [, offset] = /^result:(\d{1,15})$/.exec(Buffer.from(token, "base64url").toString("latin1")) ?? [];
  if (offset === undefined) throw invalidRequest(`Invalid NextToken: ${token}`);
  return Number(offset);
}

interface Page {
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** The byte at which the next page begins. */
  readonly next?: number;
}

async function bodyOf(context: Context, location: string, from = 0): Promise<Readable | undefined> {
  const { bucket, key } = parseS3Location(location)!;
  try {
    const range = from > 0 ? { Range: `bytes=${from}-` } : {};
    const { Body } = await context.call("s3", "GetObject", { Bucket: bucket, Key: key, ...range });
    return Body as unknown as Readable;
  } catch (error) {
    if (error instanceof Fault && (error.code === "NoSuchKey" || error.code === "NoSuchBucket")) return undefined;
    if (error instanceof Fault && error.code === "InvalidRange") return undefined;
    throw error;
  }
}

async function columnsOf(context: Context, location: string) {
  const body = await bodyOf(context, `${location}.metadata`);
  return body ? readMetadata(Buffer.concat(await body.toArray())) : [];
}

const gone = (location: string) =>
  invalidRequest(`Could not find results: ${location} does not exist any more.`, "QUERY_RESULTS_NOT_FOUND");

async function rowsOf(context: Context, location: string, from: number, most: number): Promise<Page> {
  const body = await bodyOf(context, location, from);
  if (!body) {
    if (from > 0) return { rows: [] };
    throw gone(location);
  }
  const reader = createCsvReader();
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      reader.take(piece);
      if (reader.rows.length > most) break;
    }
  } finally {
    body.destroy();
  }
  const hasMore = reader.rows.length > most;
  return {
    rows: reader.rows.slice(0, most).map(({ values }) => values),
    ...(hasMore && { next: from + reader.rows[most - 1]!.end }),
  };
}

async function linesOf(context: Context, location: string, from: number, most: number): Promise<Page> {
  const body = await bodyOf(context, location);
  if (!body) throw gone(location);
  const text = Buffer.concat(await body.toArray()).toString("utf8");
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const end = from + most;
  return { rows: lines.slice(from, end).map((line) => [line]), ...(end < lines.length && { next: end }) };
}
