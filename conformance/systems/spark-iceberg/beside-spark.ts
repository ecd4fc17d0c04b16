import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Athena } from "@aws-sdk/client-athena";
import { expect, type TestContext } from "vitest";
import type { TestServer } from "../../server.ts";
import { runClient } from "../client-program.ts";
import { sparkIceberg } from "./spark-iceberg.ts";

/** Spark 3.5 runs on Java 17, which need not be the machine's own. */
const machines = "/usr/lib/jvm";
const names = existsSync(machines) ? readdirSync(machines) : [];
const javaHome = names
  .filter((name) => /\b17\b/.test(name))
  .map((name) => join(machines, name))
  .find((home) => existsSync(join(home, "bin", "java")));

/** Spark takes long to start where there are few cores. */
const programSeconds = 400;

type Rows<Value> = readonly (readonly Value[])[];

/** Asks Athena and Spark about tables of the database "ice"; results of Athena go to the bucket "lake". */
export function besideSpark(server: TestServer) {
  return {
    /** The rows of a statement, without the header. */
    async athena(QueryString: string): Promise<Rows<string | undefined>> {
      const client = new Athena(server.clientOptions);
      const { QueryExecutionId } = await client.startQueryExecution({
        ...{ QueryString, QueryExecutionContext: { Database: "ice" } },
        ResultConfiguration: { OutputLocation: "s3://lake/results/" },
      });
      for (;;) {
        const { QueryExecution } = await client.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
        const { State, StateChangeReason } = QueryExecution!.Status!;
        if (State === "QUEUED" || State === "RUNNING") continue;
        expect([QueryString, StateChangeReason]).toEqual([QueryString, undefined]);
        const { ResultSet } = await client.getQueryResults({ QueryExecutionId: QueryExecutionId! });
        return ResultSet!.Rows!.slice(1).map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
      }
    },

    /** The rows of each statement; those of a list are run at the same time. */
    async spark(context: TestContext, ...statements: (string | string[])[]): Promise<Rows<string | null>[]> {
      const program = join(import.meta.dirname, "ask_spark.py");
      const command = ["{folder}/python/bin/python", program, "{folder}/jars", JSON.stringify(statements)];
      const environment = ["SPARK_LOCAL_IP=127.0.0.1", ...(javaHome === undefined ? [] : [`JAVA_HOME=${javaHome}`])];
      const words = ["env", ...environment, ...command];
      const lines = await runClient(context, server, sparkIceberg, words, programSeconds);
      return lines.filter((line) => line.startsWith("rows ")).map((line) => JSON.parse(line.slice("rows ".length)));
    },
  };
}
