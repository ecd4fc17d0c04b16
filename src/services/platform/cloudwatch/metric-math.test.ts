import { describe, expect, it } from "vitest";
import { checkMath, evaluateMath } from "./metric-math.ts";

const minute = 60_000;
const times = [0, 1, 2, 3].map((index) => index * minute);
const series = (...values: (number | undefined)[]) =>
  new Map(values.flatMap((value, index) => (value === undefined ? [] : [[index * minute, value] as const])));
const data = new Map([
  ["m1", series(1, 2, undefined, 4)],
  ["m2", series(10, 20, 30, 40)],
  ["errors", series(0, 0, 5, 5)],
]);
const queries = (expressions: Record<string, string>) => ({ metrics: [...data.keys()], expressions });
const valuesOf = (e: string, more: Record<string, string> = {}) => {
  const asked = queries({ ...more, e });
  expect(checkMath("e", asked)).toBeUndefined();
  const found = evaluateMath("e", asked, data, { times, periodSeconds: 60 });
  return times.map((time) => found.get(time));
};
const none = undefined;

describe("metric math", () => {
  it.each<[string, (number | undefined)[]]>([
    ["m1 + m2", [11, 22, none, 44]],
    ["m2 - 2 * m1 ^ 2", [8, 12, none, 8]],
    ["-(m1 + 1) * 2", [-4, -6, none, -10]],
    ["m2 / errors", [none, none, 6, 8]],
    ["100 * (errors / SUM([errors, m2]))", [0, 0, 500 / 35, 500 / 45]],
    ["SUM(METRICS())", [11, 22, 35, 49]],
    ['MAX(METRICS("m"))', [10, 20, 30, 40]],
    ["AVG([m1, m2])", [5.5, 11, 30, 22]],
    ["MIN([m1, errors])", [0, 0, 5, 4]],
    ["STDDEV([m2, errors])", [5, 10, 12.5, 17.5]],
    ["m2 / MAX(m2)", [0.25, 0.5, 0.75, 1]],
    ["m2 - AVG(m2)", [-15, -5, 5, 15]],
    ["FILL(m1, 0)", [1, 2, 0, 4]],
    ["FILL(m1, REPEAT)", [1, 2, 2, 4]],
    ["FILL(m1, LINEAR)", [1, 2, 3, 4]],
    ["RATE(m2)", [none, 1 / 6, 1 / 6, 1 / 6]],
    ["DIFF(m1)", [none, 1, none, 2]],
    ["DIFF_TIME(m1)", [none, 60, none, 120]],
    ["m2 / PERIOD(m2)", [1 / 6, 1 / 3, 1 / 2, 2 / 3]],
    ["IF(m2 > 15, m2, 0)", [0, 20, 30, 40]],
    ["IF(m2 > 15 AND errors == 5, 1)", [none, none, 1, 1]],
    ["IF(errors > 0 || m2 < 15, m1, errors)", [1, 0, none, 4]],
    ["ABS(0 - m1) + CEIL(m1 / 4) + FLOOR(m1 / 4)", [2, 3, none, 6]],
    ["LOG10(m2 * 10)", [2, Math.log10(200), Math.log10(300), Math.log10(400)]],
    ["RUNNING_SUM(m1)", [1, 3, none, 7]],
    ["TIME_SERIES(METRIC_COUNT(METRICS()) + DATAPOINT_COUNT(m1))", [6, 6, 6, 6]],
    ["MINUTE(m2)", [0, 1, 2, 3]],
    ["FIRST([m2, m1]) - LAST([m1, errors])", [10, 20, 25, 35]],
    ["SUM(METRICS() * 2)", [22, 44, 70, 98]],
  ])("%s", (expression, expected) => {
    const found = valuesOf(expression);
    for (const [index, value] of expected.entries())
      if (value === undefined) expect(found[index]).toBeUndefined();
      else expect(found[index]).toBeCloseTo(value, 9);
  });

  it("reads expressions through others", () => {
    expect(valuesOf("share * 100", { share: "errors / m2" })).toEqual([0, 0, (5 / 30) * 100, 12.5]);
  });

  it.each([
    ["m1 +", "it ends too soon"],
    ["(m1", '")" is expected at its end'],
    ["m1 m2", '"m2" is not expected'],
    ["m1 ? 2", 'it has "?" where it is not understood'],
    ["m9 * 2", "there is no query m9"],
    ["e + 1", "it refers to itself through e"],
    ["other", "it refers to itself through e"],
    ["FROB(m1)", "there is no function FROB"],
    ["FILL(m1)", "FILL takes 2 value(s), not 1"],
    ["METRICS(m1)", "METRICS takes a text"],
    ["(".repeat(500), "nested too deeply"],
  ])("refuses %s", (e, words) => {
    expect(() => checkMath("e", queries({ e, other: "e * 2" }))).toThrow(words);
  });

  it.each(["AVG(m1)", "7", "METRICS()", "[m1, 2]", "FILL(m1, 'x')", "SUM(7)"])("%s gives no series", (e) => {
    const asked = queries({ e });
    expect(checkMath("e", asked)).toBeUndefined();
    expect(() => evaluateMath("e", asked, data, { times, periodSeconds: 60 })).toThrow();
  });

  it("says what of AWS's functions is not there", () => {
    expect(checkMath("e", queries({ e: "ANOMALY_DETECTION_BAND(m1, 2)" }))).toBe("ANOMALY_DETECTION_BAND");
    expect(checkMath("e", queries({ e: "SUM(SEARCH('{a} b', 'Sum', 60))" }))).toBe("SEARCH");
  });
});
