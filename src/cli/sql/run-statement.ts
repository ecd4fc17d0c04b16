import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { CommandError } from "../define-command.ts";
import type { AthenaClient } from "./athena-client.ts";
import { type FormatName, rowFormats, textLines } from "./row-formats.ts";

export interface SqlOptions {
  readonly format: FormatName;
  readonly database?: string | undefined;
  readonly workgroup?: string | undefined;
  /** Where results go: "s3://bucket/prefix/". */
  readonly output?: string | undefined;
}

export interface SqlScreen {
  readonly out: NodeJS.WritableStream & {
    readonly columns?: number;
    readonly isTTY?: boolean;
    readonly errored?: unknown;
  };
  /** For what is no row: counts, times. */
  note(text: string): void;
}

/** The exit code of a command that Ctrl-C has ended. */
const interrupted = 130;

/**
 * Runs a statement and writes its rows. An abort of `signal` stops the query.
 * @throws CommandError with the query's reason
 */
export async function runStatement(
  client: AthenaClient,
  statement: string,
  options: SqlOptions,
  screen: SqlScreen,
  signal: AbortSignal,
): Promise<void> {
  const { database, workgroup, output } = options;
  const { QueryExecutionId } = await client.call("StartQueryExecution", {
    QueryString: statement,
    ...(database !== undefined && { QueryExecutionContext: { Database: database } }),
    ...(workgroup !== undefined && { WorkGroup: workgroup }),
    ...(output !== undefined && { ResultConfiguration: { OutputLocation: output } }),
  });
  const ended = await endOf(client, QueryExecutionId, signal);
  const { ResultConfiguration, Statistics = {}, Status } = ended;
  if (Status.State === "CANCELLED") throw new CommandError("The query was cancelled.", interrupted);
  if (Status.State !== "SUCCEEDED") throw new CommandError(Status.StateChangeReason ?? `The query is ${Status.State}.`);
  const isText = ResultConfiguration.OutputLocation.endsWith(".txt");
  const rows = await writeRows(client, QueryExecutionId, isText, options.format, screen, signal);
  if (screen.out.isTTY && !isText) {
    const { DataScannedInBytes = 0, TotalExecutionTimeInMillis = 0 } = Statistics;
    screen.note(
      `${rows} ${rows === 1 ? "row" : "rows"}, ${DataScannedInBytes} bytes read, ${TotalExecutionTimeInMillis} ms`,
    );
  }
}

const firstPauseMilliseconds = 4;
const longestPauseMilliseconds = 250;

async function endOf(client: AthenaClient, QueryExecutionId: string, signal: AbortSignal) {
  let isStopped = false;
  for (let pause = firstPauseMilliseconds; ; pause = Math.min(longestPauseMilliseconds, pause * 1.4)) {
    const { QueryExecution } = await client.call("GetQueryExecution", { QueryExecutionId });
    if (!["QUEUED", "RUNNING"].includes(QueryExecution.Status.State)) return QueryExecution;
    if (signal.aborted && !isStopped) {
      isStopped = true;
      await client.call("StopQueryExecution", { QueryExecutionId });
      continue;
    }
    await delay(pause, undefined, isStopped ? {} : { signal }).catch(() => {});
  }
}

async function writeRows(
  client: AthenaClient,
  QueryExecutionId: string,
  isText: boolean,
  format: FormatName,
  { out }: SqlScreen,
  signal: AbortSignal,
): Promise<number> {
  const write = async (text: string) => {
    if (out.errored) throw new CommandError("");
    if (text !== "" && !out.write(text) && !signal.aborted) await once(out, "drain", { signal });
  };
  const shown = rowFormats[format](out.isTTY ? out.columns : undefined);
  let count = 0;
  const lines: (readonly (string | undefined)[])[] = [];
  for (let NextToken: string | undefined, page = 0; ; page++) {
    const answer = await client.call("GetQueryResults", { QueryExecutionId, ...(NextToken && { NextToken }) });
    if (signal.aborted) throw new CommandError("", interrupted);
    const { ResultSetMetadata, Rows } = answer.ResultSet;
    const all = Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue));
    if (isText) lines.push(...all);
    else if (page === 0 && all.length === 0) {
      // A statement that writes somewhere else has not even the names.
      await write(format === "json" ? "[]\n" : "");
      return answer.UpdateCount ?? 0;
    } else {
      if (page === 0)
        await write(shown.begin(ResultSetMetadata.ColumnInfo.map(({ Name, Type }) => ({ name: Name, type: Type }))));
      // The first row of a result is the names of its columns.
      const rows = page === 0 ? all.slice(1) : all;
      count += rows.length;
      if (rows.length > 0) await write(shown.page(rows));
    }
    ({ NextToken } = answer);
    if (NextToken === undefined) break;
  }
  await write(isText ? textLines[format](lines) : shown.end());
  return count;
}
