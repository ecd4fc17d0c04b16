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
};

const problemOf = (texts: Record<string, string>) => parseParams(table, texts).problems.map((p) => p.message);

describe("parseParams", () => {
  it("reads every kind, fills in defaults and leaves the rest undefined", () => {
    const texts = { rounds: " 10 ", rate: "1e-1", quiet: "1", metrics: '["rmse", "auc"]' };
    const { values, problems } = parseParams(table, texts);
    expect(problems).toEqual([]);
    expect(values).toEqual({
      ...{ rounds: 10, rate: 0.1, depth: undefined, mode: "fast", quiet: true, note: undefined },
      metrics: ["rmse", "auc"],
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
