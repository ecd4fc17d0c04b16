import { type Column, double } from "../column-type.ts";
import { column, type Expression, type Order } from "./expression.ts";

/**
 * What a step of a plan makes of its inputs: a tree that `print-relation.ts` prints in the dialect of an engine. The rows
 * of a relation have an order, that of its input, unless its kind says otherwise.
 */
export type Relation = { readonly columns: readonly Column[] } & (
  | { readonly kind: "table"; readonly name: string }
  | { readonly kind: "select"; readonly input: Relation; readonly values: readonly Named[] }
  | { readonly kind: "filter"; readonly input: Relation; readonly where: Expression }
  /** One row for each combination of keys, nulls included; without keys, one row. It has no order. */
  | {
      readonly kind: "aggregate";
      readonly input: Relation;
      readonly keys: readonly Named[];
      readonly values: readonly Named[];
    }
  | {
      readonly kind: "join";
      readonly how: JoinKind;
      readonly left: Relation;
      readonly right: Relation;
      readonly on: readonly (readonly [left: string, right: string])[];
      /** Where each column comes from. */
      readonly values: readonly { readonly name: string; readonly side: "left" | "right"; readonly from: string }[];
    }
  /** The rows of one after those of the other; columns are those of the first, by name. */
  | { readonly kind: "union"; readonly inputs: readonly Relation[] }
  | { readonly kind: "sort"; readonly input: Relation; readonly order: readonly Order[] }
  | { readonly kind: "limit"; readonly input: Relation; readonly count: number }
  | { readonly kind: "distinct"; readonly input: Relation }
  /** A row for each element of a list; none for null and for an empty list. */
  | { readonly kind: "explode"; readonly input: Relation; readonly list: Expression; readonly as: string }
  /** A query of a user over the relations that it names, checked and translated by whoever made it. */
  | {
      readonly kind: "written";
      readonly inputs: readonly { readonly name: string; readonly relation: Relation }[];
      readonly sql: Readonly<Record<string, string>>;
    }
);

export type JoinKind = "inner" | "left" | "right" | "full" | "semi" | "anti" | "cross";

export interface Named {
  readonly name: string;
  readonly value: Expression;
}

export const table = (name: string, columns: readonly Column[]): Relation => ({ kind: "table", name, columns });

/** The same rows with these columns alone. */
export const select = (input: Relation, values: readonly Named[]): Relation => ({
  kind: "select",
  input,
  values,
  columns: values.map(({ name, value }) => ({ name, type: value.type })),
});

/** The columns as they are, by name. */
export const named = (columns: readonly Column[]): readonly Named[] =>
  columns.map((one) => ({ name: one.name, value: column(one) }));

/** The same rows with more columns; one whose name is there already takes its place. */
export function withColumns(input: Relation, values: readonly Named[]): Relation {
  const given = new Map(values.map((one) => [one.name, one]));
  const kept = named(input.columns).map((one) => given.get(one.name) ?? one);
  const known = new Set(input.columns.map(({ name }) => name));
  return select(input, [...kept, ...values.filter(({ name }) => !known.has(name))]);
}

export const without = (input: Relation, names: readonly string[]): Relation =>
  select(input, named(input.columns.filter(({ name }) => !names.includes(name))));

export const filter = (input: Relation, where: Expression): Relation => ({
  kind: "filter",
  input,
  where,
  columns: input.columns,
});

export const aggregate = (input: Relation, keys: readonly Named[], values: readonly Named[]): Relation => ({
  kind: "aggregate",
  input,
  keys,
  values,
  columns: [...keys, ...values].map(({ name, value }) => ({ name, type: value.type })),
});

export const sort = (input: Relation, order: readonly Order[]): Relation => ({
  kind: "sort",
  input,
  order,
  columns: input.columns,
});

export const limit = (input: Relation, count: number): Relation => ({
  kind: "limit",
  input,
  count,
  columns: input.columns,
});

export const distinct = (input: Relation): Relation => ({ kind: "distinct", input, columns: input.columns });

export const union = (inputs: readonly Relation[]): Relation => ({
  kind: "union",
  inputs,
  columns: inputs[0]!.columns,
});

/** A name for a column that a step needs while it works, which none of the columns has. */
export function unusedName(columns: readonly Column[], wanted: string): string {
  let name = `__${wanted}`;
  while (columns.some((one) => one.name === name)) name = `${name}_`;
  return name;
}

/** The same rows with the columns of another relation of theirs: what a step added while it worked goes away. */
export const onlyColumns = (input: Relation, columns: readonly Column[]): Relation => select(input, named(columns));

/** A row for each element of a list, which is in the column `as`. */
export function explode(input: Relation, list: Expression, as: string): Relation {
  const element = list.type.kind === "list" ? list.type.element : double;
  return { kind: "explode", input, list, as, columns: [...input.columns, { name: as, type: element }] };
}

/** What each column of a join is called, and where it comes from. */
export type JoinValue = Extract<Relation, { kind: "join" }>["values"][number];

export function join(
  how: JoinKind,
  left: Relation,
  right: Relation,
  on: readonly (readonly [left: string, right: string])[],
  values: readonly JoinValue[] = [...sideOf("left", left), ...sideOf("right", right)],
): Relation {
  const columns = values.map(({ name, side, from }) => {
    const source = (side === "left" ? left : right).columns.find((one) => one.name === from)!;
    return { name, type: source.type };
  });
  return { kind: "join", how, left, right, on, values, columns };
}

/** All columns of one side of a join, as they are. */
export const sideOf = (side: "left" | "right", { columns }: Relation): readonly JoinValue[] =>
  columns.map(({ name }) => ({ name, side, from: name }));
