import { expect, test } from "vitest";
import { eventTimeText, recordOf, textsOf, timeProblem, valueProblem } from "./record-values.ts";

const whole = { FeatureName: "n", FeatureType: "Integral" } as const;
const part = { FeatureName: "p", FeatureType: "Fractional" } as const;
const set = { FeatureName: "s", FeatureType: "String", CollectionType: "Set" } as const;
const vector = {
  ...{ FeatureName: "v", FeatureType: "Fractional", CollectionType: "Vector" },
  CollectionConfig: { VectorConfig: { Dimension: 2 } },
} as const;

test.each([
  [whole, "42", undefined],
  [whole, "-9223372036854775808", undefined],
  [whole, "9223372036854775808", /64 bits/],
  [whole, "4.2", /whole number/],
  [whole, " 4", /and not " 4"/],
  [part, "4.2e-3", undefined],
  [part, "NaN", undefined],
  [part, "four", /A number/],
  [set, "a\nb", undefined],
  [set, "a\na", /once/],
  [vector, "1\n2.5", undefined],
  [vector, "1\nx", /A number/],
  [vector, "1", /2 values, a line each; here are 1/],
] as const)("a value of its type, or what is wrong: %j %j", (definition, text, problem) => {
  const found = valueProblem(definition, text);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem);
});

test.each([
  ["String", "2026-01-31T08:00:00Z", true],
  ["String", "2026-01-31T08:00:00.250Z", true],
  ["String", "2026-02-30T08:00:00Z", false],
  ["String", "2026-01-31", false],
  ["String", "", false],
  ["Fractional", "1769846400.5", true],
  ["Fractional", "2026-01-31T08:00:00Z", false],
] as const)("an event time of %s: %j", (type, text, isTime) => {
  expect(timeProblem(type, text) === undefined).toBe(isTime);
});

test("the time now is an event time of its type", () => {
  const now = new Date(1_769_846_400_250);
  expect(eventTimeText("String", now)).toBe("2026-01-31T08:00:00.250Z");
  expect(eventTimeText("Fractional", now)).toBe("1769846400.25");
  for (const type of ["String", "Fractional"] as const)
    expect(timeProblem(type, eventTimeText(type, now))).toBeUndefined();
});

test("what stands in fields is a record, and a record what stands in fields", () => {
  const record = recordOf([whole, part, set], { n: "1", p: "", s: "a\nb" });
  expect(record).toEqual([
    { FeatureName: "n", ValueAsString: "1" },
    { FeatureName: "s", ValueAsStringList: ["a", "b"] },
  ]);
  expect(textsOf(record)).toEqual({ n: "1", s: "a\nb" });
});
