import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { AthenaQuery } from "../../images/query-plan.ts";
import { downloadObjects } from "../channels/download-objects.ts";
import { createObjectClient } from "../object-client.ts";
import { persistence } from "../requests/persistence.ts";
import { readText, sendRequest } from "../requests/send-request.ts";
import type { RequestKey } from "../requests/signed-headers.ts";
import { QueryFault } from "./query-fault.ts";
import { writeEmpty } from "./write-rows.ts";

const [firstLookMilliseconds, lastLookMilliseconds] = [100, 2_000];

interface Execution {
  readonly QueryExecution: { readonly Status: { readonly State: string; readonly StateChangeReason?: string } };
}
interface Results {
  readonly ResultSet: {
    readonly ResultSetMetadata: { readonly ColumnInfo: readonly { readonly Name: string; readonly Type: string }[] };
  };
}

/**
 * Has Athena write the rows of a query to S3, as the owner of the key, and brings the files to a folder. Without rows there
 * is one file that has the columns alone. The files stay in S3.
 *
 * @throws QueryFault with what Athena says of the query
 */
export async function askAthena(
  query: AthenaQuery,
  folder: string,
  key: RequestKey,
  signal: AbortSignal,
): Promise<void> {
  const persistently = persistence({ signal });
  async function call<Answer>(operation: string, input: object, ending?: AbortSignal): Promise<Answer> {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AmazonAthena.${operation}`,
    };
    const body = JSON.stringify(input);
    const send = async () =>
      readText(await sendRequest({ method: "POST", path: "/", service: "athena", headers, body, key }, ending));
    return JSON.parse(await (ending ? persistently(send) : send()));
  }

  /** Returns the query's id once it has succeeded. */
  async function run(sql: string): Promise<string> {
    const context = {
      ...(query.catalog && { Catalog: query.catalog }),
      ...(query.database && { Database: query.database }),
    };
    const { QueryExecutionId } = await call<{ readonly QueryExecutionId: string }>(
      "StartQueryExecution",
      {
        QueryString: sql,
        ClientRequestToken: randomUUID(),
        QueryExecutionContext: context,
        ResultConfiguration: { OutputLocation: query.outputUri },
        ...(query.workGroup && { WorkGroup: query.workGroup }),
      },
      signal,
    );
    try {
      for (let wait = firstLookMilliseconds; ; wait = Math.min(wait * 1.5, lastLookMilliseconds)) {
        const { QueryExecution } = await call<Execution>("GetQueryExecution", { QueryExecutionId }, signal);
        const { State, StateChangeReason = State } = QueryExecution.Status;
        if (State === "SUCCEEDED") return QueryExecutionId;
        if (State === "FAILED" || State === "CANCELLED")
          throw new QueryFault(`Athena says of its query ${QueryExecutionId}: ${StateChangeReason}`);
        await delay(wait, undefined, { signal });
      }
    } catch (error) {
      if (signal.aborted) await call("StopQueryExecution", { QueryExecutionId }).catch(() => {});
      throw error;
    }
  }

  try {
    const place = `${query.outputUri.replace(/\/+$/, "")}/${randomUUID().replaceAll("-", "")}/data/`;
    const options = [
      `format = '${query.format}'`,
      ...(query.compression ? [`compression = '${query.compression}'`] : []),
    ];
    const sql = query.sql.trim().replace(/;+\s*$/, "");
    await run(`UNLOAD (${sql}) TO '${place}' WITH (${options.join(", ")})`);
    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place)!;
    const objects = createObjectClient({ signal, key });
    const found = await objects.list(bucket!, prefix!)[Symbol.asyncIterator]().next();
    if (!found.done) {
      const lend = () => Promise.resolve({ cannot: "These are read by the role's key." });
      const wanted = { type: "S3Prefix", bucket: bucket!, key: prefix! } as const;
      return await downloadObjects(wanted, "the query's rows", folder, { ...objects, lend });
    }
    const id = await run(`SELECT * FROM (${sql}) LIMIT 0`);
    const { ResultSet } = await call<Results>("GetQueryResults", { QueryExecutionId: id }, signal);
    const columns = ResultSet.ResultSetMetadata.ColumnInfo.map(({ Name, Type }) => ({ name: Name, type: Type }));
    await writeEmpty(columns, folder);
  } catch (error) {
    const { $metadata, message, name } = error as Error & { $metadata?: unknown };
    // A refusal of the API: of the role's rights, of a work group or a database that is not there.
    if ($metadata !== undefined) throw new QueryFault(`Athena refuses the query: ${name}: ${message}`);
    throw error;
  }
}
