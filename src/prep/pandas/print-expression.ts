import { pythonFloat } from "../../base/python-text.ts";
import type { ColumnType } from "../column-type.ts";
import type { Expression, Order } from "../sql/expression.ts";
import { aggregates } from "../sql/functions/aggregates.ts";
import { functions } from "../sql/functions.ts";
import { StepFault } from "../step-fault.ts";

/** Where an expression of a script is: what its columns are columns of. */
export interface Place {
  /** The variable with the rows. */
  readonly rows: string;
  /** The variable with their groups, where each value is one of a group. */
  readonly groups?: string;
  /** The columns that elements of lists are called, by their own names. */
  readonly elements?: ReadonlyMap<string, string>;
}

type Call = Extract<Expression, { readonly kind: "call" }>;

const pythonText = (text: string): string => JSON.stringify(text);

/** Types of which the values are compared by pandas itself; numbers that are none, and times, are not. */
const plainKinds = new Set(["text", "long", "boolean"]);
const operators: Readonly<Record<string, string>> = { add: "+", subtract: "-", multiply: "*", and: "&", or: "|" };
const comparisons: Readonly<Record<string, string>> = {
  ...{ equals: "==", differs: "!=", less: "<", lessOrEqual: "<=", greater: ">", greaterOrEqual: ">=" },
};

/** Writes an expression as one of pandas: a column, or a value where it looks at none. */
export function printPandas(expression: Expression, place: Place): string {
  const print = (one: Expression): string => printPandas(one, place);
  switch (expression.kind) {
    case "column": {
      const name = place.elements?.get(expression.name) ?? expression.name;
      const value = `${place.rows}[${pythonText(name)}]`;
      return place.groups ? `${place.groups}.first(${value}, ${kindOf(expression.type)})` : value;
    }
    case "literal":
      return printLiteral(expression, place);
    case "call":
      return printCall(expression, place);
    case "case": {
      const branches = expression.branches.map(({ when, value }) => `(${print(when)}, ${print(value)})`);
      return branches.length === 0
        ? print(expression.otherwise)
        : `choose(${whereOf(place)}, ${kindOf(expression.type)}, [${branches.join(", ")}], ${print(expression.otherwise)})`;
    }
    case "cast":
      return printCast(expression, place);
    case "field":
      return `flow_field(${print(expression.of)}, ${pythonText(expression.name)}, kind=${kindOf(expression.type)})`;
    case "each":
      return printEach(expression, place);
    case "over":
      return printOver(expression, place);
    case "subquery":
      throw new StepFault(
        "It has a query within an expression, which scripts of pandas do not. Export the flow as sql or job.",
      );
    case "written":
      return writtenText(expression.sql.duckdb ?? "");
  }
}

/** A column, also where the expression is one value for all rows. */
export const printColumn = (expression: Expression, place: Place): string =>
  isValue(expression)
    ? `constant(${whereOf(place)}, ${printPandas(expression, place)}, ${kindOf(expression.type)})`
    : printPandas(expression, place);

export const kindOf = ({ kind }: ColumnType): string => pythonText(kind);
const whereOf = ({ groups, rows }: Place): string => groups ?? rows;

/** Whether it is printed as one value, and not as a column. */
function isValue(expression: Expression): boolean {
  switch (expression.kind) {
    case "literal":
      return expression.value !== null;
    case "written":
      return true;
    case "cast":
      return isValue(expression.operand);
    case "call":
      return expression.function !== "rowPosition" && !isAggregate(expression) && expression.operands.every(isValue);
    default:
      return false;
  }
}

const isAggregate = ({ function: name }: Call): boolean => name !== "rowPosition" && Object.hasOwn(aggregates, name);

function printLiteral({ value, type }: Extract<Expression, { readonly kind: "literal" }>, place: Place): string {
  if (value === null) return `constant(${whereOf(place)}, None, ${kindOf(type)})`;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") {
    if (type.kind === "date" || type.kind === "timestamp") return `flow_to_${type.kind}(${pythonText(value)})`;
    return type.kind === "double" ? printNumber(Number(value)) : pythonText(value);
  }
  return type.kind === "double" ? printNumber(value) : String(value);
}

const printNumber = (value: number): string =>
  Number.isFinite(value) ? pythonFloat(value) : `float("${pythonFloat(value)}")`;

function printCall(expression: Call, place: Place): string {
  const { function: name, operands, type } = expression;
  if (name === "rowPosition") return `flow_row_position(${place.rows})`;
  if (isAggregate(expression)) {
    if (!place.groups) throw new StepFault(`The aggregate ${name} is outside of a group.`);
    const within: Place = { rows: place.rows, ...(place.elements && { elements: place.elements }) };
    const given = operands.map((one) => `, ${printPandas(one, within)}`).join("");
    return `${place.groups}.apply(flow_${snake(name)}, ${kindOf(type)}${given})`;
  }
  const print = (one: Expression): string => printPandas(one, place);
  const [first, second] = operands;
  const symbol = operators[name];
  if (symbol) {
    const isLogic = name === "and" || name === "or";
    return `(${isLogic ? printColumn(first!, place) : print(first!)} ${symbol} ${print(second!)})`;
  }
  if (name === "not") return `(~${printColumn(first!, place)})`;
  if (name === "negate") return `(-${print(first!)})`;
  if (name === "absolute") return `abs(${print(first!)})`;
  if (name === "isNull") return `${printColumn(first!, place)}.isna()`;
  if (name === "isNotNull") return `${printColumn(first!, place)}.notna()`;
  const comparison = comparisons[name];
  if (comparison && plainKinds.has(first!.type.kind) && first!.type.kind === second!.type.kind)
    return `(${print(first!)} ${comparison} ${print(second!)})`;
  const kind = typeof functions[name].gives === "function" ? [`kind=${kindOf(type)}`] : [];
  return `flow_${snake(name)}(${[...operands.map(print), ...kind].join(", ")})`;
}

/** "padLeft" is "pad_left". */
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function printCast({ operand, strict, type }: Extract<Expression, { readonly kind: "cast" }>, place: Place): string {
  const value = printPandas(operand, place);
  const from = operand.type.kind;
  // It fails whatever it is to be.
  if ((operand.kind === "call" && operand.function === "fail") || from === type.kind) {
    const isSame = from !== "list" || type.kind !== "list" || type.element.kind === elementKind(operand.type);
    if (isSame) return value;
  }
  switch (type.kind) {
    case "long":
      return `${strict && from === "double" ? "flow_as_long" : "flow_to_long"}(${value})`;
    case "text":
      return `flow_text_of(${value})`;
    case "double":
    case "boolean":
    case "date":
    case "timestamp":
      return `flow_to_${type.kind}(${value})`;
    case "vector":
      return `flow_to_doubles(${value})`;
    case "list":
      return `${type.element.kind === "double" ? "flow_to_doubles" : "flow_to_list"}(${value})`;
    default:
      return value;
  }
}

const elementKind = (type: ColumnType): string => (type.kind === "list" ? type.element.kind : "double");

function printEach(expression: Extract<Expression, { readonly kind: "each" }>, place: Place): string {
  if (place.groups) throw new StepFault("It looks into lists of groups, which scripts of pandas do not.");
  const { element, keeps, list, type, value } = expression;
  const own = element.kind === "column" ? element.name : "__element";
  const name = `${own}_${place.elements?.size ?? 0}`;
  const inner: Place = { rows: "df", elements: new Map([...(place.elements ?? []), [own, name]]) };
  const body = printPandas(value, inner);
  const words = [place.rows, printPandas(list, place), `lambda df: ${body}`, pythonText(name), kindOf(element.type)];
  return `each(${[...words, kindOf(type), ...(keeps ? ["keeps=True"] : [])].join(", ")})`;
}

function printOver(expression: Extract<Expression, { readonly kind: "over" }>, place: Place): string {
  const { order, partition, rows, type, value } = expression;
  if (value.kind !== "call") throw new Error("Only a function has a window.");
  const print = (one: Expression): string => printPandas(one, place);
  const bound = (count: number | "all"): string => (count === "all" ? "None" : String(count));
  return `over(${[
    ...[place.rows, `flow_${snake(value.function)}`, kindOf(type), `[${value.operands.map(print).join(", ")}]`],
    ...(partition.length > 0 ? [`partition=[${partition.map(print).join(", ")}]`] : []),
    ...(order.length > 0 ? [`order=${printOrder(order, place)}`] : []),
    ...(rows ? [`rows=(${bound(rows[0])}, ${bound(rows[1])})`] : []),
  ].join(", ")})`;
}

/** A list of columns, whether they descend, and whether what is missing comes first. */
export const printOrder = (order: readonly Order[], place: Place): string =>
  `[${order.map(({ by, descending, nullsFirst }) => `(${printColumn(by, place)}, ${descending ? "True" : "False"}, ${nullsFirst ? "True" : "False"})`).join(", ")}]`;

/** Texts and lists of texts that were made for DuckDB are those of Python, too: formats of times. */
function writtenText(sql: string): string {
  const text = /^'((?:[^']|'')*)'$/s;
  const one = text.exec(sql);
  if (one) return pythonText(one[1]!.replaceAll("''", "'"));
  const items = /^\[(.*)\]$/s.exec(sql)?.[1]?.match(/'(?:[^']|'')*'/g);
  if (items) return `[${items.map((item) => writtenText(item)).join(", ")}]`;
  throw new StepFault("It has SQL of its own, which scripts of pandas do not.");
}
