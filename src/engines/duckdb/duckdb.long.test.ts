import { expect, test } from "vitest";
import { engineContract } from "../engine.contract.ts";
import { duckdb } from "./duckdb.ts";

engineContract(duckdb);

test("it says what it lacks of a table", () => {
  const parquet = { kind: "parquet" } as const;
  const lacks = (type: string, format: Parameters<typeof duckdb.lacks>[0]["format"] = parquet) =>
    duckdb.lacks({ columns: [{ name: "x", type }], format });
  expect(lacks("map<string,array<struct<a:decimal(10,2)>>>")).toBeUndefined();
  expect(lacks("uniontype<int,string>")).toBe("the type uniontype<int,string> of the column x");
  expect(lacks("decimal(39,2)")).toBe("the type decimal(39,2) of the column x");
  const csv = { kind: "csv", separator: ",", quote: '"', escape: "\\", skippedLines: 0 } as const;
  expect(lacks("array<string>", csv)).toMatch("OpenCSVSerDe");
});
