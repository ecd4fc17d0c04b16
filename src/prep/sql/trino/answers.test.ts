import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareAnswers, noOutcomes, openOwn } from "../../../../conformance/systems/trino/differ.ts";
import type { GeneratedTable } from "../../../../conformance/systems/trino/tables.ts";
import type { Answer } from "../../../../conformance/systems/trino/trino-server.ts";
import { openDuckDb } from "./duckdb.fixture.ts";

interface Recorded {
  readonly tables: readonly GeneratedTable[];
  readonly answers: readonly { readonly query: string; readonly answer: Answer }[];
}

const { tables, answers } = JSON.parse(readFileSync(join(import.meta.dirname, "answers.json"), "utf8")) as Recorded;

test("queries give what Trino 476 gave, or are refused by name", async () => {
  const own = await openOwn(await openDuckDb(), tables);
  const counts = noOutcomes();
  const different: string[] = [];
  for (const { query, answer } of answers) {
    const outcome = compareAnswers(answer, await own(query));
    counts[outcome]++;
    if (outcome === "different") different.push(query);
  }
  expect(different).toEqual([]);
  expect((counts.equal + counts["equal error"]) / answers.length).toBeGreaterThan(0.95);
}, 180_000);
