import { expect, test } from "vitest";
import { literalPattern, readPattern } from "./pattern.ts";
import { readReplacement } from "./replacement.ts";

test.each([
  ["a(b)(?:c)(?P<name>d)(?<other>e)", "a(b)(?:c)(d)(e)", 3],
  ["^x$", "^x\\z", 0],
  ["(?m)^x$", "(?m)^x$", 0],
  ["[a[b]", "[a\\[b]", 0],
  ["[]a]", "[\\]a]", 0],
  ["[^[:digit:]_]+?", "[^0-9_]+?", 0],
  ["\\Qa.b\\E+", "(?:a\\.b)+", 0],
  ["\\u00e9\\Z", "\\x{00e9}\\z", 0],
  ["a{2,3}{", "a{2,3}\\{", 0],
  ["a{,3}", "a{0,3}", 0],
  ["\\_\\-\\p{Lu}", "_\\-\\p{Lu}", 0],
  ["", "", 0],
])("%s is read", (given, text, groups) => expect(readPattern(given)).toEqual({ text, groups }));

test.each([
  ["(?<=a)b", /look-around/],
  ["(?!a)b", /look-around/],
  ["(a)\\1", /reference to a group/],
  ["a++", /possessive/],
  ["(?>a)", /atomic/],
  ["(?x)a", /flags may be i, m and s/],
  ["(a", /not closed/],
  ["a)", /too many/],
  ["[a", /not closed/],
  ["*a", /nothing to repeat/],
  ["a**", /repetition of a repetition/],
  ["a{1001}", /at most 1000/],
  ["a\\", /escapes nothing/],
  ["[a&&b]", /&&/],
  ["\\h", /escape/],
])("%s is refused", (given, message) => expect(() => readPattern(given)).toThrow(message));

test("A text is matched as it is", () => expect(literalPattern("a.b[é]_-")).toBe("a\\.b\\[é\\]_\\-"));

test.each([
  ["$1-$2", 2, "\\1-\\2", "$1-$2"],
  ["$10", 1, "\\10", "$1\\0"],
  ["$5 \\$1", 1, "$5 $1", "\\$5 \\$1"],
  ["a\\\\b", 0, "a\\\\b", "a\\\\b"],
])("The replacement %s is read", (given, groups, re2, java) =>
  expect(readReplacement(given, groups)).toEqual({ re2, java }),
);
