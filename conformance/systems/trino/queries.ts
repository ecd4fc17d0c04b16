import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../../src/base/random.ts";
import { generateQuery } from "./generate-query.ts";
import { type GeneratedTable, generateTable } from "./tables.ts";

/** The tables that all queries are over. */
export function makeTables(): GeneratedTable[] {
  const random = createRandom(11);
  return [generateTable(random, "t1", 24), generateTable(random, "t2", 16)];
}

/** Queries that a person wrote, a line each: every function, with the values at its edges. */
export const writtenQueries = (): string[] =>
  readFileSync(join(import.meta.dirname, "cases.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "");

function madeQueries(count: number, seed: number): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => generateQuery(random));
}

/**
 * Of the made queries those of which one engine meets an error and the other does not: it leaves out what cannot change the answer
 * any more, here a sum that is compared with null.
 */
export const unneededErrors: ReadonlySet<string> = new Set([
  "SELECT id, coalesce(floor(DECIMAL '12345678901234567890.12'), m), TRY(DECIMAL '12345678901234567890.12' / DECIMAL '-0.0000000000000001') >= (s + i) FROM t1 ORDER BY id",
]);

/** So many queries are made of each seed, so that more of them add to those before. */
const perSeed = 100;

/** The first so many queries, of the seeds from 1 on. */
export const firstQueries = (count: number): string[] =>
  Array.from({ length: Math.ceil(count / perSeed) }, (_, index) => madeQueries(perSeed, index + 1))
    .flat()
    .slice(0, count);
