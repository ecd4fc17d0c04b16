import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { additionsTo, definitionsText, readDefinitions } from "./definitions-json.ts";

const id: FeatureDefinition = { FeatureName: "id", FeatureType: "String" };
const vector: FeatureDefinition = {
  ...{ FeatureName: "v", FeatureType: "Fractional", CollectionType: "Vector" },
  CollectionConfig: { VectorConfig: { Dimension: 3 } },
};

test("what an editor writes it reads, and the answer of a description as well", () => {
  expect(readDefinitions(definitionsText([id, vector]))).toEqual({ definitions: [id, vector] });
  const answer = { FeatureGroupName: "a", FeatureDefinitions: [id] };
  expect(readDefinitions(JSON.stringify(answer))).toEqual({ definitions: [id] });
});

test.each([
  ["[", /no JSON/],
  ["{}", /A list of definitions/],
  ["null", /A list of definitions/],
  ["[1]", /Definition 1 is no object/],
  ['[{ "FeatureName": "a" }, { "Name": "b" }]', /Definition 2 has "Name", which no definition has/],
  ['[{ "FeatureName": 1 }]', /FeatureName that is no text/],
  ['[{ "CollectionConfig": {} }]', /CollectionConfig without a number/],
  ['[{ "CollectionConfig": { "VectorConfig": { "Dimension": "3" } } }]', /without a number/],
])("a text that holds no definitions says why: %s", (text, problem) => {
  expect(readDefinitions(text)).toEqual({ problem: expect.stringMatching(problem) });
});

test("definitions are added, and never changed or removed", () => {
  expect(additionsTo([id], [vector, id])).toEqual({ definitions: [vector] });
  expect(additionsTo([id, vector], [id])).toEqual({ problem: expect.stringContaining("v is missing") });
  expect(additionsTo([id], [{ ...id, FeatureType: "Integral" }])).toEqual({
    problem: expect.stringContaining("id is another one"),
  });
});
