import { orderedText } from "./compare-nested.ts";
import { comparable } from "./comparison.ts";
import { SqlFault } from "./sql-fault.ts";
import { typeText } from "./sql-type.ts";
import type { SortItem } from "./syntax.ts";
import { isOrderable } from "./type-relations.ts";
import type { Value } from "./value.ts";

/** Chooses the first rows in an order, and those that are as the last of them. */
export const tiesText = (items: readonly string[], count: string | undefined): string =>
  count === undefined ? "" : ` QUALIFY rank() OVER (ORDER BY ${items.join(", ")}) <= ${count}`;

/** One item of ORDER BY. Nulls come last, in either direction, unless the statement says otherwise. */
export function sortText(item: SortItem, value: Value): string {
  if (!isOrderable(value.type))
    throw new SqlFault(
      "TYPE_MISMATCH",
      `Type ${typeText(value.type)} is not orderable, and therefore cannot be used in ORDER BY`,
      item.value.at,
    );
  // DuckDB refuses to sort by a text that stands alone.
  const key =
    value.text === undefined
      ? orderedText(comparable(value.sql, value.type), value.type)
      : `CAST(${value.sql} AS VARCHAR)`;
  return `${key} ${item.descending ? "DESC" : "ASC"} NULLS ${item.nullsFirst === true ? "FIRST" : "LAST"}`;
}
