import { boolean, type Column, type ColumnType, double, long, text } from "../column-type.ts";
import { type FunctionName, functions } from "./functions.ts";

/**
 * A typed tree that says a value of each row. It is printed in the dialect of an engine (`print-expression.ts`); no text
 * in one dialect is ever made from text in another.
 */
export type Expression =
  | { readonly kind: "column"; readonly name: string; readonly type: ColumnType }
  | { readonly kind: "literal"; readonly value: Plain; readonly type: ColumnType }
  | {
      readonly kind: "call";
      readonly function: FunctionName;
      readonly operands: readonly Expression[];
      readonly type: ColumnType;
    }
  | {
      readonly kind: "case";
      readonly branches: readonly { readonly when: Expression; readonly value: Expression }[];
      readonly otherwise: Expression;
      readonly type: ColumnType;
    }
  /** `strict`: a value that is not of the type fails the query; else it becomes null. */
  | { readonly kind: "cast"; readonly operand: Expression; readonly strict: boolean; readonly type: ColumnType }
  /** A member of a struct. */
  | { readonly kind: "field"; readonly of: Expression; readonly name: string; readonly type: ColumnType }
  /** Each element of a list becomes another value; `element` stands for it within `value`. */
  | {
      readonly kind: "each";
      readonly list: Expression;
      readonly element: Expression;
      readonly value: Expression;
      readonly keeps?: true;
      readonly type: ColumnType;
    }
  /** A function over the rows around each row: a window function, or an aggregate. */
  | {
      readonly kind: "over";
      readonly value: Expression;
      readonly partition: readonly Expression[];
      readonly order: readonly Order[];
      /** How many rows before and after count; "all" has no end, a number below 0 is on the other side. Absent: all rows of the partition, or up to this row when ordered. */
      readonly rows?: readonly [before: number | "all", after: number | "all"];
      readonly type: ColumnType;
    }
  /** The one value of a query of one row (null without rows), whether a value is among those of a query, or whether it has rows. */
  | {
      readonly kind: "subquery";
      readonly how: "value" | "among" | "exists";
      readonly operand?: Expression;
      readonly query: Query;
      readonly type: ColumnType;
    }
  /** SQL that a user wrote, checked and translated for the engine by whoever made it. */
  | { readonly kind: "written"; readonly sql: Readonly<Record<string, string>>; readonly type: ColumnType };

/** A relation (`relation.ts`, which is made of expressions), as an expression knows it. */
export interface Query {
  readonly kind: string;
  readonly columns: readonly Column[];
}

export type Plain = string | number | bigint | boolean | null;
export type Operand = Expression | Plain;

export interface Order {
  readonly by: Expression;
  readonly descending?: boolean;
  /** Nulls come last, unless this says otherwise. */
  readonly nullsFirst?: boolean;
}

export const column = ({ name, type }: { readonly name: string; readonly type: ColumnType }): Expression => ({
  kind: "column",
  name,
  type,
});

export function literal(value: Plain, type: ColumnType = typeOfPlain(value)): Expression {
  return { kind: "literal", value, type };
}

function typeOfPlain(value: Plain): ColumnType {
  if (typeof value === "boolean") return boolean;
  if (typeof value === "bigint") return long;
  if (typeof value === "number") return Number.isSafeInteger(value) ? long : double;
  return text;
}

export const nullOf = (type: ColumnType): Expression => literal(null, type);

export const expressionOf = (operand: Operand): Expression =>
  typeof operand === "object" && operand !== null ? operand : literal(operand);

/** Returns the call of a function of the table (`functions.ts`). */
export function call(name: FunctionName, ...operands: readonly Operand[]): Expression {
  const read = operands.map(expressionOf);
  const { gives } = functions[name];
  const type = typeof gives === "function" ? gives(read.map((one) => one.type)) : gives;
  return { kind: "call", function: name, operands: read, type };
}

/** Returns the value of the first branch whose condition is true, else `otherwise` (null). */
export function choose(
  branches: readonly (readonly [when: Expression, value: Operand])[],
  otherwise: Operand = null,
): Expression {
  const read = branches.map(([when, value]) => ({ when, value: expressionOf(value) }));
  const last = expressionOf(otherwise);
  const type = [...read.map(({ value }) => value), last].find((one) => !isNull(one))?.type ?? text;
  return { kind: "case", branches: read, otherwise: isNull(last) ? nullOf(type) : last, type };
}

const isNull = (one: Expression): boolean => one.kind === "literal" && one.value === null;

/** A value that is not of the type becomes null. */
export const cast = (operand: Operand, type: ColumnType): Expression => ({
  kind: "cast",
  operand: expressionOf(operand),
  strict: false,
  type,
});

/** Casts a value that is known to be of the type. */
export const as = (operand: Operand, type: ColumnType): Expression => ({
  kind: "cast",
  operand: expressionOf(operand),
  strict: true,
  type,
});

/** A member of a struct that has it. */
export function field(of: Expression, name: string): Expression {
  const found = of.type.kind === "struct" ? of.type.fields.find((one) => one.name === name) : undefined;
  if (found === undefined) throw new Error(`No field is called ${name}.`);
  return { kind: "field", of, name, type: found.type };
}

const anyElement = "__element";

/** Every element of a list through `value`. A function within another one's that speaks of both elements names its own. */
export function each(list: Expression, value: (element: Expression) => Expression, name = anyElement): Expression {
  const element = elementOf(list, name);
  const result = value(element);
  return { kind: "each", list, element, value: result, type: { kind: "list", element: result.type } };
}

/** The elements of a list for which `keeps` is true. */
export function those(list: Expression, keeps: (element: Expression) => Expression, name = anyElement): Expression {
  const element = elementOf(list, name);
  return { kind: "each", list, element, value: keeps(element), keeps: true, type: list.type };
}

/** What `body` makes of a value that is worked out once, however often it stands in there. */
export function within(value: Expression, name: string, body: (value: Expression) => Expression): Expression {
  return call("elementAt", each(call("listOf", value), body, name), 1);
}

function elementOf({ type }: Expression, name: string): Expression {
  const element = type.kind === "list" ? type.element : double;
  return { kind: "column", name, type: element };
}

export const over = (
  value: Expression,
  window: { partition?: readonly Expression[]; order?: readonly Order[]; rows?: OverRows } = {},
): Expression => ({
  kind: "over",
  value,
  partition: window.partition ?? [],
  order: window.order ?? [],
  ...(window.rows && { rows: window.rows }),
  type: value.type,
});

type OverRows = readonly [before: number | "all", after: number | "all"];

/** All conditions hold; without any, true. */
export const allOf = (conditions: readonly Expression[]): Expression =>
  conditions.length === 0 ? literal(true) : conditions.reduce((left, right) => call("and", left, right));

/** At least one condition holds; without any, false. */
export const anyOf = (conditions: readonly Expression[]): Expression =>
  conditions.length === 0 ? literal(false) : conditions.reduce((left, right) => call("or", left, right));
