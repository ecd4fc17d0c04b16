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

export function madeQueries(count: number, seed: number): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => generateQuery(random));
}
