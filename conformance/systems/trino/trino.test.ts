import { afterAll, expect, test } from "vitest";
import { openDuckDb } from "../../../src/prep/sql/trino/duckdb.fixture.ts";
import { installed } from "../installed.ts";
import { compareAnswers, noOutcomes, openOwn } from "./differ.ts";
import { firstQueries, makeTables, unneededErrors, writtenQueries } from "./queries.ts";
import { newestJava, type RunningTrino, startTrino } from "./start-trino.ts";
import { trino } from "./trino.ts";
import { askTrino } from "./trino-server.ts";

/** All of them take ten minutes. `TRINO_QUERIES=2000 npm run test:systems -- trino` runs all. */
const queryCount = Number(process.env.TRINO_QUERIES ?? 200);

let running: RunningTrino | undefined;
afterAll(() => running?.stop());

test("DuckDB answers queries in Trino's dialect as Trino does, or they are refused by name", async (context) => {
  const folder = await installed(context, trino);
  const java = await newestJava();
  if (java === undefined) return context.skip("Trino needs a JDK of version 24 or newer in /usr/lib/jvm");
  running = await startTrino(java, folder);
  const { origin } = running;
  const tables = makeTables();
  for (const { name, query } of tables)
    expect(await askTrino(origin, `CREATE TABLE ${name} AS ${query}`)).toHaveProperty("rows");
  const own = await openOwn(await openDuckDb(), tables);
  const counts = noOutcomes();
  const different: string[] = [];
  for (const query of [...writtenQueries(), ...firstQueries(queryCount)]) {
    const outcome = compareAnswers(await askTrino(origin, query), await own(query));
    counts[outcome]++;
    if (outcome === "different" && !unneededErrors.has(query)) different.push(query);
  }
  console.log("queries beside Trino:", counts);
  expect(different).toEqual([]);
  const total = Object.values(counts).reduce((sum, count) => sum + count);
  expect((counts.equal + counts["equal error"]) / total).toBeGreaterThan(0.95);
}, 1_200_000);
