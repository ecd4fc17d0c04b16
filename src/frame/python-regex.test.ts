import { expect, it } from "vitest";
import { ignoresCase, pythonRegex } from "./python-regex.ts";

it.each([
  ["loss=(\\S+)", "loss=1", "1"],
  ["(?i)loss: ([0-9]+)", "LoSS: 12", "12"],
  ["(?i)(?P<value>[a-c]+)\\d", "xABc1", "ABc"],
  ["(?i)[^\\]a-c\\d](x)", "AX zX", "X"],
  ["(?s)a.(b)", "a\nb", "b"],
  ["(?mi)^b=(\\w)$", "a\nB=Q", "Q"],
  ["\\Aa(.)\\Z", "ab", "b"],
  ["\\\\\\\\A(.)", "\\\\Ax", "x"],
  ["\\(\\?P<(v)>", "(?P<v>", "v"],
])("%s finds what Python finds in %j", (regex, text, value) => {
  expect(pythonRegex(regex).exec(text)?.[1]).toBe(value);
});

it("has no flag for case, which would keep it from being bounded in time", () => {
  expect(pythonRegex("(?i)a(b)").flags).toBe("");
  expect(pythonRegex("(?ims)a(b)").flags).toBe("ms");
  expect([ignoresCase("(?si)a"), ignoresCase("(?s)ai"), ignoresCase("i")]).toEqual([true, false, false]);
});
