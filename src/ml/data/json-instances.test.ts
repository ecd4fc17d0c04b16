import { expect, it } from "vitest";
import { DataError } from "./data-error.ts";
import { createInstanceReader } from "./json-instances.ts";

const read = (value: string, lines = false) => {
  const reader = createInstanceReader({ lines });
  reader.read(new TextEncoder().encode(value), { file: "payload", isRequest: true, line: 1 });
  return { rows: reader.rows(), columns: reader.columns(), values: [...reader.features(reader.columns()).values] };
};

it.each<[string, string, boolean, object]>([
  [
    "features",
    '{"instances":[{"features":[1,2]},{"features":[3,4]}]}',
    false,
    { rows: 2, columns: 2, values: [1, 2, 3, 4] },
  ],
  ["values", '{"instances":[{"data":{"features":{"values":[1,2]}}}]}', false, { rows: 1, columns: 2, values: [1, 2] }],
  [
    "a sparse one",
    '{"instances":[{"data":{"features":{"keys":[2,0],"shape":[4],"values":[7,8]}}}]}',
    false,
    { rows: 1, columns: 4, values: [8, 0, 7, 0] },
  ],
  [
    "lines",
    '{"features":[1]}\n\n{"data":{"features":{"values":[2]}}}\n',
    true,
    { rows: 2, columns: 1, values: [1, 2] },
  ],
])("reads %s", (_, text, lines, expected) => {
  expect(read(text, lines)).toEqual(expected);
});

it.each<[string, boolean, string]>([
  ["[1", false, "payload: it is no JSON"],
  ["{}", false, 'payload: it has no list "instances".'],
  ["null", false, 'it has no list "instances".'],
  ['{"instances":[[1]]}', false, 'instance 1 has no list of numbers as its "features"'],
  ['{"instances":[{"features":[1]},{"features":["a"]}]}', false, "instance 2 has no list of numbers"],
  [
    '{"instances":[{"features":[1]},{"features":[1,2]}]}',
    false,
    "instance 2 has 2 features, the instances before it have 1.",
  ],
  ['{"features":[1]}\n{', true, "line 2 is no JSON"],
  ['{"data":{"features":{"keys":[-1],"values":[1]}}}', true, 'instance 1 needs as many whole "keys" as "values".'],
])("of %s says what is wrong", (text, lines, message) => {
  expect(() => read(text, lines)).toThrow(DataError);
  expect(() => read(text, lines)).toThrow(message);
});
