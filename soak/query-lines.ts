import { Athena } from "@aws-sdk/client-athena";
import { clientsOf } from "../conformance/clients.ts";
import type { TestServer } from "../conformance/server.ts";

const lookMilliseconds = 50;

/** Runs a query of Athena, and returns the lines of its result without the first, cells in quotes and between commas. */
export async function queryLines(server: TestServer, QueryString: string, bucket: string): Promise<string[]> {
  const athena = new Athena({ ...server.clientOptions, maxAttempts: 1 });
  const { QueryExecutionId } = await athena.startQueryExecution({
    QueryString,
    ResultConfiguration: { OutputLocation: `s3://${bucket}/results/` },
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId });
    const { State, StateChangeReason } = QueryExecution!.Status!;
    if (State === "FAILED" || State === "CANCELLED") throw new Error(`${QueryString}: ${StateChangeReason}`);
    if (State === "SUCCEEDED") break;
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
  const result = await clientsOf(server).s3.getObject({ Bucket: bucket, Key: `results/${QueryExecutionId}.csv` });
  return (await result.Body!.transformToString()).trimEnd().split("\n").slice(1);
}
