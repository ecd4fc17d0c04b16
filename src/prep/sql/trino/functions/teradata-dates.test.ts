import { expect, test } from "vitest";
import { openOwn } from "../../../../../conformance/systems/trino/differ.ts";
import { openDuckDb } from "../duckdb.fixture.ts";

test("to_timestamp, to_date and to_char read and write Teradata's formats", async () => {
  const own = await openOwn(await openDuckDb(), []);
  const format = "'yyyy-mm-dd hh24:mi:ss'";
  expect(
    await own(
      `SELECT CAST(to_timestamp('2026-11-30 18:04:09', ${format}) AS varchar), CAST(to_date('30/11/2026', 'dd/mm/yyyy') AS varchar), to_char(TIMESTAMP '2026-11-30 18:04:09', 'yyyy.mm.dd hh:mi')`,
    ),
  ).toMatchObject({ rows: [["2026-11-30 18:04:09.000", "2026-11-30", "2026.11.30 06:04"]] });
  expect(await own("SELECT to_timestamp('x', 'yyyy-qq')")).toMatchObject({
    refused: expect.stringContaining("Failed to tokenize string [q] at offset [5]"),
  });
}, 60_000);
