import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeName, joinNames, splitNames } from "./key-names.ts";

const part = fc.constantFrom("a", "b", "\u001e", "\u001f", "\u0000", "/", "[", "\u{1F332}");
const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
const joined = ([first, ...others]: readonly string[]) => others.reduce(joinNames, escapeName(first!));

test("names of any characters are found again in their key, and no two lists of names have the same key", () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      expect(splitNames(joined(names))).toEqual(names);
    }),
    { numRuns: 5_000, seed: 3 },
  );
});

test("names without the separator are in their key as they are", () => {
  expect(joined(["/group", "a\u001e b", "c"])).toBe("/group\u001fa\u001e b\u001fc");
});

test("the key of a prefix is a prefix of the key", () => {
  fc.assert(
    fc.property(name, name, name, (group, start, rest) => {
      expect(joined([group, start + rest]).startsWith(joined([group, start]))).toBe(true);
    }),
    { seed: 3 },
  );
});
