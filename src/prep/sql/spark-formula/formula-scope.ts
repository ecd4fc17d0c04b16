import type { Column } from "../../column-type.ts";
import { columnOf, StepFault } from "../../step-fault.ts";
import { column, type Expression, field } from "../expression.ts";
import type { Relation } from "../relation.ts";
import type { Formula, FormulaQuery } from "./syntax.ts";

/** What the names of a formula may mean. */
export interface FormulaScope {
  readonly columns: Relation["columns"];
  /** By what rows are grouped: then aggregates stand without a window, and what they are not of must be a key. */
  readonly grouped?: readonly Formula[];
  /** The tables that the columns are of, of a query. */
  readonly tables?: readonly NamedTable[];
  /** Elements of lists, by the names that functions (->) give them. */
  readonly elements?: Readonly<Record<string, Expression>>;
  /** Makes the relation of a query within the formula. */
  query?(query: FormulaQuery): Relation;
}

/** A table of a query, and the columns that its own are in the rows. A hidden one is named with its table alone. */
export interface NamedTable {
  readonly name: string;
  readonly columns: readonly { readonly shown: string; readonly column: Column; readonly hidden?: boolean }[];
}

/** Names of columns are compared without case where no column has the name as it is. */
export function nameOf(parts: readonly string[], scope: FormulaScope): Expression {
  const { elements = {}, tables } = scope;
  if (Object.hasOwn(elements, parts[0]!)) return parts.slice(1).reduce(fieldOf, elements[parts[0]!]!);
  return tables ? columnOfTables(parts, tables) : columnOfRows(parts, scope.columns);
}

/** A name with its table before it, or one that a single table has. */
function columnOfTables(parts: readonly string[], tables: readonly NamedTable[]): Expression {
  const isAlike = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const table = parts.length > 1 ? tables.find(({ name }) => isAlike(name, parts[0]!)) : undefined;
  const rest = table ? parts.slice(1) : parts;
  const name = rest[0]!;
  const all = (table ? [table] : tables).flatMap(({ columns, name: of }) =>
    columns.filter(({ hidden }) => table !== undefined || !hidden).map((one) => ({ ...one, of })),
  );
  const alike = all.filter(({ shown }) => isAlike(shown, name));
  const exact = all.filter(({ shown }) => shown === name);
  const found = exact.length > 0 ? exact : alike;
  if (found.length > 1)
    throw new StepFault(
      `${JSON.stringify(name)} is a column of ${found.map(({ of }) => of).join(" and ")}; write the table before it: ${found[0]!.of}.${name}.`,
    );
  const start =
    found[0]?.column ?? columnOf({ columns: all.map(({ column: { type }, shown }) => ({ name: shown, type })) }, name);
  return rest.slice(1).reduce(fieldOf, column(start));
}

function columnOfRows(parts: readonly string[], columns: readonly Column[]): Expression {
  const rest =
    parts.length > 1 && parts[0]!.toLowerCase() === "df" && !columns.some(({ name }) => name === "df")
      ? parts.slice(1)
      : parts;
  const name = rest[0]!;
  const alike = columns.filter((one) => one.name.toLowerCase() === name.toLowerCase());
  const found = columns.find((one) => one.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
  const start = column(found ?? columnOf({ columns }, name));
  return rest.slice(1).reduce(fieldOf, start);
}

export function fieldOf(of: Expression, wanted: string): Expression {
  const fields = of.type.kind === "struct" ? of.type.fields : [];
  const found = fields.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (!found)
    throw new StepFault(
      `The formula takes the field ${JSON.stringify(wanted)} of a value that has ${fields.length > 0 ? fields.map(({ name }) => name).join(", ") : "no fields"}.`,
    );
  return field(of, found.name);
}
