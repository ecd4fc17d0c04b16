import { createRandom } from "../../base/random.ts";
import type { ExampleTable } from "../define-transform.ts";
import { openExampleEngine } from "../duckdb.fixture.ts";
import { doubles, longs, texts } from "../example-columns.ts";
import type { InsightsReport } from "./insights-report.ts";
import { makeReport } from "./make-report.ts";
import type { ReportOptions } from "./report-params.ts";

/** Makes reports of tables in memory. */
export interface ReportMaker {
  report(table: ExampleTable, options?: Partial<ReportOptions>): Promise<InsightsReport>;
  close(): void;
}

export async function openReportMaker(): Promise<ReportMaker> {
  const engine = await openExampleEngine();
  return {
    async report(table, options = {}) {
      const input = await engine.tableOf("rows", table);
      return makeReport(input, { entire: true, seed: 1, modelRows: 100_000, ...options }, engine.forAnalyses);
    },
    close: () => engine.close(),
  };
}

/** A table with columns of every kind, some of them faulty. */
export function mixedTable(rows: number, seed = 1): ExampleTable {
  const random = createRandom(seed);
  const each = <Value>(of: (row: number) => Value): Value[] => Array.from({ length: rows }, (_, row) => of(row));
  const age = each(() => 18 + random.below(60));
  const colours = ["red", "green", "blue"];
  return {
    id: longs(...each((row) => row + 1)),
    age: longs(...each((row) => (row % 9 === 0 ? null : age[row]!))),
    income: doubles(...each((row) => (row % 97 === 5 ? 1e7 : 1_000 * age[row]! + 5_000 * random.next()))),
    colour: texts(...each((row) => (row % 31 === 3 ? "UNKNOWN" : colours[random.below(3)]!))),
    code: texts(...each((row) => (row % 25 === 1 ? '<none> & "more"' : `AB-${100 + random.below(900)}`))),
    joined: texts(...each((row) => `2024-0${1 + (row % 9)}-1${row % 10}`)),
    note: texts(
      ...each(() => `${colours[random.below(3)]} things ${random.below(1_000)} were seen near ${random.below(1_000)}`),
    ),
    same: texts(...each(() => "one")),
    buys: texts(...each((row) => (age[row]! + 20 * random.next() > 55 ? "yes" : "no"))),
  };
}
