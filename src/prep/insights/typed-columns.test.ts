import { afterAll, beforeAll, expect, test } from "vitest";
import { booleans, dates, texts, timestamps } from "../example-columns.ts";
import { openReportMaker, type ReportMaker } from "./report.fixture.ts";

/** Reports of texts, as files of CSV have them. */

let maker: ReportMaker;
beforeAll(async () => {
  maker = await openReportMaker();
});
afterAll(() => maker.close());

const rows = Array.from({ length: 100 }, (_, row) => row);
const each = (of: (row: number) => string | null) => texts(...rows.map(of));

test.each([
  ["whole numbers", (row: number) => ` ${row} `, "long"],
  ["numbers", (row: number) => `${row / 4}e3`, "double"],
  ["wholes and a few others", (row: number) => (row < 90 ? `${row}` : `${row}.5`), "double"],
  ["numbers, and words for none", (row: number) => (row % 10 === 0 ? "NA" : row % 10 === 1 ? null : `${row}`), "long"],
  ["truths", (row: number) => (row % 2 === 0 ? "True" : "false"), "boolean"],
  ["days", (row: number) => `2024-01-0${1 + (row % 9)}`, "date"],
  ["times", (row: number) => `2024-01-0${1 + (row % 9)} 10:00:00`, "timestamp"],
  ["numbers with zeros at the end", (row: number) => `${row}.50000000000000000000`, "double"],
  ["words", (row: number) => `word ${row % 3}`, "text"],
] as const)("%s are such a column, and nothing is lost", async (_, of, type) => {
  const { columns } = await maker.report({ x: each(of) }, { inferTypes: true });
  expect(columns[0]).toMatchObject({ type, invalid: 0 });
});

test.each([
  ["a few words", (row: number) => (row % 10 === 0 ? "bad" : `${row}`), { feature: "numeric", invalid: 10 }],
  ["words, and words for none", (row: number) => ["bad", "NA", "1.5"][Math.min(row, 2)]!, { invalid: 1, missing: 1 }],
  ["truths of another kind", (row: number) => (row % 10 === 0 ? "yes" : "true"), { top: [{ rows: 90 }, { rows: 10 }] }],
  ["more digits than a number holds", (row: number) => `12345678901234567890.${100 + row}`, { distinct: 100 }],
  ["wholes past 64 bits", (row: number) => `1234567890123456789012${100 + row}`, { distinct: 100 }],
  [
    "days, and a word",
    (row: number) => (row === 0 ? "soon" : `2024-01-${10 + (row % 9)}`),
    { feature: "datetime", invalid: 1 },
  ],
] as const)("a column with %s stays text, and they are told", async (_, of, found) => {
  const { columns } = await maker.report({ x: each(of) }, { inferTypes: true });
  expect(columns[0]).toMatchObject({ type: "text", ...found });
});

test("labels that are no numbers are counted, and no column but text is changed", async () => {
  const table = {
    y: each((row) => (row % 10 === 0 ? "bad" : `${row}.5`)),
    ok: booleans(...rows.map((row) => row % 2 === 0)),
    day: dates(...rows.map(() => "2024-01-31")),
    at: timestamps(...rows.map(() => "2024-01-31 10:00:00")),
  };
  const { columns, warnings } = await maker.report(table, { inferTypes: true, target: "y", problem: "regression" });
  expect(warnings).toContainEqual(expect.objectContaining({ id: "many_non_numeric_labels", severity: "high" }));
  expect(columns.map(({ type }) => type)).toEqual(["text", "boolean", "date", "timestamp"]);
});

test("without it, texts are texts", async () => {
  const { columns } = await maker.report({ x: each(String) });
  expect(columns[0]).toMatchObject({ type: "text", feature: "numeric" });
});
