import { expect, test } from "vitest";
import { parsePath, variablesOf } from "./path-language.ts";

test("a path is read by its operators and steps", () => {
  expect(parsePath('strict $.a."b c"[last, 1 to 2].size() * -2').root).toMatchObject({
    ...{ kind: "arithmetic", operator: "*", right: { kind: "sign", negative: true } },
    left: { kind: "method", name: "size", base: { kind: "subscripts", base: { kind: "member", name: "b c" } } },
  });
  expect(parsePath("lax $ ? ((@.x + 1) > $y && !exists(@..z))").root).toMatchObject({
    kind: "filter",
    test: { kind: "and", left: { kind: "compare", operator: ">" }, right: { kind: "not", test: { kind: "exists" } } },
  });
  expect(variablesOf(parsePath('lax $[*] ? (@ > $least && @ == "$no")').root)).toEqual(["least"]);
});

test("what is no path is refused, and hostile ones do not take long", () => {
  expect(() => parsePath("$.a")).toThrow("missing {'lax', 'strict'} at '$'");
  expect(() => parsePath("lax $.a[")).toThrow("mismatched input '<EOF>'");
  expect(() => parsePath("lax $.a ~ 1")).toThrow("token recognition error at: '~ 1'");
  expect(() => parsePath(`lax ${"(".repeat(5_000)}`)).toThrow("nested deeper");
  expect(() => parsePath(`lax $ ? ${"((@ ? ".repeat(45)}(@ > 1)${") == 1)".repeat(45)}`)).toThrow(
    /too many|nested deeper/,
  );
  expect(() => parsePath(`lax $${".a".repeat(5_000)}`)).toThrow("more than 100 steps");
});
