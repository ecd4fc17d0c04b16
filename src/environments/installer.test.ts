import { expect, it } from "vitest";
import { withCause } from "./installer.ts";

it.each([
  [
    ["error: No solution found", "  cause: Because x was not found.", "and y"],
    "error: No solution found: Because x was not found.\nand y",
  ],
  [
    ["  \u00d7 No solution found:", "  \u2570\u2500\u25b6 Because x was not found."],
    "  \u00d7 No solution found: Because x was not found.",
  ],
  [
    ["error: Failed to fetch: `u`", "  Caused by: request failed", "  Caused by: no route"],
    "error: Failed to fetch: `u`: request failed: no route",
  ],
  [["ERROR: No matching distribution", "hint: look"], "ERROR: No matching distribution\nhint: look"],
])("a cause is on the line of its error %#", (lines, text) => {
  expect(withCause(lines)).toBe(text);
});
