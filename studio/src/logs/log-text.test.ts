import { expect, test } from "vitest";
import { rowsOf, segmentsOf } from "./log-text.ts";

const begin = "\u001b[";

test.each([
  ["plain", [{ text: "plain" }]],
  [`${begin}31merror${begin}0m: it failed`, [{ text: "error", color: 1 }, { text: ": it failed" }]],
  [
    `${begin}1;92mdone${begin}22m!`,
    [
      { text: "done", color: 10, isBold: true },
      { text: "!", color: 10 },
    ],
  ],
  [`${begin}38;5;9mred${begin}39m${begin}38;2;1;2;3mmixed`, [{ text: "red", color: 9 }, { text: "mixed" }]],
  [`${begin}48;5;200mon a ground${begin}m`, [{ text: "on a ground" }]],
  // It moves, deletes and names a window.
  [`a${begin}2K${begin}1;1Hb\u001b]0;title\u0007c`, [{ text: "a" }, { text: "b" }, { text: "c" }]],
  ["evil\u202egnp.exe\u0007", [{ text: "evil\\u202egnp.exe␇" }]],
  ["10%\r20%\r\n", [{ text: "10%␍20%" }]],
  ["one\r\n\ttwo\n", [{ text: "one\n\ttwo" }]],
  // No command at all.
  ["\u001b", [{ text: "␛" }]],
])("%j is shown as %j", (message, segments) => {
  expect(segmentsOf(message)).toEqual(segments);
});

test.each([
  ["", 1],
  ["one", 1],
  ["one\n", 1],
  ["one\r\n", 1],
  ["Traceback:\n  File\nError", 3],
  ["\n\n", 2],
])("%j has %i rows, as many as are shown", (message, rows) => {
  expect(rowsOf(message)).toBe(rows);
  expect(
    segmentsOf(message)
      .map(({ text }) => text)
      .join("")
      .split("\n"),
  ).toHaveLength(rows);
});
