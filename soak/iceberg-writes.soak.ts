import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Athena } from "@aws-sdk/client-athena";
import { S3 } from "@aws-sdk/client-s3";
import { createTestServer, root, type TestServer } from "../conformance/server.ts";
import { defineSoak } from "./define-soak.ts";

const [athenaWriters, pythonWriters] = [6, 2];
const python = join(root, ".venv-v3", "bin");

const append = (id: string) => `
import os, pyarrow as pa
from pyiceberg.catalog import load_catalog
ep = os.environ["AWS_ENDPOINT_URL"]
catalog = load_catalog("glue", **{"type": "glue", "glue.endpoint": ep, "s3.endpoint": ep})
catalog.load_table("soak.events").append(pa.table({"id": ["${id}"], "n": pa.array([0], pa.int64())}))
`;

/** Tries until the server is there and answers. */
async function insist<Result>(server: TestServer, ask: (athena: Athena) => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask(new Athena({ ...server.clientOptions, maxAttempts: 1 }));
    } catch (error) {
      if ((error as { readonly $fault?: string }).$fault === "client" && !/ECONN|socket/.test(String(error)))
        throw error;
      await pause(50);
    }
  }
}

/** Runs a statement to its end; the same token starts one query, however often it is asked. */
async function run(server: TestServer, QueryString: string, token: string): Promise<string> {
  const { QueryExecutionId } = await insist(server, (athena) =>
    athena.startQueryExecution({
      ...{ QueryString, ClientRequestToken: `${token}-of-the-soak-of-iceberg-writes` },
      ResultConfiguration: { OutputLocation: "s3://soak/results/" },
    }),
  );
  for (;;) {
    const { QueryExecution } = await insist(server, (athena) =>
      athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! }),
    );
    const { State, StateChangeReason = "" } = QueryExecution!.Status!;
    if (State === "SUCCEEDED") return QueryExecutionId!;
    if (State === "FAILED" || State === "CANCELLED") throw new Error(`${QueryString}: ${State} ${StateChangeReason}`);
    await pause(20);
  }
}

export const soak = defineSoak({
  words: `${athenaWriters + pythonWriters} writers change one table of Iceberg by Athena and PyIceberg while the server is killed every 5 s, and no commit is lost or doubled`,
  unit: "statements",
  sizes: { full: 400, short: 4 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      await new S3({ ...server.clientOptions, forcePathStyle: true }).createBucket({ Bucket: "soak" });
      await run(server, "CREATE DATABASE soak", "database");
      await run(
        server,
        "CREATE TABLE soak.events (id string, n bigint) LOCATION 's3://soak/events' TBLPROPERTIES ('table_type' = 'ICEBERG')",
        "table",
      );
      const expected = new Map<string, number>();
      const uncertain = new Set<string>();
      let [begun, failed] = [0, 0];
      let isOver = false;
      const writeByAthena = async (_: unknown, writer: number) => {
        let own: string | undefined;
        while (begun < size) {
          ended++;
          const number = begun++;
          const token = `statement-${number}`;
          if (own === undefined || number % 4 === 0) {
            own = `a${writer}-${number}`;
            await run(server, `INSERT INTO soak.events VALUES ('${own}', 0)`, token);
            expected.set(own, 0);
          } else if (number % 7 === 0) {
            await run(server, `DELETE FROM soak.events WHERE id = '${own}'`, token);
            expected.delete(own);
            own = undefined;
          } else {
            await run(server, `UPDATE soak.events SET n = n + 1 WHERE id = '${own}'`, token);
            expected.set(own, expected.get(own)! + 1);
          }
        }
      };
      const writeByPython = async (_: unknown, writer: number) => {
        for (let number = 0; !isOver && existsSync(python); number++) {
          const id = `p${writer}-${number}`;
          const path = `PATH=${python}${delimiter}${process.env.PATH}`;
          const { code } = await server.sagebrush("exec", "--", "env", path, "python", "-c", append(id));
          if (code === 0) expected.set(id, 0);
          else {
            // Nobody told it whether its commit stands.
            uncertain.add(id);
            failed++;
            await pause(200);
          }
        }
      };
      let [kills, ended] = [0, 0];
      const killing = (async () => {
        do {
          const before = ended;
          await pause(5_000);
          // A machine that is too slow to end anything in that time would never come to an end.
          while (ended === before && !isOver) await pause(100);
          await server.kill();
          await server.start();
          kills++;
        } while (!isOver);
      })();
      const start = performance.now();
      const asked = Promise.all(Array.from({ length: athenaWriters }, writeByAthena)).finally(() => {
        isOver = true;
      });
      await Promise.all([asked, killing, ...Array.from({ length: pythonWriters }, writeByPython)]);
      const seconds = (performance.now() - start) / 1000;

      const QueryExecutionId = await run(server, "SELECT id, n FROM soak.events ORDER BY id", "result");
      const found: [string, number][] = [];
      for (let NextToken: string | undefined; ; ) {
        const page = await insist(server, (athena) =>
          athena.getQueryResults({ QueryExecutionId, ...(NextToken && { NextToken }) }),
        );
        for (const { Data } of page.ResultSet!.Rows!)
          found.push([Data![0]!.VarCharValue!, Number(Data![1]!.VarCharValue)]);
        NextToken = page.NextToken;
        if (NextToken === undefined) break;
      }
      const rows = found.slice(1).filter(([id]) => !uncertain.has(id));
      const wrong = rows.filter(([id, n]) => expected.get(id) !== n);
      const ids = new Set(found.map(([id]) => id));
      const lost = [...expected.keys()].filter((id) => !ids.has(id));
      if (wrong.length > 0 || lost.length > 0 || ids.size !== found.length)
        throw new Error(
          `${wrong.length} rows are wrong (${wrong.slice(0, 5).join("; ")}), ${lost.length} are lost, ${found.length - ids.size} are doubled`,
        );
      return `${size} statements of ${athenaWriters} writers and ${expected.size} rows (${failed} appends of PyIceberg ended with the server) in ${seconds.toFixed(1)} s, ${kills} kills; none lost or doubled`;
    } finally {
      await server.close();
    }
  },
});
