import { expect, test } from "vitest";
import { extractFacts } from "./constraints.ts";

const model = {
  operations: {
    CreateThing: { input: { shape: "CreateThingRequest" } },
    ListThings: {},
    NotServed: { input: { shape: "Other" } },
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

test("takes what the inputs of the served operations can hold, shapes that hold themselves included", () => {
  expect(extractFacts(model, ["ListThings", "CreateThing"])).toEqual({
    operations: ["CreateThing", "ListThings"],
    shapes: {
      Count: { number: "integer" },
      Kind: { values: "Left|Right" },
      Name: { minimum: 1, maximum: 63, pattern: "[a-z]+" },
      PartList: { minimum: 1 },
      Parts: { key: "Name", value: "PartList" },
    },
    members: {
      CreateThingRequest: { Name: "Name", Parts: "Parts", Count: "Count" },
      Part: { Kind: "Kind", Inside: "PartList" },
    },
  });
});

test("an operation that the model lacks is named", () => {
  expect(() => extractFacts(model, ["CreateOther"])).toThrow("botocore's model has no operation CreateOther");
});
