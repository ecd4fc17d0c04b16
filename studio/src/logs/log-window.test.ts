import { expect, test } from "vitest";
import { after, before, type LogPage, windowOf } from "./log-window.ts";

const page = (from: number, count: number): LogPage => ({
  lines: Array.from({ length: count }, (_, index) => ({ timestamp: from + index, message: String(from + index) })),
  backward: `b/${from}`,
  forward: `f/${from + count - 1}`,
});
const times = (lines: LogPage["lines"]) => lines.map(({ timestamp }) => timestamp);

test("a window at the end grows before its first line, until a page is empty", () => {
  const end = windowOf(page(20, 10), "end");
  expect(end).toMatchObject({ first: 0, atStart: false, atEnd: true });
  const grown = before(end, page(10, 10));
  expect(times(grown.lines)).toEqual(Array.from({ length: 20 }, (_, index) => 10 + index));
  expect(grown).toMatchObject({ first: -10, atStart: false, atEnd: true });
  expect(before(grown, page(10, 0))).toMatchObject({ first: -10, atStart: true });
});

test("lines that come one by one join the last page, whose tokens then lead on from both ends", () => {
  const window = after(after(windowOf(page(0, 3), "end"), page(3, 1)), page(4, 1));
  expect(window.pages).toHaveLength(1);
  expect(window.pages[0]).toMatchObject({ backward: "b/0", forward: "f/4" });
  expect(times(window.lines)).toEqual([0, 1, 2, 3, 4]);
  expect(window.atEnd).toBe(false);
  expect(after(window, page(5, 0)).atEnd).toBe(true);
});

test("a window that is too long forgets whole pages at its far end, where it can be read again", () => {
  const start = windowOf(page(0, 8_000), "start");
  const long = after(after(start, page(8_000, 8_000)), page(16_000, 8_000), 20_000);
  expect(long).toMatchObject({ first: 8_000, atStart: false });
  expect(long.lines).toHaveLength(16_000);
  expect(long.pages[0]!.backward).toBe("b/8000");
  const back = before(long, page(0, 8_000), 20_000);
  expect(back).toMatchObject({ first: 0, atEnd: false });
  expect(back.pages.at(-1)!.forward).toBe("f/15999");
});
