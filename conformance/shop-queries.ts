import { Athena } from "@aws-sdk/client-athena";
import { expect } from "vitest";
import type { TestServer } from "./server.ts";

/** Asks Athena in the database "shop"; results go to the bucket "lake". */
export function shopQueries(server: Pick<TestServer, "clientOptions">) {
  async function ended(QueryString: string) {
    const athena = new Athena(server.clientOptions);
    const { QueryExecutionId } = await athena.startQueryExecution({
      ...{ QueryString, QueryExecutionContext: { Database: "shop" } },
      ResultConfiguration: { OutputLocation: "s3://lake/results/" },
    });
    for (;;) {
      const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
      if (["QUEUED", "RUNNING"].includes(QueryExecution!.Status!.State!)) continue;
      return { id: QueryExecutionId!, reason: QueryExecution!.Status!.StateChangeReason };
    }
  }
  return {
    /** Why a statement failed; undefined when it did not. */
    reason: async (statement: string) => (await ended(statement)).reason,
    /** The rows of a result, of which the first has the names of the columns. */
    async rows(statement: string): Promise<(string | undefined)[][]> {
      const { id, reason } = await ended(statement);
      expect([statement, reason]).toEqual([statement, undefined]);
      const { ResultSet } = await new Athena(server.clientOptions).getQueryResults({ QueryExecutionId: id });
      return ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
    },
  };
}
