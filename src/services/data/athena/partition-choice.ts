import type { ColumnTest, Predicate } from "../../../prep/sql/trino/predicate.ts";
import { isNumberKey, keyOrder } from "./key-order.ts";
import { hiveNull, type PartitionKey } from "./partition-folder.ts";

/** Which partitions a query needs. */
export interface PartitionChoice {
  /** For GetPartitions; undefined where the catalog cannot choose. It may choose more than `holds` does. */
  readonly expression: string | undefined;
  holds(values: readonly string[]): boolean;
  /** What the query asks of one key, whatever the others are. */
  ofKey(name: string): KeyChoice;
}

/** What a query asks of one key. */
export interface KeyChoice {
  holds(value: string): boolean;
  /** The only values that can hold; undefined where there are others. */
  readonly values: readonly string[] | undefined;
  /** Every value that holds is as great as this, and as small. */
  readonly low: string | undefined;
  readonly high: string | undefined;
}

type Test = { readonly column: string } & ColumnTest;
type Order = NonNullable<ReturnType<typeof keyOrder>>;

/** GetPartitions takes an expression of so many characters. */
const longestExpression = 2_048;

export function choosePartitions(predicate: Predicate, keys: readonly PartitionKey[]): PartitionChoice {
  const places = new Map(keys.map(({ name }, index) => [name.toLowerCase(), index]));
  const typeOf = (column: string): string => keys[places.get(column)!]?.type ?? "";
  const own = about(predicate, (column) => places.has(column));
  const holds = own === undefined ? () => true : compile(own, typeOf);
  return {
    expression: own && expressionOf(own, typeOf),
    holds: (values) => holds((column) => values[places.get(column)!]!),
    ofKey(name) {
      const column = name.toLowerCase();
      const alone = about(predicate, (other) => other === column);
      if (alone === undefined) return { holds: () => true, values: undefined, low: undefined, high: undefined };
      const isHeld = compile(alone, typeOf);
      const order = keyOrder(typeOf(column));
      return {
        holds: (value) => isHeld(() => value),
        values: order && valuesOf(alone, order),
        low: order && boundOf(alone, order, "low"),
        high: order && boundOf(alone, order, "high"),
      };
    },
  };
}

/** What is left of a predicate that knows some columns only. */
function about(predicate: Predicate, isKnown: (column: string) => boolean): Predicate | undefined {
  if ("all" in predicate) {
    const all = predicate.all.flatMap((part) => about(part, isKnown) ?? []);
    return all.length === 0 ? undefined : { all };
  }
  if ("any" in predicate) {
    const any = predicate.any.map((part) => about(part, isKnown));
    return any.includes(undefined) ? undefined : { any: any as Predicate[] };
  }
  return isKnown(predicate.column) ? predicate : undefined;
}

type Holds = (value: (column: string) => string) => boolean;

function compile(predicate: Predicate, typeOf: (column: string) => string): Holds {
  if ("all" in predicate || "any" in predicate) {
    const isAll = "all" in predicate;
    const parts = (isAll ? predicate.all : predicate.any).map((part) => compile(part, typeOf));
    return isAll ? (value) => parts.every((part) => part(value)) : (value) => parts.some((part) => part(value));
  }
  const order = keyOrder(typeOf(predicate.column));
  const test = order && compileTest(predicate, order);
  if (test === undefined) return () => true;
  return (value) => test(value(predicate.column));
}

/** Undefined for a test that is not understood, which holds of every value. */
function compileTest(test: Test, order: Order): ((value: string) => boolean) | undefined {
  if (test.is === "null") return (value) => value === hiveNull || isOdd(value);
  if (test.is === "not null") return (value) => value !== hiveNull;
  const constants = (test.is === "in" ? test.values : [test.value]).map((constant) => order.constant(constant));
  if (constants.includes(undefined)) return undefined;
  const wanted = constants.map((constant) => order.value(constant!));
  if (wanted.includes(undefined)) return undefined;
  const set = new Set(wanted);
  const compare = comparisons[test.is];
  return (value) => {
    if (value === hiveNull) return false;
    const found = order.value(value);
    if (found === undefined || isOdd(value)) return true;
    return compare === undefined ? set.has(found) : compare(found, wanted[0]!);
  };
}

/** DuckDB takes these for null. */
const isOdd = (value: string): boolean => value === "" || value.toLowerCase() === "null";

type Comparable = string | bigint;
const comparisons: Readonly<Record<string, (a: Comparable, b: Comparable) => boolean>> = {
  "=": (a, b) => a === b,
  "<>": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "starts with": (a, b) => typeof a !== "string" || a.startsWith(String(b)),
};

/** The values that a predicate over one key leaves, where it names them. */
function valuesOf(predicate: Predicate, order: Order): readonly string[] | undefined {
  if ("all" in predicate) return predicate.all.map((part) => valuesOf(part, order)).find((values) => values);
  if ("any" in predicate) {
    const parts = predicate.any.map((part) => valuesOf(part, order));
    return parts.includes(undefined) ? undefined : [...new Set(parts.flatMap((part) => part!))];
  }
  if (predicate.is !== "=" && predicate.is !== "in") return undefined;
  const values = (predicate.is === "in" ? predicate.values : [predicate.value]).map((one) => order.constant(one));
  return values.includes(undefined) ? undefined : (values as string[]);
}

/** The outermost value, on one side, that a predicate over one key can hold of. */
function boundOf(predicate: Predicate, order: Order, side: "low" | "high"): string | undefined {
  const outer = (values: readonly string[], farthest: boolean): string | undefined =>
    values.reduce<string | undefined>((best, value) => {
      if (best === undefined) return value;
      const isLess = order.value(value)! < order.value(best)!;
      return isLess === ((side === "low") === farthest) ? value : best;
    }, undefined);
  if ("all" in predicate) {
    const bounds = predicate.all.map((part) => boundOf(part, order, side)).filter((bound) => bound !== undefined);
    return outer(bounds, false);
  }
  if ("any" in predicate) {
    const bounds = predicate.any.map((part) => boundOf(part, order, side));
    return bounds.includes(undefined) ? undefined : outer(bounds as string[], true);
  }
  const signs = side === "low" ? ["=", ">", ">="] : ["=", "<", "<="];
  if (predicate.is === "in") {
    const values = predicate.values.map((one) => order.constant(one));
    return values.includes(undefined) ? undefined : outer(values as string[], true);
  }
  if (!signs.includes(predicate.is) || !("value" in predicate)) return undefined;
  const value = order.constant(predicate.value);
  return value !== undefined && order.value(value) !== undefined ? value : undefined;
}

/** The expression that the catalog takes. What makes it too long is said in fewer words, or left to `holds`. */
function expressionOf(predicate: Predicate, typeOf: (column: string) => string): string | undefined {
  if ("all" in predicate) {
    let text = "";
    for (const part of predicate.all) {
      const next = expressionOf(part, typeOf);
      const longer = text === "" ? next : next && `${text} AND ${next}`;
      if (longer !== undefined && longer.length <= longestExpression - 2) text = longer;
    }
    return text === "" ? undefined : `(${text})`;
  }
  if ("any" in predicate) {
    const parts = predicate.any.map((part) => expressionOf(part, typeOf));
    const text = parts.includes(undefined) ? undefined : `(${parts.join(" OR ")})`;
    return text !== undefined && text.length <= longestExpression ? text : undefined;
  }
  const order = keyOrder(typeOf(predicate.column));
  const text = order && testText(predicate, typeOf(predicate.column), order);
  return text !== undefined && text.length <= longestExpression ? text : undefined;
}

function testText(test: Test, type: string, order: Order): string | undefined {
  if (test.column.includes("`")) return undefined;
  const name = `\`${test.column}\``;
  if (test.is === "null" || test.is === "not null") return `${name} IS ${test.is.toUpperCase()}`;
  const written = (value: string): string => (isNumberKey(type) ? value : `'${value.replaceAll("'", "''")}'`);
  const values = (test.is === "in" ? test.values : [test.value]).map((one) => order.constant(one));
  if (values.includes(undefined)) return undefined;
  const known = values as string[];
  if (test.is === "starts with") {
    const prefix = known[0]!.replaceAll("\\", "\\\\");
    return isNumberKey(type) ? undefined : `${name} LIKE ${written(`${prefix}%`)}`;
  }
  if (test.is !== "in") return `${name} ${test.is} ${written(known[0]!)}`;
  const list = `${name} IN (${known.map(written).join(", ")})`;
  if (list.length <= longestExpression / 2) return list;
  const [low, high] = [boundOf(test, order, "low"), boundOf(test, order, "high")];
  return low === undefined || high === undefined ? undefined : `${name} BETWEEN ${written(low)} AND ${written(high)}`;
}
