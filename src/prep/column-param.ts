import type { Param } from "../base/params.ts";
import type { TypeKind } from "./column-type.ts";

/** A parameter that names columns of the step's input. It is read from JSON: a name, or a list of names. */
export interface ColumnParam<T> extends Param<T> {
  /** The types that the columns may have. Empty: any. */
  readonly column: readonly TypeKind[];
}

export const isColumnParam = (param: Param<unknown>): param is ColumnParam<unknown> => "column" in param;

/** One column that must be given. */
export const columnParam = (...types: readonly TypeKind[]): ColumnParam<string> => ({
  ...base(types, "the name of a column"),
  required: true,
  parse: (text) => namesOf(text)?.[0],
});

/** A column that may be left out. */
export const optionalColumnParam = (...types: readonly TypeKind[]): ColumnParam<string | undefined> => ({
  ...base(types, "the name of a column"),
  required: false,
  parse: (text) => namesOf(text)?.[0],
});

/** At least one column. */
export const columnsParam = (...types: readonly TypeKind[]): ColumnParam<readonly string[]> => ({
  ...base(types, "the names of columns"),
  required: true,
  parse: namesOf,
});

/** Columns that may be left out. */
export const optionalColumnsParam = (...types: readonly TypeKind[]): ColumnParam<readonly string[] | undefined> => ({
  ...base(types, "the names of columns"),
  required: false,
  parse: namesOf,
});

const base = (column: readonly TypeKind[], allowed: string) => ({ tunable: false, allowed, column });

function namesOf(text: string): readonly string[] | undefined {
  // A form leaves an empty text where no column is chosen.
  if (text === "") return undefined;
  const value: unknown = JSON.parse(text);
  const names = Array.isArray(value) ? value : [value];
  const given = names.filter((name): name is string => typeof name === "string" && name !== "");
  return given.length > 0 && given.length === names.length ? given : undefined;
}
