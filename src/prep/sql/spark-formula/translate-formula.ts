import { nearest } from "../../../base/nearest.ts";
import { binary, boolean, type ColumnType, date, double, isNumeric, long, text, timestamp } from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import {
  allOf,
  anyOf,
  as,
  call,
  cast,
  choose,
  column,
  type Expression,
  each,
  literal,
  nullOf,
  over,
  those,
} from "../expression.ts";
import { select } from "../relation.ts";
import { comparable, isNull, sameType, toBoolean, toDate, toLong, toNumber, toText, toTime } from "./coerce.ts";
import { formulaFunctions } from "./formula-functions.ts";
import { type FormulaScope, fieldOf, nameOf } from "./formula-scope.ts";
import { like, matches } from "./pattern-functions.ts";
import { shiftedTime } from "./shift-time.ts";
import type { Formula } from "./syntax.ts";

/** Looks up the names of a formula and gives every part its type. @throws StepFault */
export function translateFormula(formula: Formula, scope: FormulaScope): Expression {
  const translate = (one: Formula): Expression => translateFormula(one, scope);
  if (scope.grouped?.some((key) => sameFormula(key, formula))) return translateFormula(formula, withoutGroups(scope));
  switch (formula.kind) {
    case "literal":
      return literal(formula.value, formula.type);
    case "name":
      if (scope.grouped && !Object.hasOwn(scope.elements ?? {}, formula.parts[0]!))
        throw new StepFault(
          `The query takes ${formula.parts.join(".")} of groups that are not made by it; add it to GROUP BY, or aggregate it, such as max(${formula.parts.join(".")}).`,
        );
      return nameOf(formula.parts, scope);
    case "star":
      throw new StepFault("The formula has * where it needs a value; only count(*) takes it.");
    case "call":
      return translateCall(formula, scope);
    case "operator":
      return shiftedTime(formula, translate) ?? operators[formula.operator](formula.operands.map(translate));
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
    case "subquery":
      return subqueryOf(formula, scope);
    case "interval":
      throw new StepFault(
        "INTERVAL stands where the formula needs a value; add it to a date or a time, or take it away.",
      );
    case "lambda":
      throw new StepFault(
        "A function (->) stands where the formula needs a value; transform, filter, exists and forall take one.",
      );
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

const withoutGroups = ({ grouped: _, ...scope }: FormulaScope): FormulaScope => scope;

function subqueryOf(formula: Extract<Formula, { kind: "subquery" }>, scope: FormulaScope): Expression {
  const query = scope.query!(formula.query);
  if (formula.how === "exists") return { kind: "subquery", how: "exists", query, type: boolean };
  if (query.columns.length !== 1)
    throw new StepFault(`A query within the query selects ${query.columns.length} values; one is needed there.`);
  const { type } = query.columns[0]!;
  if (formula.how === "value") return { kind: "subquery", how: "value", query, type };
  const [operand, other] = comparable(translateFormula(formula.operand!, scope), column(query.columns[0]!));
  const asked = select(query, [{ name: query.columns[0]!.name, value: other }]);
  return { kind: "subquery", how: "among", operand, query: asked, type: boolean };
}

function translateCall(formula: Extract<Formula, { kind: "call" }>, scope: FormulaScope): Expression {
  const { name, operands, distinct, window } = formula;
  const overElements = Object.hasOwn(elementFunctions, name) ? elementFunctions[name] : undefined;
  if (overElements && operands[1]?.kind === "lambda")
    return elementsThrough(name, operands[0]!, operands[1], scope, overElements);
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
  const inner = found.over ? withoutGroups(scope) : scope;
  const values = operands.map((one) => translateFormula(one, inner));
  const made = distinct ? call("countDistinct", values[0]!) : found.make(values);
  if (found.over) return windowed(made, formula, scope, found.over === "window");
  if (window) throw new StepFault(`The function ${name} has a window (OVER), and takes none.`);
  return made;
}

type ThroughElements = (list: Expression, of: (element: Expression) => Expression, name: string) => Expression;

const countOf = (list: Expression): Expression => call("listLength", list);
const elementFunctions: Readonly<Record<string, ThroughElements>> = {
  transform: each,
  filter: (list, of, name) => those(list, (one) => toBoolean(of(one)), name),
  exists: (list, of, name) => call("greater", countOf(those(list, (one) => toBoolean(of(one)), name)), 0),
  forall: (list, of, name) =>
    call("equals", countOf(those(list, (one) => call("coalesce", toBoolean(of(one)), false), name)), countOf(list)),
};

/** A list through a function (->) of its elements. */
function elementsThrough(
  name: string,
  given: Formula,
  { body, names }: Extract<Formula, { kind: "lambda" }>,
  scope: FormulaScope,
  through: ThroughElements,
): Expression {
  const list = translateFormula(given, scope);
  if (list.type.kind !== "list" && list.type.kind !== "vector")
    throw new StepFault(`The function ${name} takes a list first.`);
  if (names.length > 1) throw new StepFault(`The function ${name} takes a function of one element: x -> ...`);
  const depth = Object.keys(scope.elements ?? {}).length;
  return through(
    list,
    (element) => translateFormula(body, { ...scope, elements: { ...scope.elements, [names[0]!]: element } }),
    `__${names[0]}${depth}`,
  );
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
