import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Analysis, AnalysisExample } from "../define-analysis.ts";
import type { Json } from "../define-transform.ts";
import { doAnalysis } from "../do-analysis.ts";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { blockOf, readUnit } from "../read-step.ts";
import { analyses } from "./analyses.gen.ts";

/** The examples of every analysis, on the engine that is embedded: parameters are read as a flow has them. */

let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
});
afterAll(() => engine.close());

for (const analysis of analyses)
  describe(titleOf(analysis), () => {
    test("has an example", () => expect(analysis.examples.length).toBeGreaterThan(0));
    for (const [index, example] of analysis.examples.entries())
      test(example.summary ?? `example ${index + 1}`, async () => {
        const result = await resultOf(analysis, example);
        expect(near(result.data)).toEqual(near(example.gives));
        expect(result.notes).toEqual(example.notes ?? []);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(JSON.stringify(await resultOf(analysis, example))).toBe(JSON.stringify(result));
      });
  });

function titleOf({ title, variant = [] }: Analysis): string {
  return [title, ...variant.map(({ is }) => is)].join(" / ");
}

async function resultOf(analysis: Analysis, { table, with: given }: AnalysisExample) {
  const input = await engine.tableOf("input", table);
  const parameters = (analysis.variant ?? []).reduceRight<Record<string, Json>>(
    (inner, { name, is, block }) => ({ [name]: is, [block ?? blockOf(is)]: inner }),
    given,
  );
  const read = readUnit(analysis.operator, parameters, analyses);
  expect(read.unit).toBe(analysis);
  expect(read.notes).toEqual([]);
  return doAnalysis(analysis, input, read.values, engine.forAnalyses);
}

/** Doubles in the last of their digits may differ. */
function near(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(12));
  if (Array.isArray(value)) return value.map(near);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, near(one)]));
}
