import { expect, test } from "vitest";
import { extractFacts, factLines, type Model } from "./constraints.ts";

const model: Model = {
  metadata: { protocols: ["json", "query"] },
  operations: {
    CreateThing: { input: { shape: "CreateThingRequest" } },
    ListThings: { output: { shape: "Other" } },
  },
  shapes: {
    CreateThingRequest: {
      type: "structure",
      members: {
        Name: { shape: "Name" },
        Parts: { shape: "Parts" },
        Count: { shape: "Count" },
        Plain: { shape: "Plain" },
      },
    },
    Name: { type: "string", min: 1, max: 63, pattern: "[a-z]+" },
    Plain: { type: "string" },
    Count: { type: "integer" },
    Parts: { type: "map", key: { shape: "Name" }, value: { shape: "PartList" } },
    Part: { type: "structure", members: { Kind: { shape: "Kind" }, Inside: { shape: "PartList" } } },
    PartList: { type: "list", min: 1, member: { shape: "Part" } },
    Kind: { type: "string", enum: ["Left", "Right"] },
    Other: { type: "structure", members: { Name: { shape: "Name" } } },
  },
};

const facts = {
  protocols: ["json", "query"],
  operations: ["CreateThing", "ListThings"],
  shapes: {
    Count: { number: "integer" },
    Kind: { values: "Left|Right" },
    Name: { minimum: 1, maximum: 63, pattern: "[a-z]+" },
    PartList: { minimum: 1 },
    Parts: { key: "Name", value: "PartList" },
  },
  structures: {
    CreateThingRequest: { Name: "Name", Parts: "Parts", Count: "Count" },
    Part: { Kind: "Kind", Inside: "PartList" },
  },
} as const;

test("takes what the inputs of a model can hold, shapes that hold themselves included, and nothing of outputs", () => {
  expect(extractFacts(model)).toEqual(facts);
});

test("takes what outputs and errors can hold too when the service speaks CBOR", () => {
  const { structures } = extractFacts({
    ...model,
    metadata: { protocols: ["smithy-rpc-v2-cbor"] },
    operations: { ListThings: { output: { shape: "Other" }, errors: [{ shape: "Part" }] } },
  });
  expect(structures).toEqual({ Other: { Name: "Name" }, Part: { Kind: "Kind", Inside: "PartList" } });
});

test("writes a line for each operation, protocol, shape and structure", () => {
  expect(factLines("Facts", facts).split("\n")).toEqual([
    "# Facts. Made by tools/constraints.ts. Do not edit.",
    "operation CreateThing",
    "operation ListThings",
    "protocol json",
    "protocol query",
    'shape Count {"number":"integer"}',
    'shape Kind {"values":"Left|Right"}',
    'shape Name {"minimum":1,"maximum":63,"pattern":"[a-z]+"}',
    'shape PartList {"minimum":1}',
    'shape Parts {"key":"Name","value":"PartList"}',
    'structure CreateThingRequest {"Name":"Name","Parts":"Parts","Count":"Count"}',
    'structure Part {"Kind":"Kind","Inside":"PartList"}',
    "",
  ]);
});
