import { expect, it } from "vitest";
import { isTooLong, passable } from "./argument-limits.ts";

it("refuses an argument with a NUL character by its name", () => {
  expect(passable(["--a", "1", "-b", "2"])).toEqual(["--a", "1", "-b", "2"]);
  expect(() => passable(["--a", "1", "-b", "2\0"])).toThrow(
    'The hyperparameter "-b" has a NUL character, which no argument of a program can have.',
  );
  expect(() => passable(["--a\0", "1"])).toThrow('The hyperparameter "--a\\u0000" has a NUL');
});

it("knows what Linux takes of arguments and variables", () => {
  const long = "x".repeat(128 * 1024 - 3);
  expect(isTooLong(["p", long], { A: long })).toBe(false);
  expect(isTooLong(["p"], { AB: long })).toBe(true);
  expect(isTooLong(["p", ...Array.from({ length: 17 }, () => long)], {})).toBe(true);
});
