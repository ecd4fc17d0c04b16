import { expect, test } from "vitest";
import { findingLines } from "./finding-lines.ts";

test("findings are lines: tables by their first rows, long lists by their ends", () => {
  const rows = Array.from({ length: 12 }, (_, row) => ({ name: `row ${row}`, share: row === 1 ? null : row / 3 }));
  const lines = findingLines({ score: 0.123456789, x: { edges: rows.map((_, at) => at) }, rows });
  expect(lines.slice(0, 5)).toEqual([
    "score: 0.12346",
    "x.edges: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
    "rows:",
    "  name     share",
    "  row 0        0",
  ]);
  expect(lines.at(-2)).toBe("  row 9        3");
  expect(lines.at(-1)).toBe("  (2 more)");
  const wide = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`c${at}`, at]));
  expect(findingLines({ wide: [wide] }).at(-1)).toBe("  (also c8, c9)");
});

test.each([
  [Array.from({ length: 20 }, (_, at) => at - 5.5), "x: 20 values, from -5.5 to 13.5"],
  [Array.from({ length: 20 }, () => "a\nb"), "x: 20 values: a b, a b, a b, …"],
  [Array.from({ length: 20 }, () => null), "x: 20 values: –, –, –, …"],
  [[[1], [2]], "x: 2 lists"],
  [[], "x: "],
  [null, "x: –"],
  ["y".repeat(200), `x: ${"y".repeat(89)}…`],
])("a value is a line: %j", (value, line) => {
  expect(findingLines({ x: value })).toEqual([line]);
});
