import { expect, test } from "vitest";
import { attributesForFilter, passesFilter, readFilterPolicy } from "./filter-policy.ts";

/** From AWS's pages on filter policies: a policy, what passes it, and what does not. */
test.each<[policy: object, passing: readonly object[], refused: readonly object[]]>([
  [{ a: ["x", "y"] }, [{ a: "x" }, { a: ["z", "y"] }], [{ a: "z" }, {}, { a: [] }]],
  [{ a: ["x"], b: [true] }, [{ a: "x", b: true }], [{ a: "x" }, { a: "x", b: "true" }]],
  [{ a: [{ "anything-but": ["x", 1] }] }, [{ a: "y" }, { a: 2 }, { a: ["x", "y"] }], [{ a: "x" }, { a: 1 }, {}]],
  [{ a: [{ "anything-but": { prefix: "o" } }] }, [{ a: "x" }], [{ a: "order" }]],
  [{ a: [{ "anything-but": { suffix: "a" } }] }, [{ a: "x" }], [{ a: "la" }]],
  [{ a: [{ prefix: "bas" }] }, [{ a: "baseball" }], [{ a: "rugby" }, { a: 1 }]],
  [{ a: [{ suffix: "ball" }] }, [{ a: "baseball" }], [{ a: "rugby" }]],
  [{ a: [{ wildcard: "*ba*l" }] }, [{ a: "baseball" }, { a: "bal" }], [{ a: "ball game" }, { a: "bl" }]],
  [{ a: [{ "equals-ignore-case": "Tennis" }] }, [{ a: "TENNIS" }], [{ a: "tennis!" }]],
  [{ a: [{ cidr: "10.0.0.0/24" }] }, [{ a: "10.0.0.255" }], [{ a: "10.1.1.0" }, { a: "10.0.0" }]],
  [{ a: [{ numeric: ["=", 301.5] }] }, [{ a: 301.5 }, { a: 3.015e2 }], [{ a: "301.5" }, { a: 301 }]],
  [{ a: [{ numeric: [">", 0, "<=", 150] }] }, [{ a: 150 }, { a: 0.1 }], [{ a: 0 }, { a: 151 }]],
  [{ a: [{ exists: true }] }, [{ a: "" }, { a: null }], [{}, { b: 1 }]],
  [{ a: [{ exists: false }] }, [{ b: 1 }, {}], [{ a: "x" }]],
  [{ a: [null] }, [{ a: null }], [{}, { a: "null" }]],
  [{ a: { b: ["x"], c: { d: [1] } } }, [{ a: { b: "x", c: { d: 1 } } }], [{ a: { b: "x" } }, { a: "x" }]],
  [{ a: { b: ["x"] } }, [{ a: [{ b: "y" }, { b: "x" }] }], [{ a: [{ b: "y" }] }]],
  [
    { s: ["m"], $or: [{ n: ["CPU"] }, { p: [{ numeric: [">", 5] }] }] },
    [
      { s: "m", n: "CPU" },
      { s: "m", p: 6 },
    ],
    [{ s: "m" }, { n: "CPU" }],
  ],
])("%j", (policy, passing, refused) => {
  const read = readFilterPolicy(JSON.stringify(policy));
  for (const one of passing) expect(passesFilter(read, one), JSON.stringify(one)).toBe(true);
  for (const one of refused) expect(passesFilter(read, one), JSON.stringify(one)).toBe(false);
});

test("attributes are seen by their types", () => {
  expect(
    attributesForFilter({
      n: { Type: "Number", Value: "1.50" },
      s: { Type: "String", Value: "1.50" },
      l: { Type: "String.Array", Value: '["a", 1, true, null]' },
      b: { Type: "Binary", Value: "AA==" },
    }),
  ).toEqual({ n: 1.5, s: "1.50", l: ["a", 1, true, null] });
});

test.each([
  ["{", /failed to parse JSON/],
  ["[]", /must be a JSON object/],
  ['{"a": "x"}', /"a" must be an object or an array/],
  ['{"a": []}', /Empty arrays are not allowed/],
  ['{"a": [{"like": "x"}]}', /Unrecognized match type like; it must be one of exists/],
  ['{"a": [{"prefix": 1}]}', /prefix match pattern must be a string/],
  ['{"a": [{"exists": "yes"}]}', /exists match pattern must be either true or false/],
  ['{"a": [{"numeric": ["<>", 1]}]}', /Unrecognized numeric range operator/],
  ['{"a": [{"numeric": [">", 5, "<", 1]}]}', /Bottom must be less than top/],
  ['{"a": [{"cidr": "10.0.0.0"}]}', /Malformed CIDR/],
  ['{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', /more than 5 keys/],
])("the policy %s is refused", (policy, message) => {
  expect(() => readFilterPolicy(policy)).toThrow(message);
});
