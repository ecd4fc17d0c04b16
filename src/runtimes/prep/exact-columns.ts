import { type HiveType, parseHiveType } from "../../engines/hive-type.ts";
import type { EngineTable, OpenEngine } from "../../engines/port.ts";
import { type ColumnType, double, long, text } from "../../prep/column-type.ts";
import type { SourceColumn } from "../../prep/flows/source-relation.ts";
import type { Dialect } from "../../prep/sql/dialect.ts";
import { planType } from "./plan-type.ts";

/** The engine that reads a source. */
export interface TableReader {
  readonly engine: OpenEngine;
  readonly dialect: Dialect;
  readonly signal: AbortSignal;
}

/** A column of decimals of which a plan's number may lose digits. */
interface WideColumn {
  readonly index: number;
  /** The value as a plan's number, and that number as a decimal again. */
  readonly number: ColumnType;
  readonly back: string;
}

/**
 * Returns the columns of a table as a plan has them. Plans have numbers of 64 bits: a column of wider decimals is one of
 * longs or doubles where each of its values is such a number, digit by digit, and else of texts with all digits. The rows are read
 * for it only where there is such a column.
 */
export async function exactColumns(table: EngineTable, reader: TableReader): Promise<readonly SourceColumn[]> {
  const columns = table.columns.map(
    ({ name, type }): SourceColumn => ({ name, type: planType(type), ...(type.startsWith("map<") && { isMap: true }) }),
  );
  const wide = columns.flatMap((column, index) => {
    const found = wideColumn(parseHiveType(table.columns[index]!.type), index, reader.dialect, column.name);
    return found ? [found] : [];
  });
  if (wide.length === 0) return columns;
  const lost = await countLost(table, wide, reader);
  const numbers = new Map(wide.flatMap(({ index, number }, at) => (lost[at] === 0 ? [[index, number] as const] : [])));
  return columns.map((column, index) => ({ ...column, type: numbers.get(index) ?? column.type }));
}

function wideColumn(type: HiveType, index: number, dialect: Dialect, name: string): WideColumn | undefined {
  if (type.kind !== "primitive" || type.name !== "decimal" || planType(wordsOf(type)).kind !== text.kind)
    return undefined;
  const value = dialect.quote(name);
  if ((type.numbers[1] ?? 0) === 0) return { index, number: long, back: `TRY_CAST(${value} AS BIGINT)` };
  // A double's shortest text is what people and files see of it.
  const shown = `CAST(CAST(${value} AS DOUBLE) AS ${dialect.typeName(text)})`;
  return { index, number: double, back: `TRY_CAST(${shown} AS ${wordsOf(type)})` };
}

const wordsOf = ({ numbers }: Extract<HiveType, { kind: "primitive" }>): string =>
  numbers.length === 0 ? "decimal" : `decimal(${numbers.join(",")})`;

/** How many values of each column are others as the plan's numbers. */
async function countLost(
  table: EngineTable,
  wide: readonly WideColumn[],
  { dialect, engine, signal }: TableReader,
): Promise<readonly number[]> {
  const name = `digits of ${table.name}`;
  const counts = wide.map(({ back, index }, at) => {
    const value = dialect.quote(table.columns[index]!.name);
    const isLost = `${value} IS NOT NULL AND NOT coalesce(${back} = ${value}, false)`;
    return `count(CASE WHEN ${isLost} THEN 1 END) AS ${dialect.quote(`lost${at}`)}`;
  });
  const sql = `SELECT ${counts.join(", ")} FROM ${dialect.quote(name)}`;
  const columns = wide.map(({ index }) => table.columns[index]!);
  const { batches } = await engine.rows({ sql, tables: [{ ...table, name, columns }] }, signal);
  for await (const batch of batches) if (batch.rowCount > 0) return batch.columns.map((values) => Number(values[0]));
  return wide.map(() => 0);
}
