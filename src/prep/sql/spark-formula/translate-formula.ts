import { nearest } from "../../../base/nearest.ts";
import { binary, boolean, type ColumnType, date, double, isNumeric, long, text, timestamp } from "../../column-type.ts";
import { columnOf, StepFault } from "../../step-fault.ts";
import {
  allOf,
  anyOf,
  as,
  call,
  cast,
  choose,
  column,
  type Expression,
  field,
  literal,
  nullOf,
  over,
} from "../expression.ts";
import type { Relation } from "../relation.ts";
import { comparable, isNull, sameType, toBoolean, toDate, toLong, toNumber, toText, toTime } from "./coerce.ts";
import { formulaFunctions } from "./formula-functions.ts";
import { like, matches } from "./pattern-functions.ts";
import type { Formula } from "./syntax.ts";

/** What the names of a formula may mean. */
export interface FormulaScope {
  readonly columns: Relation["columns"];
  /** By what rows are grouped: then aggregates stand without a window, and what they are not of must be a key. */
  readonly grouped?: readonly Formula[];
}

/** Looks up the names of a formula and gives every part its type. @throws StepFault */
export function translateFormula(formula: Formula, scope: FormulaScope): Expression {
  const translate = (one: Formula): Expression => translateFormula(one, scope);
  if (scope.grouped?.some((key) => sameFormula(key, formula)))
    return translateFormula(formula, { columns: scope.columns });
  switch (formula.kind) {
    case "literal":
      return literal(formula.value, formula.type);
    case "name":
      if (scope.grouped)
        throw new StepFault(
          `The query takes ${formula.parts.join(".")} of groups that are not made by it; add it to GROUP BY, or aggregate it, such as max(${formula.parts.join(".")}).`,
        );
      return nameOf(formula.parts, scope);
    case "star":
      throw new StepFault("The formula has * where it needs a value; only count(*) takes it.");
    case "call":
      return translateCall(formula, scope);
    case "operator":
      return operators[formula.operator](formula.operands.map(translate));
    case "case": {
      const subject = formula.subject && translate(formula.subject);
      const conditions = formula.branches.map(({ when }) => {
        const condition = translate(when);
        return subject ? call("equals", ...comparable(subject, condition)) : toBoolean(condition);
      });
      const otherwise = formula.otherwise ? translate(formula.otherwise) : nullOf(text);
      const values = sameType([...formula.branches.map(({ value }) => translate(value)), otherwise]);
      return choose(
        conditions.map((when, index) => [when, values[index]!]),
        values.at(-1)!,
      );
    }
    case "cast":
      return castTo(translate(formula.operand), formula.type);
  }
}

/** Whether two formulas say the same; where they stand does not count, nor does the case of their names. */
export const sameFormula = (one: Formula, other: Formula): boolean => shape(one) === shape(other);

const shape = (formula: Formula): string =>
  JSON.stringify(formula, (key, value: unknown) => {
    if (key === "at") return undefined;
    if (key === "parts") return (value as string[]).map((part) => part.toLowerCase());
    return typeof value === "bigint" ? String(value) : value;
  });

/** Names of columns are compared without case where no column has the name as it is. */
function nameOf(parts: readonly string[], { columns }: FormulaScope): Expression {
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

function fieldOf(of: Expression, wanted: string): Expression {
  const fields = of.type.kind === "struct" ? of.type.fields : [];
  const found = fields.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (!found)
    throw new StepFault(
      `The formula takes the field ${JSON.stringify(wanted)} of a value that has ${fields.length > 0 ? fields.map(({ name }) => name).join(", ") : "no fields"}.`,
    );
  return field(of, found.name);
}

function translateCall(formula: Extract<Formula, { kind: "call" }>, scope: FormulaScope): Expression {
  const { name, operands, distinct, window } = formula;
  const found = Object.hasOwn(formulaFunctions, name) ? formulaFunctions[name] : undefined;
  if (found === undefined) {
    const meant = nearest(name, Object.keys(formulaFunctions));
    throw new StepFault(
      `The function ${name} is not known in a formula${meant ? `; was ${meant} meant?` : ". Use another one, or a step of custom code."}`,
    );
  }
  if (operands[0]?.kind === "star" && name === "count") return windowed(call("countRows"), formula, scope);
  const [min, max] = found.takes;
  if (operands.length < min || operands.length > max)
    throw new StepFault(
      `The function ${name} takes ${min === max ? min : max === Infinity ? `at least ${min}` : `${min} to ${max}`} values, and ${operands.length} are given.`,
    );
  if (distinct && name !== "count")
    throw new StepFault(`DISTINCT stands in ${name}; only count(DISTINCT ...) takes it.`);
  // What a window or a group is over is itself of the rows.
  const inner = found.over ? { columns: scope.columns } : scope;
  const values = operands.map((one) => translateFormula(one, inner));
  const made = distinct ? call("countDistinct", values[0]!) : found.make(values);
  if (found.over) return windowed(made, formula, scope, found.over === "window");
  if (window) throw new StepFault(`The function ${name} has a window (OVER), and takes none.`);
  return made;
}

function windowed(
  value: Expression,
  { name, window }: Extract<Formula, { kind: "call" }>,
  scope: FormulaScope,
  needsWindow = false,
): Expression {
  if (window === undefined) {
    if (scope.grouped && !needsWindow) return value;
    throw new StepFault(
      `The function ${name} is over several rows; give it a window: ${name}(...) OVER (PARTITION BY ...), or group the rows first.`,
    );
  }
  const partition = window.partition.map((one) => translateFormula(one, scope));
  const order = window.order.map(({ by, ...rest }) => ({ by: translateFormula(by, scope), ...rest }));
  return over(value, { partition, order, ...(window.rows && { rows: window.rows }) });
}

type Operands = readonly Expression[];
const both = (make: (left: Expression, right: Expression) => Expression) => (operands: Operands) => {
  const [left, right] = comparable(operands[0]!, operands[1]!);
  return make(left, right);
};
const numbers = (name: "subtract" | "multiply" | "divide" | "remainder") => (operands: Operands) =>
  call(name, ...operands.map(toNumber));
const operators: Readonly<
  Record<Extract<Formula, { kind: "operator" }>["operator"], (operands: Operands) => Expression>
> = {
  or: (operands) => anyOf(operands.map(toBoolean)),
  and: (operands) => allOf(operands.map(toBoolean)),
  not: ([one]) => call("not", toBoolean(one!)),
  "=": both((left, right) => call("equals", left, right)),
  "<>": both((left, right) => call("differs", left, right)),
  "<": both((left, right) => call("less", left, right)),
  "<=": both((left, right) => call("lessOrEqual", left, right)),
  ">": both((left, right) => call("greater", left, right)),
  ">=": both((left, right) => call("greaterOrEqual", left, right)),
  "<=>": both((left, right) => call("same", left, right)),
  between: ([value, low, high]) => call("and", operators[">="]([value!, low!]), operators["<="]([value!, high!])),
  in: ([value, ...others]) => anyOf(others.map((other) => operators["="]([value!, other]))),
  like: ([one, pattern]) => like("like", one!, pattern!),
  ilike: ([one, pattern]) => like("likeAnyCase", one!, pattern!),
  rlike: ([one, pattern]) => matches(one!, pattern!),
  "is null": ([one]) => call("isNull", one!),
  "is true": ([one]) => call("coalesce", toBoolean(one!), false),
  "is false": ([one]) => call("coalesce", call("not", toBoolean(one!)), false),
  "+": ([left, right]) => {
    if (left!.type.kind === "date" && isNumeric(right!.type)) return call("addDays", left!, toLong(right!));
    return call("add", toNumber(left!), toNumber(right!));
  },
  "-": ([left, right]) => {
    if (left!.type.kind === "date" && isNumeric(right!.type))
      return call("addDays", left!, call("negate", toLong(right!)));
    return numbers("subtract")([left!, right!]);
  },
  "||": ([left, right]) => call("concat", toText(left!), toText(right!)),
  "*": numbers("multiply"),
  "/": numbers("divide"),
  "%": numbers("remainder"),
  div: (operands) => cast(call("divide", ...operands.map(toNumber)), long),
  negative: ([one]) => call("negate", toNumber(one!)),
  item: ([list, index]) => {
    if (list!.type.kind === "struct") return fieldOf(list!, index!.kind === "literal" ? String(index!.value) : "");
    if (list!.type.kind !== "list" && list!.type.kind !== "vector")
      throw new StepFault("The formula takes an item [...] of what is no list.");
    return call("elementAt", list!, call("add", toLong(index!), 1));
  },
};

const types: Readonly<Record<string, ColumnType>> = {
  ...Object.fromEntries(
    ["tinyint", "smallint", "int", "integer", "bigint", "long", "short", "byte"].map((word) => [word, long]),
  ),
  ...Object.fromEntries(["float", "double", "real", "decimal", "numeric", "dec"].map((word) => [word, double])),
  ...Object.fromEntries(["string", "varchar", "char"].map((word) => [word, text])),
  boolean,
  date,
  timestamp,
  timestamp_ntz: timestamp,
  binary,
};

export function castTo(one: Expression, name: string): Expression {
  const type = Object.hasOwn(types, name) ? types[name]! : undefined;
  if (type === undefined || type.kind === "binary")
    throw new StepFault(
      `The formula casts to ${name}; it can to ${Object.keys(types)
        .filter((word) => word !== "binary")
        .join(", ")}.`,
    );
  if (isNull(one)) return nullOf(type);
  if (one.type.kind === type.kind) return one;
  if (type.kind === "text") return toText(one);
  if (type.kind === "date") return toDate(one);
  if (type.kind === "timestamp" && isNumeric(one.type))
    return call("fromMicroseconds", cast(call("multiply", toNumber(one), 1_000_000), long));
  if (type.kind === "timestamp") return toTime(one);
  // A time is the seconds since 1970, and a condition 1 or 0.
  if (isNumeric(type) && one.type.kind === "timestamp") return as(call("secondsOf", one), type);
  if (isNumeric(type) && one.type.kind === "boolean") return as(one, type);
  return type.kind === "boolean" ? toBoolean(one) : cast(toNumber(one), type);
}
