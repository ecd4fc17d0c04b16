import { expect, test } from "vitest";
import { projectedPartitions } from "./partition-projection.ts";

const now = Date.UTC(2026, 4, 31, 14, 7);

function folders(projection: Readonly<Record<string, string>>, type = "string"): string[] {
  const Parameters = Object.fromEntries(
    Object.entries(projection).map(([name, value]) => [
      name.startsWith("storage.") ? name : `projection.k.${name}`,
      value,
    ]),
  );
  const table = { DatabaseName: "d", Name: "t", StorageDescriptor: { Location: "s3://b/t/" }, Parameters };
  return projectedPartitions(table, [{ name: "k", type }], now).map(({ folder }) =>
    decodeURIComponent(folder).slice(2),
  );
}
const dates = (format: string, range: string, unit = "DAYS") =>
  folders({ type: "date", format, range, interval: "1", "interval.unit": unit });

test("dates are read and written in formats whose parts stand together", () => {
  expect(dates("yyyyMMdd", "20240227,20240301")).toEqual(["20240227", "20240228", "20240229", "20240301"]);
  expect(dates("yyyyMMddHH", "NOW-2HOURS,NOW", "HOURS")).toEqual(["2026053112", "2026053113", "2026053114"]);
  expect(dates("'y='yyyy/'m='M/d", "y=2024/m=12/31,y=2025/m=1/1")).toEqual(["y=2024/m=12/31", "y=2025/m=1/1"]);
  expect(dates("yyMMdd", "231231,240101")).toEqual(["231231", "240101"]);
});

test("months are counted from the first day of the range, and none is left out", () => {
  expect(dates("yyyy-MM", "NOW-3MONTHS,NOW", "MONTHS")).toEqual(["2026-02", "2026-03", "2026-04", "2026-05"]);
  expect(dates("yyyy-MM-dd", "2024-01-31,2024-04-30", "MONTHS")).toEqual([
    "2024-01-31",
    "2024-02-29",
    "2024-03-31",
    "2024-04-30",
  ]);
  expect(dates("yyyy-MM-dd", "2024-02-29,2026-03-01", "YEARS")).toEqual(["2024-02-29", "2025-02-28", "2026-02-28"]);
});

test("what describes no partitions is refused by its property", () => {
  expect(() => dates("yyyy-MMM", "2024-Jan,NOW")).toThrow("projection.k.format is \"yyyy-MMM\", and 'MMM' is not read");
  expect(() => folders({ type: "integer", range: "5,1" })).toThrow("projection.k.range ends before it begins");
  expect(() => folders({ type: "integer", range: "1,5", "storage.location.template": "s3://b/other/" })).toThrow(
    /^INVALID_TABLE_PROPERTY: storage.location.template does not name \$\{k\}/,
  );
});
