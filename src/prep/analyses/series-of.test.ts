import { expect, test } from "vitest";
import { double, timestamp } from "../column-type.ts";
import { createTableSample } from "../table-sample.ts";
import { decompose, periodOf, seriesOf } from "./series-of.ts";

function read(rows: readonly (readonly [number | null, number | null])[], period?: number) {
  const columns = [
    { name: "at", type: timestamp },
    { name: "value", type: double },
  ];
  const maker = createTableSample(columns, rows.length);
  maker.add(rows.length, [rows.map(([time]) => time), rows.map(([, value]) => value)]);
  const notes: string[] = [];
  return { series: seriesOf(maker.finish(), "at", "value", period, notes), notes };
}

test.each([
  ["100 milliseconds: a second", 0.1, 10],
  ["5 seconds: an hour", 5, 720],
  ["15 minutes: a day", 900, 96],
  ["hours: a day", 3600, 24],
  ["days: a week", 86_400, 7],
  ["weeks: a year", 7 * 86_400, 52],
  ["months: a year", 31 * 86_400, 12],
  ["quarters: a year", 91 * 86_400, 4],
  ["years have no season", 365 * 86_400, undefined],
  ["18 hours are longer than half a day", 18 * 3600, undefined],
])("values %s", (_, step, period) => expect(periodOf(step)).toBe(period));

test("rows come in the order of time, those of one time as their mean, what is missing between its neighbours", () => {
  const { series, notes } = read(
    [
      [3, 30],
      [0, 0],
      [1, null],
      [2, 10],
      [2, 30],
      [null, 5],
      [4, null],
    ],
    2,
  );
  expect(series).toEqual({
    times: Float64Array.of(0, 1, 2, 3, 4),
    values: Float64Array.of(0, 10, 20, 30, 30),
    period: 2,
  });
  expect(notes).toEqual([
    '1 row has no time in the column "at", and is left out.',
    "6 rows have 5 different times; the mean stands for the rows of one time.",
    "2 of 5 values are missing; they lie on the line between their neighbours.",
  ]);
});

test("steps that are not alike are said; no value, no row and no season too", () => {
  expect(
    read(
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [9, 4],
      ],
      2,
    ).notes,
  ).toEqual(["1 of 3 steps between times is not the usual 1 second; each value counts as one step."]);
  expect(
    read(
      [
        [0, null],
        [1, null],
      ],
      2,
    ),
  ).toEqual({ series: undefined, notes: ['The column "value" has no number with a time.'] });
  expect(read([]).notes).toEqual(['The column "value" has no number with a time.']);
  expect(() =>
    read([
      [0, 1],
      [400 * 86_400, 2],
      [800 * 86_400, 3],
    ]),
  ).toThrow("Values 400 days apart have no usual season: give period, the number of values of a season (2 or more).");
});

test("a long series is decomposed in steps, nearly as it is at every value", () => {
  const values = Float64Array.from(
    { length: 9000 },
    (_, at) => at / 1000 + Math.sin((2 * Math.PI * at) / 300) + ((at * 7) % 11) / 100,
  );
  const notes: string[] = [];
  const parts = decompose({ times: values, values, period: 300 }, false, notes);
  expect(notes).toHaveLength(1);
  for (let at = 0; at < 9000; at++) expect(Math.abs(parts.remainder[at]!)).toBeLessThan(0.2);
});
