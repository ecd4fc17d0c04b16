import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { literal } from "./expression.ts";
import { select, table } from "./relation.ts";
import { isWrittenAs, knownTimeFormats, parseTime, pythonOf, readTimeFormat, timeFormatOf } from "./time-format.ts";

let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
  await engine.connection.run("CREATE TABLE one AS SELECT 1 AS n");
});
afterAll(() => engine.close());

const parsed = async (value: string, format: string): Promise<unknown> => {
  const time = parseTime(literal(value), readTimeFormat(format));
  const [row] = await engine.ask(select(table("one", []), [{ name: "time", value: time }]));
  return row?.time;
};

test.each([
  ["31-01-2024", "dd-MM-yyyy", "2024-01-31 00:00:00"],
  ["31-01-2024", "%d-%m-%Y", "2024-01-31 00:00:00"],
  ["1/2/2024 3:04 PM", "%m/%d/%Y %I:%M %p", "2024-01-02 15:04:00"],
  ["2024-01-31T10:00:00", "yyyy-MM-dd'T'HH:mm:ss", "2024-01-31 10:00:00"],
  ["2024-01-31T10:00:00+02:00", "%Y-%m-%dT%H:%M:%S%z", "2024-01-31 08:00:00"],
  ["2024-01-31T10:00:00Z", "%Y-%m-%dT%H:%M:%S%z", "2024-01-31 10:00:00"],
  ["20240131", "yyyyMMdd", "2024-01-31 00:00:00"],
  ["January 5, 2024", "%B %d, %Y", "2024-01-05 00:00:00"],
  ["2024-01-31 10:00:00.25", "%Y-%m-%d %H:%M:%S.%f", "2024-01-31 10:00:00.25"],
  ["31.1.2024", "%Y-%m-%d", null],
  ["", "%Y-%m-%d", null],
])("%s in %s is %s", async (value, format, time) => {
  expect(await parsed(value, format)).toBe(time);
});

test("a text is written in the first format that reads it", () => {
  const of = (value: string) => {
    const format = timeFormatOf(value);
    return format && pythonOf(format);
  };
  expect(of("2024-01-31")).toBe("%Y-%m-%d");
  expect(of("01/31/2024")).toBe("%m/%d/%Y");
  expect(of("31/01/2024")).toBe("%d/%m/%Y");
  expect(of("2024-01-31T10:00:00Z")).toBe("%Y-%m-%dT%H:%M:%S%z");
  expect(of("Jan 5, 2024 3:04 pm")).toBe("%b %d, %Y %I:%M %p");
  expect(of("soon")).toBeUndefined();
});

test("each known format is read by the engine as it is written", async () => {
  const { connection } = engine;
  for (const format of knownTimeFormats.map(pythonOf)) {
    const result = await connection.runAndReadAll(`SELECT strftime(TIMESTAMP '2024-01-31 10:05:06', '${format}')`);
    const written = String(result.getRowsJson()[0]?.[0]);
    if (!format.includes("%z")) expect(isWrittenAs(written, readTimeFormat(format)), format).toBe(true);
  }
});

test("what is no field is refused by its name", () => {
  expect(() => readTimeFormat("%Q")).toThrow('"%Q", which is no field');
  expect(() => readTimeFormat("yyyy-bb")).toThrow('"bb", which is no field');
  expect(() => readTimeFormat("--")).toThrow("has no field of a time");
});
