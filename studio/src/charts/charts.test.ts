import { expect, test } from "vitest";
import { curvesOf } from "./job-curves.ts";
import { thinned } from "./thinned.ts";

test("curves are what the definitions find in the lines, each value by its place", () => {
  const definitions = [
    { Name: "train:rmse", Regex: "#011train-rmse:([0-9.]+)" },
    { Name: "none", Regex: "never=(\\d+)" },
    { Name: "not of a browser", Regex: "(?i" },
  ];
  const lines = ["[0]#011train-rmse:0.5", "other", "[1]#011train-rmse:0.25", `${"x".repeat(3000)}#011train-rmse:9`];
  expect(curvesOf(definitions, lines)).toEqual([
    {
      name: "train:rmse",
      points: [
        { x: 0, y: 0.5 },
        { x: 1, y: 0.25 },
      ],
    },
  ]);
});

test("a long line keeps its peaks when it is thinned", () => {
  const points = Array.from({ length: 100_000 }, (_, x) => ({ x, y: x === 777 ? 1000 : x === 5001 ? -1000 : x % 10 }));
  const kept = thinned(points, 1000);
  expect(kept.length).toBeLessThanOrEqual(1000);
  expect(kept).toContainEqual({ x: 777, y: 1000 });
  expect(kept).toContainEqual({ x: 5001, y: -1000 });
  expect(kept.every(({ x }, index) => index === 0 || x > kept[index - 1]!.x)).toBe(true);
  expect(thinned(points.slice(0, 5), 10)).toEqual(points.slice(0, 5));
});
