import { expect, test } from "vitest";
import { newestRows } from "./newest-rows.ts";

test("series stand side by side, the newest first", () => {
  const loss = { name: "loss", points: [1, 2, 3].map((x) => ({ x, y: x / 10 })) };
  const accuracy = { name: "accuracy", points: [2, 4].map((x) => ({ x, y: x })) };
  expect(newestRows([loss, accuracy], 3)).toEqual([
    [4, [undefined, 4]],
    [3, [0.3, undefined]],
    [2, [0.2, 2]],
  ]);
  expect(newestRows([], 3)).toEqual([]);
});
