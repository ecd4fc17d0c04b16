import { nearestWords } from "../../../prep/sql/trino/scope.ts";
import { QueryFailure } from "./athena-faults.ts";
import { checkColumns } from "./check-definition.ts";
import type { CatalogTable } from "./file-format.ts";
import { catalogColumn } from "./named-table.ts";
import type { StatementOf } from "./statement-of.ts";

export type Columns = NonNullable<NonNullable<CatalogTable["StorageDescriptor"]>["Columns"]>;

/** What changes the columns of a table in Hive's formats. */
export type ColumnChange = Extract<
  StatementOf<"alter-table">,
  { readonly action: "add-columns" | "replace-columns" | "change-column" }
>;

const semantic = (words: string) => new QueryFailure(`FAILED: SemanticException ${words}`);

/** Returns the columns of a table after a change. The files stay as they are. `keys` are the names of its partition keys. */
export function alteredColumns(change: ColumnChange, columns: Columns, keys: readonly string[]): Columns {
  const names = columns.map(({ Name = "" }) => Name.toLowerCase());
  const refuse = (others: readonly string[], added: readonly string[]): void => {
    const seen = new Set([...others, ...keys]);
    for (const name of added) {
      if (seen.has(name)) throw semantic(`[Error 10036]: Duplicate column name: ${name}`);
      seen.add(name);
    }
  };
  checkColumns(change.action === "change-column" ? [change.to] : change.columns);
  switch (change.action) {
    case "add-columns": {
      refuse(
        names,
        change.columns.map(({ name }) => name),
      );
      return [...columns, ...change.columns.map(catalogColumn)];
    }
    case "replace-columns": {
      refuse(
        [],
        change.columns.map(({ name }) => name),
      );
      return change.columns.map(catalogColumn);
    }
    case "change-column":
      return changed(change, columns, names, refuse);
  }
}

function changed(
  { column, position, to }: Extract<ColumnChange, { readonly action: "change-column" }>,
  columns: Columns,
  names: readonly string[],
  refuse: (others: readonly string[], added: readonly string[]) => void,
): Columns {
  const at = placeOf(column, names);
  refuse(names.toSpliced(at, 1), [to.name]);
  const next = { ...columns[at], ...catalogColumn(to) };
  if (position === undefined) return columns.with(at, next);
  const others = columns.toSpliced(at, 1);
  const place = position === "first" ? 0 : placeOf(position.after, names.toSpliced(at, 1)) + 1;
  return others.toSpliced(place, 0, next);
}

function placeOf(column: string, names: readonly string[]): number {
  const at = names.indexOf(column.toLowerCase());
  if (at === -1) throw semantic(`[Error 10002]: Invalid column reference ${column}${nearestWords(column, names)}`);
  return at;
}
