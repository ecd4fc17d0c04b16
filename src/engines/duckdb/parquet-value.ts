const integers = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"];

/** Which types of files become which types of columns, each by a pattern of DuckDB's names. */
const allowed: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^U?(TINYINT|SMALLINT|INTEGER|BIGINT)$/, /^(TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL.*)$/],
  [/^FLOAT$/, /^DOUBLE$/],
  [/^DOUBLE$/, /^FLOAT$/],
  [/^DECIMAL/, /^DECIMAL/],
  [/^(VARCHAR|BLOB|JSON|ENUM.*|UUID)$/, /^(VARCHAR|BLOB)$/],
  // Hive has no type for these; a column of one is text.
  [/^(TIME(_NS| WITH TIME ZONE)?|INTERVAL)$/, /^VARCHAR$/],
  [/^TIMESTAMP/, /^TIMESTAMP$/],
  [/^INTEGER$/, /^DATE$/],
  [/\[\]$/, /\[\]$/],
  [/^MAP/, /^MAP/],
  [/^STRUCT/, /^STRUCT/],
];

/** Returns the value of a column from that of a file; undefined where the file's type cannot become the column's. */
export function parquetValue(value: string, from: string, to: string): string | undefined {
  if (from === to) return value;
  if (!allowed.some(([source, target]) => source.test(from) && target.test(to))) return undefined;
  if (from === "TIMESTAMP WITH TIME ZONE") return `(${value} AT TIME ZONE 'UTC')`;
  if (from === "BLOB" && to === "VARCHAR") return `decode(${value})`;
  if (from === "VARCHAR" && to === "BLOB") return `encode(${value})`;
  // A value that does not fit is told by DuckDB.
  if (integers.includes(from) && integers.indexOf(to) > integers.indexOf(from)) return `${value}::${to}`;
  return `CAST(${value} AS ${to})`;
}
