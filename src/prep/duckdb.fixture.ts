import * as duckdbApi from "@duckdb/node-api";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { addFunctions } from "../engines/duckdb/own-functions.ts";
import { imageFunctions, pixelsOfImage } from "../runtimes/prep/image-functions.ts";
import type { Column, ColumnType } from "./column-type.ts";
import { type ExampleTable, exampleColumns, type Row } from "./define-transform.ts";
import type { AnalysisEngine } from "./do-analysis.ts";
import type { ExampleEngine as AnyExampleEngine } from "./example-engine.fixture.ts";
import { pixelText, pngOf } from "./example-images.ts";
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
      const rows = columns.length === 0 ? 0 : Object.values(given)[0]!.values.length;
      await connection.run(
        `CREATE OR REPLACE TABLE ${duckdb.quote(name)} (${columns.map((one) => `${duckdb.quote(one.name)} ${duckdb.typeName(one.type)}`).join(", ")})`,
      );
      const rowSql = (row: number) =>
        `(${columns.map((one) => valueSql(given[one.name]!.values[row], one.type)).join(", ")})`;
      for (let from = 0; from < rows; from += rowsOfInsert) {
        const some = Array.from({ length: Math.min(rowsOfInsert, rows - from) }, (_, at) => rowSql(from + at));
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

function valueSql(value: unknown, type: ColumnType): string {
  if (value === null || value === undefined) return "NULL";
  if (Array.isArray(value) && type.kind !== "struct") {
    const element: ColumnType = type.kind === "list" ? type.element : { kind: "double" };
    return `CAST([${value.map((one) => valueSql(one, element)).join(", ")}] AS ${duckdb.typeName(type)})`;
  }
  if (type.kind === "struct") {
    const members = type.fields.map(({ name, type: field }) => {
      const member = (value as Record<string, unknown>)[name];
      return `${duckdb.literal(name, { kind: "text" })}: ${valueSql(member, field)}`;
    });
    return `{${members.join(", ")}}`;
  }
  if (type.kind === "binary") return `from_hex('${Buffer.from(pngOf(value as string)).toString("hex")}')`;
  return duckdb.literal(value as string, type);
}

/** A value as examples have it: what is whole and a number's is a number, dates and times are texts. */
function plain(value: unknown, { type }: Column): unknown {
  if (value === null) return null;
  if (type.kind === "long" || type.kind === "double") return Number(value);
  if (type.kind === "binary") return imageText(value as string);
  if (type.kind === "list" || type.kind === "vector") {
    const element: ColumnType = type.kind === "list" ? type.element : { kind: "double" };
    return (value as unknown[]).map((one) => plain(one, { name: "", type: element }));
  }
  if (type.kind === "struct")
    return Object.fromEntries(
      type.fields.map((field) => [field.name, plain((value as Record<string, unknown>)[field.name], field)]),
    );
  return value;
}

/** Bytes, of which the engine writes those that are no letters as \\x89, as examples have images. */
function imageText(written: string): string {
  const bytes = Buffer.from(
    written.replaceAll(/\\x([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    "latin1",
  );
  const pixels = pixelsOfImage(new Uint8Array(bytes));
  return pixels ? pixelText(pixels.width, pixels.data) : bytes.toString("utf8");
}
