import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { exampleColumns } from "./define-transform.ts";
import { type ExampleEngine as AnyExampleEngine, plainValue, rowsSql } from "./example-engine.fixture.ts";
import { duckdb } from "./sql/dialects/duckdb.ts";
import { printRelation } from "./sql/print-relation.ts";
import { table } from "./sql/relation.ts";

export interface ExampleEngine extends AnyExampleEngine {
  readonly connection: DuckDBConnection;
}

/** DuckDB with the tables of an example. */
export async function openExampleEngine(): Promise<ExampleEngine> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  return {
    name: "duckdb",
    connection,
    async tableOf(name, given) {
      const columns = exampleColumns(given);
      await connection.run(
        `CREATE OR REPLACE TABLE ${duckdb.quote(name)} (${columns.map((one) => `${duckdb.quote(one.name)} ${duckdb.typeName(one.type)}`).join(", ")})`,
      );
      for (const row of rowsSql(given, duckdb))
        await connection.run(`INSERT INTO ${duckdb.quote(name)} VALUES (${row})`);
      return table(name, columns);
    },
    async ask(query) {
      const result = await connection.runAndReadAll(printRelation(query, duckdb));
      const rows = result.getRowsJson();
      return rows.map((values) =>
        Object.fromEntries(query.columns.map((one, index) => [one.name, plainValue(values[index], one)])),
      );
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
