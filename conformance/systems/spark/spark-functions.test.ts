import { afterAll, describe, expect, test } from "vitest";
import { type ColumnType, date, double, long, text, timestamp, typeWords } from "../../../src/prep/column-type.ts";
import { openExampleEngine } from "../../../src/prep/duckdb.fixture.ts";
import type { ExampleEngine } from "../../../src/prep/example-engine.fixture.ts";
import { as, call, cast, column, type Expression } from "../../../src/prep/sql/expression.ts";
import { select } from "../../../src/prep/sql/relation.ts";
import { functionCases } from "./beside-duckdb.ts";
import { canRun, openSpark, sparkExamples } from "./open-spark.ts";

/** Every function of expressions on values at which engines differ: what DuckDB gives, Spark gives. */
const opening = canRun ? openSpark() : undefined;
const duckdb = openExampleEngine();
afterAll(async () => {
  (await opening)?.close();
  (await duckdb).close();
});

type Rows = readonly (readonly unknown[])[];

async function answers(engine: ExampleEngine, rows: Rows, types: readonly ColumnType[], make: Make) {
  const columns = Object.fromEntries(types.map((type, at) => [`v${at}`, { type, values: rows.map((row) => row[at]) }]));
  const ordinals = { type: long, values: rows.map((_, at) => at) };
  const input = await engine.tableOf("values", { n: ordinals, ...columns });
  const operands = input.columns.slice(1).map((one) => column(one));
  const given = await engine.ask(
    select(input, [
      { name: "n", value: column(input.columns[0]!) },
      { name: "value", value: make(operands) },
    ]),
  );
  return new Map(given.map((row) => [row.n as number, row.value]));
}

type Make = (operands: readonly Expression[]) => Expression;

/** What DuckDB refuses of all rows is asked of each, and left out. */
async function compare(rows: Rows, types: readonly ColumnType[], make: Make): Promise<void> {
  const embedded = await duckdb;
  const known: (readonly unknown[])[] = [];
  const wanted: unknown[] = [];
  const all = await answers(embedded, rows, types, make).catch(() => undefined);
  for (const [at, row] of rows.entries()) {
    const one = all ?? (await answers(embedded, [row], types, make).catch(() => undefined));
    if (one === undefined) continue;
    known.push(row);
    wanted.push(one.get(all ? at : 0));
  }
  const given = await answers(sparkExamples((await opening!).engine), known, types, make);
  const said = (value: unknown, at: number) => `${JSON.stringify(known[at])} ${JSON.stringify(near(value))}`;
  const theirs = known.map((_, at) => said(given.get(at), at));
  const ours = known.map((_, at) => said(wanted[at], at));
  expect(theirs.filter((one, at) => one !== ours[at])).toEqual(ours.filter((one, at) => one !== theirs[at]));
}

const near = (value: unknown): unknown => {
  if (typeof value === "number") return Number.isFinite(value) ? Number(value.toPrecision(12)) : String(value);
  return Array.isArray(value) ? value.map(near) : value;
};

describe.runIf(canRun)("functions", () => {
  for (const { name, rows, types } of functionCases)
    test(`${name} of ${types.map(typeWords).join(", ")}`, () =>
      compare(rows, types, (operands) => call(name, ...operands)));

  // Spark takes a literal alone for the digits.
  const numbers = [-2.5, -0.5, 0.5, 1.5, 2.5, 2.675, 123456.789, 1e15, null].map((value) => [value]);
  for (const name of ["round", "roundWritten", "roundToEven"] as const)
    for (const digits of [0, 1, 2, 5])
      test(`${name} to ${digits} digits`, () => compare(numbers, [double], ([value]) => call(name, value!, digits)));
});

const writtenNumbers = [
  "1",
  " 12 ",
  "-3",
  "+4",
  "1.9",
  "-1.9",
  ".5",
  "5.",
  "1e3",
  "1E-2",
  "1_000",
  "0x1f",
  "1,5",
  "nan",
  "-Infinity",
  "inf",
  "",
  " ",
  "x",
  "9223372036854775807",
  "9223372036854775808",
  "1e400",
  null,
];
const numbers = [
  0,
  -0,
  1.5,
  -2.5,
  1e21,
  1e7,
  12345678.9,
  1e-7,
  0.1,
  100,
  1 / 3,
  1e15,
  123456789012345680,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  null,
];

describe.runIf(canRun)("casts", () => {
  const of = (type: ColumnType, to: ColumnType, values: readonly unknown[]) =>
    compare(
      values.map((value) => [value]),
      [type],
      ([value]) => cast(value!, to),
    );
  test("text to long", () => of(text, long, writtenNumbers));
  test("text to double", () => of(text, double, writtenNumbers));
  test("text to boolean", () =>
    of(text, { kind: "boolean" }, ["true", "T", "yes", "on", "1", "0", "no", "f", " false ", "", null]));
  test("text to date", () =>
    of(text, date, ["2024-01-31", "2024-1-5", " 2024-01-31 ", "2024-02-30", "31.1.2024", "", null]));
  test("text to time", () =>
    of(text, timestamp, [
      "2024-01-31 10:00:00",
      "2024-01-31T10:00:00",
      "2024-01-31",
      "2024-01-31 10:00",
      "2024-01-31 10:00:00.123456",
      "soon",
      null,
    ]));
  test("double to long", () => of(double, long, [1.9, -1.9, Number.NaN, 1e19, Number.POSITIVE_INFINITY, null]));
  test("double to text", () => of(double, text, numbers));
  test("long to text", () => of(long, text, [0, -5, 1234567890123, null]));
  test("time to text", () =>
    of(timestamp, text, ["2024-01-31 10:00:00", "2024-01-31 10:00:00.5", "2024-01-31 00:00:00", null]));
  test("list to text", () => of({ kind: "list", element: long }, text, [[1, 2], [], null]));
  test("boolean to long", () => of({ kind: "boolean" }, long, [true, false, null]));
  test("strictly double to text", () =>
    compare(
      numbers.map((value) => [value]),
      [double],
      ([value]) => as(value!, text),
    ));
});
