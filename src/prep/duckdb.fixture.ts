import * as duckdbApi from "@duckdb/node-api";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { addFunctions } from "../engines/duckdb/own-functions.ts";
import { imageFunctions, pixelsOfImage } from "../runtimes/prep/image-functions.ts";
import type { Column } from "./column-type.ts";
import { type ExampleTable, exampleColumns, type Row } from "./define-transform.ts";
import type { AnalysisEngine } from "./do-analysis.ts";
import { type ExampleEngine as AnyExampleEngine, plainValue, rowsSql } from "./example-engine.fixture.ts";
import { pixelText } from "./example-images.ts";
import { duckdb } from "./sql/dialects/duckdb.ts";
import { ownFunctions } from "./sql/own-functions.ts";
import { printRelation } from "./sql/print-relation.ts";
import { type Relation, table } from "./sql/relation.ts";
import { createTableSample } from "./table-sample.ts";

/** DuckDB with the tables of an example. */
export interface ExampleEngine extends AnyExampleEngine {
  readonly connection: DuckDBConnection;
  tableOf(name: string, columns: ExampleTable): Promise<Relation>;
  ask(query: Relation): Promise<readonly Row[]>;
  /** The same engine as analyses use it. */
  readonly forAnalyses: AnalysisEngine;
  close(): void;
}

const rowsOfInsert = 500;

export async function openExampleEngine(): Promise<ExampleEngine> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const ask = async (query: Relation): Promise<readonly Row[]> => {
    const result = await connection.runAndReadAll(printRelation(query, duckdb));
    const rows = result.getRowsJson();
    return rows.map((values) =>
      Object.fromEntries(query.columns.map((one, index) => [one.name, plain(values[index], one)])),
    );
  };
  let kept = 0;
  addFunctions(connection, [...ownFunctions, ...imageFunctions], duckdbApi);
  return {
    name: "duckdb",
    connection,
    async tableOf(name, given) {
      const columns = exampleColumns(given);
      await connection.run(
        `CREATE OR REPLACE TABLE ${duckdb.quote(name)} (${columns.map((one) => `${duckdb.quote(one.name)} ${duckdb.typeName(one.type)}`).join(", ")})`,
      );
      const rows = rowsSql(given, duckdb);
      for (let from = 0; from < rows.length; from += rowsOfInsert) {
        const some = rows.slice(from, from + rowsOfInsert).map((row) => `(${row})`);
        await connection.run(`INSERT INTO ${duckdb.quote(name)} VALUES ${some.join(", ")}`);
      }
      return table(name, columns);
    },
    ask,
    forAnalyses: {
      ask,
      async keep(relation) {
        const name = `kept ${++kept}`;
        await connection.run(`CREATE TABLE ${duckdb.quote(name)} AS ${printRelation(relation, duckdb)}`);
        return table(name, relation.columns);
      },
      async take(relation, columns, most) {
        const rows = await ask(relation);
        const maker = createTableSample(columns, most);
        maker.add(
          rows.length,
          columns.map(({ name }) => rows.map((row) => row[name])),
        );
        return maker.finish();
      },
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const plain = (value: unknown, column: Column): unknown =>
  column.type.kind === "binary" && value !== null ? imageText(value as string) : plainValue(value, column);

/** Bytes, of which the engine writes those that are no letters as \\x89, as examples have images. */
function imageText(written: string): string {
  const bytes = Buffer.from(
    written.replaceAll(/\\x([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    "latin1",
  );
  const pixels = pixelsOfImage(new Uint8Array(bytes));
  return pixels ? pixelText(pixels.width, pixels.data) : bytes.toString("utf8");
}
