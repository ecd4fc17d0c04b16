import { readParameter } from "./open-reader.ts";
import type { CompareOperator, Expression } from "./syntax.ts";

/** A constant of a statement. Dates are `2024-01-31`, timestamps `2024-01-31 10:00:00.000`, numbers as JavaScript and SQL write them. */
export interface Constant {
  readonly type: "integer" | "decimal" | "double" | "varchar" | "date" | "timestamp" | "boolean";
  readonly text: string;
}

/** What is asked of one column. */
export type ColumnTest =
  | { readonly is: CompareOperator | "starts with"; readonly value: Constant }
  | { readonly is: "in"; readonly values: readonly Constant[] }
  | { readonly is: "null" }
  | { readonly is: "not null" };

/**
 * What has to hold of a row for it to matter. A row of which it does not hold can be left out; one of which it holds is
 * still looked at by the statement itself. The type of a constant is the statement's, and need not be the column's: who
 * does not know how the two are compared takes the test for true.
 */
export type Predicate<Column = string> =
  | { readonly all: readonly Predicate<Column>[] }
  | { readonly any: readonly Predicate<Column>[] }
  | ({ readonly column: Column } & ColumnTest);

/** The parts of a name as they were written: what they mean is known with the columns of FROM. */
export type NamedPredicate = Predicate<readonly string[]>;

/** What a constant may need: the values of `?`, the moment of the statement. */
export interface ConstantSession {
  readonly parameters?: readonly string[];
  readonly now: number;
}

const opposite = { "=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">" } as const;
const mirrored = { "=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<=" } as const;

/** The expressions that AND joins. */
export const conjunctsOf = (node: Expression | undefined): readonly Expression[] =>
  node === undefined ? [] : node.kind === "logic" && node.operator === "AND" ? node.terms.flatMap(conjunctsOf) : [node];

/** What an expression asks of columns by constants, or of what follows from it; undefined for nothing. */
export function readPredicate(node: Expression, session: ConstantSession, negated = false): NamedPredicate | undefined {
  const constant = (value: Expression) => constantOf(value, session);
  const test = (value: Expression, found: ColumnTest | undefined): NamedPredicate | undefined =>
    found !== undefined && value.kind === "name" ? { column: value.parts, ...found } : undefined;
  const compare = (value: Expression, is: CompareOperator, to: Expression): NamedPredicate | undefined => {
    const found = constant(to);
    // NOT (x < 5) holds of NaN, and x >= 5 does not.
    if (negated && is !== "=" && is !== "<>" && ["integer", "decimal", "double"].includes(found?.type ?? ""))
      return undefined;
    return found && test(value, { is, value: found });
  };
  switch (node.kind) {
    case "not":
      return readPredicate(node.value, session, !negated);
    case "logic": {
      const parts = node.terms.map((term) => readPredicate(term, session, negated));
      const known = parts.filter((part) => part !== undefined);
      if ((node.operator === "AND") !== negated) return known.length === 0 ? undefined : { all: known };
      return known.length === parts.length ? { any: known } : undefined;
    }
    case "compare": {
      const operator = negated ? opposite[node.operator] : node.operator;
      return compare(node.left, operator, node.right) ?? compare(node.right, mirrored[operator], node.left);
    }
    case "distinct-from":
      return node.negated === negated
        ? undefined
        : (compare(node.left, "=", node.right) ?? compare(node.right, "=", node.left));
    case "between": {
      if (node.negated !== negated) return undefined;
      const low = compare(node.value, ">=", node.low);
      const high = compare(node.value, "<=", node.high);
      const known = [low, high].filter((part) => part !== undefined);
      return known.length === 0 ? undefined : { all: known };
    }
    case "in-list": {
      const isOutside = node.negated !== negated;
      const values = node.items.filter((item) => isOutside || item.kind !== "null").map(constant);
      if (values.includes(undefined)) return undefined;
      if (!isOutside) return test(node.value, { is: "in", values: values as Constant[] });
      const all = values.map((value) => test(node.value, { is: "<>", value: value! }));
      return all.includes(undefined) ? undefined : { all: all as NamedPredicate[] };
    }
    case "like": {
      const pattern = constant(node.pattern);
      if (node.negated !== negated || node.escape !== undefined || pattern?.type !== "varchar") return undefined;
      const [prefix] = /^[^%_]*/.exec(pattern.text)!;
      if (prefix === pattern.text) return test(node.value, { is: "=", value: pattern });
      return prefix === "" ? undefined : test(node.value, { is: "starts with", value: { ...pattern, text: prefix } });
    }
    case "is-null":
      return test(node.value, node.negated === negated ? { is: "null" } : { is: "not null" });
    default:
      return undefined;
  }
}

/** Whether a row whose columns are all null is left out: then the test may be made before an outer join. */
export function refusesNull(predicate: Predicate<unknown>): boolean {
  if ("all" in predicate) return predicate.all.some(refusesNull);
  if ("any" in predicate) return predicate.any.every(refusesNull);
  return predicate.is !== "null";
}

const dayMilliseconds = 86_400_000;
const dayText = (time: number): string => new Date(time).toISOString().slice(0, 10);

function constantOf(node: Expression, session: ConstantSession): Constant | undefined {
  switch (node.kind) {
    case "number":
      return { type: node.form, text: node.text };
    case "negate": {
      const inner = node.value.kind === "number" ? constantOf(node.value, session) : undefined;
      return inner && { ...inner, text: `-${inner.text}` };
    }
    case "string":
      return { type: "varchar", text: node.value };
    case "boolean":
      return { type: "boolean", text: String(node.value) };
    case "typed":
      return textAs(node.value, node.type);
    case "parameter": {
      const given = session.parameters?.[node.index];
      const value = given === undefined ? undefined : readParameter(given);
      return value === undefined || value.kind === "parameter" ? undefined : constantOf(value, session);
    }
    case "cast": {
      const inner = constantOf(node.value, session);
      if (inner?.type === node.type.name) return inner;
      if (inner?.type !== "varchar") return undefined;
      return "length" in node.type && node.type.length !== undefined ? undefined : textAs(inner.text, node.type.name);
    }
    case "call": {
      if (node.name === "current_date") return { type: "date", text: dayText(session.now) };
      return node.name === "date" && node.arguments.length === 1
        ? constantOf(
            { kind: "cast", try: false, value: node.arguments[0]!, type: { name: "date" }, at: node.at },
            session,
          )
        : undefined;
    }
    case "arithmetic": {
      const { left, operator, right } = node;
      if ((operator !== "+" && operator !== "-") || right.kind !== "interval") return undefined;
      const from = constantOf(left, session);
      const count = (operator === "-") === right.negative ? Number(right.value) : -Number(right.value);
      if (from?.type !== "date" || right.from !== "DAY" || right.to !== undefined || !Number.isInteger(count))
        return undefined;
      return { type: "date", text: dayText(Date.parse(from.text) + count * dayMilliseconds) };
    }
    default:
      return undefined;
  }
}

/** `DATE '2024-01-31'` and its kin; undefined where the text would have to be read more closely. */
function textAs(text: string, type: string): Constant | undefined {
  switch (type.toLowerCase()) {
    case "varchar":
      return { type: "varchar", text };
    case "date":
      return isDay(text) ? { type: "date", text } : undefined;
    case "timestamp": {
      const [, day, clock = " 00:00:00"] =
        /^(\d{4}-\d\d-\d\d)( (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?)?$/.exec(text) ?? [];
      return day !== undefined && isDay(day) ? { type: "timestamp", text: day + clock } : undefined;
    }
    case "tinyint":
    case "smallint":
    case "integer":
    case "int":
    case "bigint":
      return /^-?\d{1,18}$/.test(text) ? { type: "integer", text } : undefined;
    case "decimal":
      return /^-?\d+(\.\d+)?$/.test(text) ? { type: "decimal", text } : undefined;
    default:
      return undefined;
  }
}

const isDay = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && dayText(time) === text;
};
