import { expect, test } from "vitest";
import { pointsOf, startOf } from "./picture.ts";
import type { ResultPage, ResultRow } from "./results.ts";

const page = (columns: Readonly<Record<string, string>>, rows: readonly ResultRow[]): ResultPage => ({
  columns: Object.entries(columns).map(([name, type]) => ({ name, type, isNumber: /^(integer|double)/.test(type) })),
  rows,
  next: undefined,
});

test("a picture begins with times across as lines, texts as bars, numbers as points", () => {
  const sales = page({ day: "date", shop: "varchar", total: "double" }, [["2026-01-01", "a", "1.5"]]);
  expect(startOf(sales)).toEqual({ mark: "Line", x: 0, y: 2, colour: 1 });
  expect(startOf(page({ shop: "varchar", total: "double" }, [["a", "1"]]))).toEqual({ mark: "Bar", x: 0, y: 1 });
  expect(startOf(page({ a: "integer", b: "double" }, [["1", "2"]]))).toEqual({ mark: "Point", x: 0, y: 1 });
  expect(startOf(page({ a: "integer" }, [["1"]]))).toEqual({ mark: "Point", x: 0, y: 0 });
  expect(startOf(page({ a: "varchar" }, [["x"]]))).toBeUndefined();
  expect(startOf(page({ a: "integer" }, []))).toBeUndefined();
});

test("many values are no colours", () => {
  const rows = Array.from({ length: 20 }, (_, index) => ["2026-01-01", `shop ${index}`, String(index)]);
  expect(startOf(page({ day: "date", shop: "varchar", total: "double" }, rows))).toEqual({ mark: "Line", x: 0, y: 2 });
});

test("points are numbers and times; rows without a number up are left out", () => {
  const result = page({ at: "timestamp(3)", shop: "varchar", total: "double" }, [
    ["2026-01-01 12:00:00.500", "a", "1.5"],
    ["2026-01-02", undefined, "2"],
    [undefined, "b", undefined],
    ["2026-01-03", "c", "NaN"],
  ]);
  expect(pointsOf(result, { mark: "Line", x: 0, y: 2, colour: 1 })).toEqual([
    { x: Date.UTC(2026, 0, 1, 12, 0, 0, 500), y: 1.5, colour: "a" },
    { x: Date.UTC(2026, 0, 2), y: 2, colour: "null" },
  ]);
});
