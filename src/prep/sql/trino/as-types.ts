import { castText } from "./cast.ts";
import type { CompiledQuery, Translation } from "./scope.ts";
import { type SqlType, sameType } from "./sql-type.ts";

/** A query whose columns have other types. */
export function asTypes({ sql, columns }: CompiledQuery, types: readonly SqlType[], translation: Translation): string {
  if (columns.every((column, index) => sameType(column.type, types[index]!))) return sql;
  const name = translation.fresh("s");
  const items = columns.map(
    (column, index) => `${castText(`${name}.c${index}`, column.type, types[index]!)} AS c${index}`,
  );
  return `SELECT ${items.join(", ")} FROM (${sql}) AS ${name}`;
}
