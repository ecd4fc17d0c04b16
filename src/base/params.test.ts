import { describe, expect, expectTypeOf, it } from "vitest";
import { boolean, choice, integer, list, number, type ParamValues, parseParams, text } from "./params.ts";

const table = {
  rounds: integer({ min: 1, required: true }),
  rate: number({ above: 0, max: 1, default: 0.3, tunable: true }),
  depth: integer({ min: 0 }),
  mode: choice(["fast", "exact"], { default: "fast" }),
  quiet: boolean({ default: false }),
  note: text(),
  metrics: list(choice(["auc", "rmse"])),
  weight: number({ min: 0, infinite: true }),
  plan: choice(["a", "b"], { built: ["a"] }),
  trees: integer({ min: 1, built: [1] }),
  layers: list(choice(["a", "b"], { built: [] })),
};

const problemOf = (texts: Record<string, string>) => parseParams(table, texts).problems.map((p) => p.message);

describe("parseParams", () => {
  it("reads every kind, fills in defaults and leaves the rest undefined", () => {
    const texts = { rounds: " +1_0 ", weight: "inf", rate: " 1e-1 ", quiet: "1", metrics: '["rmse", "auc"]' };
    const { values, problems } = parseParams(table, texts);
    expect(problems).toEqual([]);
    expect(values).toEqual({
      ...{ rounds: 10, rate: 0.1, depth: undefined, mode: "fast", quiet: true, note: undefined },
      metrics: ["rmse", "auc"],
      ...{ weight: Number.POSITIVE_INFINITY, plan: undefined, trees: undefined, layers: undefined },
    });
    expectTypeOf(values).toEqualTypeOf<ParamValues<typeof table>>();
    expectTypeOf(values.rounds).toEqualTypeOf<number>();
    expectTypeOf(values.depth).toEqualTypeOf<number | undefined>();
    expectTypeOf(values.mode).toEqualTypeOf<"fast" | "exact">();
  });

  it.each([
    [{}, ["rounds is required; give a whole number of at least 1."]],
    [{ rounds: "0" }, ['rounds is "0"; give a whole number of at least 1.']],
    [{ rounds: "1.5" }, ['rounds is "1.5"; give a whole number of at least 1.']],
    [{ rounds: "4.0" }, ['rounds is "4.0"; give a whole number of at least 1.']],
    [{ rounds: "1e3" }, ['rounds is "1e3"; give a whole number of at least 1.']],
    [{ rounds: "1", weight: "inf", rate: "1e999" }, ['rate is "1e999"; give a number above 0, at most 1.']],
    [{ rounds: "1", weight: "nan" }, ['weight is "nan"; give a number of at least 0.']],
    [{ rounds: "1", weight: "-inf" }, ['weight is "-inf"; give a number of at least 0.']],
    // A value that would be refused as well is never advised.
    [{ rounds: "1", plan: "c" }, ['plan is "c"; give "a".']],
    [{ rounds: "1", plan: "b" }, ['plan "b"; give "a".']],
    [{ rounds: "1", trees: "0" }, ['trees is "0"; give "1".']],
    [{ rounds: "1", layers: "c" }, ['layers is "c"; leave it out.']],
    [{ rounds: "1", layers: "a,b" }, ['layers "a,b"; leave it out.']],
    [{ rounds: "1", layer: "a" }, ["layer is not known."]],
    [{ rounds: "" }, ['rounds is ""; give a whole number of at least 1.']],
    [{ rounds: "1", rate: "0" }, ['rate is "0"; give a number above 0, at most 1.']],
    [{ rounds: "1", rate: "Infinity" }, ['rate is "Infinity"; give a number above 0, at most 1.']],
    [{ rounds: "1", rate: "0x1" }, ['rate is "0x1"; give a number above 0, at most 1.']],
    [{ rounds: "1", mode: "slow" }, ['mode is "slow"; give one of fast, exact.']],
    [{ rounds: "1", quiet: "yes" }, ['quiet is "yes"; give true or false.']],
    [
      { rounds: "1", metrics: "auc,map" },
      ['metrics is "auc,map"; give a list, separated by commas, each one of auc, rmse.'],
    ],
    [{ rounds: "1", metrics: "[auc" }, ['metrics is "[auc"; give a list, separated by commas, each one of auc, rmse.']],
    [{ rounds: "1", dept: "3" }, ["dept is not known; was depth meant?"]],
    [{ rounds: "1", constructor: "3" }, ["constructor is not known."]],
  ])("%j", (texts, problems) => expect(problemOf(texts as Record<string, string>)).toEqual(problems));
});
