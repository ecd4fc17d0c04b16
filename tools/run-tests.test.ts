import { expect, test } from "vitest";
import { outcomeOf, outcomeOfTwo, type TestRun } from "./run-tests.ts";

const failure = (test: string) => ({ test, text: `    why ${test}` });
const first: TestRun = {
  code: 1,
  files: new Map([
    ["a.test.ts", { passed: 5, skipped: 1, failures: [] }],
    ["b.test.ts", { passed: 2, skipped: 0, failures: [failure("b one"), failure("b two")] }],
  ]),
};

test("a run counts its tests and says what failed", () => {
  expect(outcomeOf(first)).toEqual({
    passed: 7,
    failed: 2,
    skipped: 1,
    failures: ["b one\n    why b one", "b two\n    why b two"],
  });
});

test("what passes when it runs again is named, and what fails again fails", () => {
  const second = { code: 1, files: new Map([["b.test.ts", { passed: 3, skipped: 0, failures: [failure("b two")] }]]) };
  expect(outcomeOfTwo(first, second)).toEqual({
    passed: 8,
    failed: 1,
    skipped: 1,
    failures: ["b two\n    why b two"],
    unsteady: ["b one\n    why b one"],
  });
});

test("a second run that gave no report changes nothing", () => {
  expect(outcomeOfTwo(first, { code: 1 })).toEqual(outcomeOf(first));
});

test("an error outside of all tests, or no report, is a failure", () => {
  const files = new Map([["a.test.ts", { passed: 5, skipped: 0, failures: [] }]]);
  expect(outcomeOf({ code: 1, files })).toMatchObject({ passed: 5, failed: 1 });
  expect(outcomeOf({ code: 0 })).toMatchObject({ passed: 0, failed: 1 });
  expect(outcomeOf({ code: 0, files })).toMatchObject({ passed: 5, failed: 0 });
});
