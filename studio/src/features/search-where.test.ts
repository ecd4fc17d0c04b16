import { expect, test } from "vitest";
import { allOf, contains, equals, keyed } from "./search-where.ts";

test("filters of Search are conditions for what is given, and none for what is not", () => {
  const where = allOf(contains("FeatureName"), equals("FeatureType"), keyed("Parameters"));
  expect(where({ FeatureName: "cli", FeatureType: "", Parameters: "unit" })).toEqual({
    Filters: [
      { Name: "FeatureName", Operator: "Contains", Value: "cli" },
      { Name: "Parameters.unit", Operator: "Exists" },
    ],
  });
  expect(where({})).toBeUndefined();
});

test.each([
  ["team", { Name: "Tags.team", Operator: "Exists" }],
  ["team=", { Name: "Tags.team", Operator: "Exists" }],
  [" team=a=b", { Name: "Tags.team", Operator: "Equals", Value: "a=b" }],
  ["=a", undefined],
  ["", undefined],
])("a key with or without a value: %j", (text, condition) => {
  expect(keyed("Tags")({ Tags: text })).toEqual(condition);
});
