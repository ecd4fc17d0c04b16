import {
  boolean,
  type ColumnType,
  date,
  double,
  isNumeric,
  long,
  text,
  timestamp,
  typeWords,
} from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import { as, call, cast, type Expression, nullOf } from "../expression.ts";
import { textOf } from "../text-of.ts";

/** Values as Spark takes them where another type stands: what is not of the type becomes null. */

export const isNull = (one: Expression): boolean => one.kind === "literal" && one.value === null;

const wrong = (one: Expression, wanted: string): never => {
  throw new StepFault(
    `The formula has a value of type ${typeWords(one.type)} where it needs ${wanted}; convert it first.`,
  );
};

export function toNumber(one: Expression): Expression {
  if (isNull(one)) return nullOf(double);
  if (isNumeric(one.type)) return one;
  return one.type.kind === "text" ? cast(one, double) : wrong(one, "a number");
}

export const toDouble = (one: Expression): Expression => (one.type.kind === "double" ? one : as(toNumber(one), double));

export function toLong(one: Expression): Expression {
  if (one.type.kind === "long") return one;
  return isNull(one) ? nullOf(long) : cast(toNumber(one), long);
}

export function toText(one: Expression): Expression {
  if (one.type.kind === "boolean") return cast(one, text);
  const isPlain = ["text", "long", "double", "date", "timestamp"].includes(one.type.kind);
  return isPlain ? textOf(one) : wrong(one, "a text");
}

export function toBoolean(one: Expression): Expression {
  if (isNull(one)) return nullOf(boolean);
  if (one.type.kind === "boolean") return one;
  if (one.type.kind === "text") return cast(one, boolean);
  return isNumeric(one.type) ? call("differs", one, 0) : wrong(one, "a condition");
}

export function toDate(one: Expression): Expression {
  if (isNull(one)) return nullOf(date);
  if (one.type.kind === "date") return one;
  if (one.type.kind === "text") return call("toDate", cast(one, timestamp));
  return one.type.kind === "timestamp" ? call("toDate", one) : wrong(one, "a date");
}

export function toTime(one: Expression): Expression {
  if (isNull(one)) return nullOf(timestamp);
  if (one.type.kind === "timestamp") return one;
  if (one.type.kind === "text") return cast(one, timestamp);
  if (one.type.kind === "date") return as(one, timestamp);
  return wrong(one, "a time");
}

/** Both sides of a comparison in one type: a text beside another type is read as that type. */
export function comparable(left: Expression, right: Expression): readonly [Expression, Expression] {
  const kinds = new Set([left, right].filter((one) => !isNull(one)).map(({ type }) => type.kind));
  if (kinds.size <= 1)
    return isNull(left) ? [nullOf(right.type), right] : isNull(right) ? [left, nullOf(left.type)] : [left, right];
  if (kinds.has("long") || kinds.has("double")) return [toNumber(left), toNumber(right)];
  if (kinds.has("timestamp")) return [toTime(left), toTime(right)];
  if (kinds.has("date")) return [toDate(left), toDate(right)];
  if (kinds.has("boolean")) return [toBoolean(left), toBoolean(right)];
  return wrong(right, typeWords(left.type));
}

/** Values of one type, of which a branch or a list is made. */
export function sameType(values: readonly Expression[]): readonly Expression[] {
  const given = values.filter((one) => !isNull(one)).map(({ type }) => type);
  const type = given.reduce<ColumnType | undefined>(widerType, undefined) ?? text;
  return values.map((one) => {
    if (isNull(one)) return nullOf(type);
    if (typeWords(one.type) === typeWords(type)) return one;
    if (type.kind === "text") return toText(one);
    return type.kind === "timestamp" ? toTime(one) : as(one, type);
  });
}

function widerType(one: ColumnType | undefined, other: ColumnType): ColumnType {
  if (one === undefined || typeWords(one) === typeWords(other)) return other;
  if (isNumeric(one) && isNumeric(other)) return double;
  if (one.kind === "text" || other.kind === "text") return text;
  const kinds = [one.kind, other.kind];
  if (kinds.includes("date") && kinds.includes("timestamp")) return timestamp;
  throw new StepFault(
    `The formula has values of type ${typeWords(one)} and ${typeWords(other)} in one place; convert one of them.`,
  );
}
