import type { EngineFunction } from "../../base/engine-function.ts";
import type { IcebergStruct } from "../../iceberg/table-metadata.ts";
import { transformNamed } from "../../iceberg/transform.ts";
import { valueOfText } from "../../iceberg/value-text.ts";
import { EngineFault } from "../port.ts";
import { literal } from "./quote.ts";

/** What DuckDB lacks for partitions: the bucket of a value, by its type, its text, and the number of buckets. */
export const bucketFunction: EngineFunction = {
  ...{ name: "iceberg_bucket", takes: ["text", "text", "integer"], gives: "integer" },
  call(type: string, text: string, count: number) {
    const value = valueOfText(type, text);
    return value === undefined ? null : Number(transformNamed(`bucket[${count}]`).apply(value, type));
  },
};

/** A field of a partition: the SQL of its value as text, and the type of Iceberg that the text is of. */
export interface PartitionColumn {
  readonly text: string;
  readonly type: string;
}

/**
 * Returns how a field of a partition comes from a column.
 * @param value SQL of the column as files hold it
 */
export function partitionColumn(
  schema: IcebergStruct,
  { sourceId, transform }: { readonly sourceId: number; readonly transform: string },
  valueIn: (name: string) => string,
): PartitionColumn {
  const field = schema.fields.find(({ id }) => id === sourceId);
  if (!field || typeof field.type !== "string")
    throw new EngineFault("statement", `NOT_SUPPORTED: partitions by field ${sourceId}, which is no plain column`);
  const { name, type: source } = field;
  const type = transformNamed(transform).type(source);
  const value = source === "timestamptz" ? `(${valueIn(name)} AT TIME ZONE 'UTC')` : valueIn(name);
  const [, kind = transform, count = ""] = /^(\w+)\[(\d+)\]$/.exec(transform) ?? [];
  return { type, text: `CAST(${expressions[kind]!(value, source, count)} AS VARCHAR)` };
}

const isBytes = (source: string): boolean => source === "binary" || source.startsWith("fixed");

const expressions: Readonly<Record<string, (value: string, source: string, count: string) => string>> = {
  identity: (value, source) => (isBytes(source) ? `hex(${value})` : value),
  void: () => "NULL",
  year: (value) => `(year(${value}) - 1970)`,
  month: (value) => `((year(${value}) - 1970) * 12 + month(${value}) - 1)`,
  day: (value) => `CAST(${value} AS DATE)`,
  hour: (value) => `CAST(floor(epoch_us(${value}) / 3600000000) AS INTEGER)`,
  // DuckDB gives a number where a function of ours gives null.
  bucket: (value, source, count) =>
    `CASE WHEN ${value} IS NOT NULL THEN ${bucketFunction.name}(${literal(source)}, ${isBytes(source) ? `hex(${value})` : `CAST(${value} AS VARCHAR)`}, ${count}) END`,
  truncate(value, source, count) {
    if (source === "string") return `left(${value}, ${count})`;
    if (isBytes(source)) return `hex((${value})[1:${count}])`;
    const scale = Number(/^decimal\(\s*\d+\s*,\s*(\d+)/.exec(source)?.[1] ?? 0);
    const width = scale === 0 ? count : `(${count} * ${10 ** -scale})`;
    const target = source === "int" ? "INTEGER" : source === "long" ? "BIGINT" : source;
    const [of, by] = [value, `CAST(${width} AS ${target})`];
    return `CAST(${of} - (((${of} % ${by}) + ${by}) % ${by}) AS ${target})`;
  },
};
