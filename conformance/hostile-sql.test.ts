import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { hostileFamilies } from "./hostile-sql.ts";
import { useServer } from "./server.ts";

const server = useServer();
const started = {
  QueryExecutionContext: { Database: "shop" },
  ResultConfiguration: { OutputLocation: "s3://lake/results/" },
};
let athena: Athena;

interface Ended {
  readonly state: string;
  readonly reason: string;
  readonly milliseconds: number;
}

async function run(QueryString: string): Promise<Ended> {
  const begin = performance.now();
  const ended = (state: string, reason = ""): Ended => ({ state, reason, milliseconds: performance.now() - begin });
  let id: string;
  try {
    id = (await athena.startQueryExecution({ QueryString, ...started })).QueryExecutionId!;
  } catch (error) {
    const { message, name } = error as Error;
    if (name !== "InvalidRequestException") throw error;
    return ended("REFUSED", message);
  }
  for (;;) {
    const { State, StateChangeReason } = (await athena.getQueryExecution({ QueryExecutionId: id })).QueryExecution!
      .Status!;
    if (State === "SUCCEEDED" || State === "FAILED" || State === "CANCELLED") return ended(State, StateChangeReason);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

beforeAll(async () => {
  athena = new Athena(server.clientOptions);
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  for (const statement of [
    "CREATE DATABASE shop",
    "CREATE VIEW first_view AS SELECT 1 AS a",
    "CREATE VIEW second_view AS SELECT * FROM first_view",
  ])
    await run(statement);
  // A statement cannot make views that read each other, and the catalog takes what it is given.
  const glue = new Glue(server.clientOptions);
  const viewOf = async (Name: string) => (await glue.getTable({ DatabaseName: "shop", Name })).Table!;
  const { StorageDescriptor, Parameters, TableType, ViewOriginalText: text } = await viewOf("second_view");
  const said = Buffer.from(/[A-Za-z0-9+/=]{20,}/.exec(text!)![0], "base64")
    .toString()
    .replace("first_view", "second_view");
  const ViewOriginalText = `/* Presto View: ${Buffer.from(said).toString("base64")} */`;
  const view = { StorageDescriptor, Parameters, TableType, ViewOriginalText, ViewExpandedText: "/* Presto View */" };
  await glue.updateTable({ DatabaseName: "shop", TableInput: { Name: "first_view", ...view } });
}, 60_000);

const together = 4;
const longestMilliseconds = 20_000;
const counts: Record<string, Record<string, number>> = {};

for (const { expected, name, statements } of hostileFamilies)
  test(`${statements.length} statements: ${name}`, { timeout: 90_000 }, async () => {
    const wrong: unknown[] = [];
    const count: Record<string, number> = {};
    const rest = statements.values();
    await Promise.all(
      Array.from({ length: together }, async () => {
        for (const statement of rest) {
          const { milliseconds, reason, state } = await run(statement);
          count[state] = (count[state] ?? 0) + 1;
          const isWell = state === "SUCCEEDED" ? expected === "bounded" : reason !== "";
          const isTold = !/root:|INTERNAL|Binder Error|Parser Error|Catalog Error/.test(reason);
          if (!isWell || !isTold || milliseconds > longestMilliseconds)
            wrong.push([statement.slice(0, 200), state, reason.slice(0, 300), Math.round(milliseconds)]);
        }
      }),
    );
    counts[name] = count;
    expect(wrong).toEqual([]);
  });

test("500 statements and more, and the server goes on", async () => {
  console.log("hostile statements:", counts);
  const total = Object.values(counts)
    .flatMap((count) => Object.values(count))
    .reduce((sum, one) => sum + one, 0);
  expect(total).toBeGreaterThanOrEqual(500);
  expect(await run("SELECT 1")).toMatchObject({ state: "SUCCEEDED" });
});
