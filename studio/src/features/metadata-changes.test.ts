import { expect, test } from "vitest";
import { metadataChanges } from "./metadata-changes.ts";

const names = { FeatureGroupName: "clicks", FeatureName: "share" };
const unit = { Key: "unit", Value: "percent" };
const team = { Key: "team", Value: "growth" };

test.each([
  ["nothing", { ParameterAdditions: [unit, team], Description: "Part" }, {}],
  [
    "a value",
    { ParameterAdditions: [{ ...unit, Value: "1" }, team], Description: "Part" },
    { ParameterAdditions: [{ ...unit, Value: "1" }] },
  ],
  ["a key that goes", { ParameterAdditions: [team], Description: "Part" }, { ParameterRemovals: ["unit"] }],
  [
    "a key that is renamed",
    { ParameterAdditions: [unit, { Key: "owner", Value: "growth" }], Description: "Part" },
    { ParameterAdditions: [{ Key: "owner", Value: "growth" }], ParameterRemovals: ["team"] },
  ],
  ["all", {}, { Description: "", ParameterRemovals: ["unit", "team"] }],
])("an edit sends what has changed: %s", (_, now, sent) => {
  const begun = { ...names, Description: "Part", ParameterAdditions: [unit, team] };
  expect(metadataChanges({ ...names, ...now }, begun)).toEqual({ ...names, ...sent });
});
