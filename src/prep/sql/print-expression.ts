import { text } from "../column-type.ts";
import { StepFault } from "../step-fault.ts";
import type { Dialect } from "./dialect.ts";
import type { Expression, Order, Query } from "./expression.ts";
import type { SqlFunction } from "./functions/sql-function.ts";
import { functions } from "./functions.ts";

/** Writes an expression in a dialect. `columnOf` writes a column of the rows, `printQuery` a query within the expression. */
export function printExpression(
  expression: Expression,
  dialect: Dialect,
  columnOf: (name: string) => string = dialect.quote,
  printQuery?: (query: Query) => string,
): string {
  const print = (one: Expression): string => printExpression(one, dialect, columnOf, printQuery);
  switch (expression.kind) {
    case "column":
      return columnOf(expression.name);
    case "literal":
      return dialect.literal(expression.value, expression.type);
    case "call":
      return filled(expression, dialect, expression.operands.map(print));
    case "case": {
      const branches = expression.branches.map(({ when, value }) => `WHEN ${print(when)} THEN ${print(value)}`);
      return branches.length === 0
        ? print(expression.otherwise)
        : `CASE ${branches.join(" ")} ELSE ${print(expression.otherwise)} END`;
    }
    case "cast": {
      const sql = print(expression.operand);
      const isNumberText = expression.operand.type.kind === "double" && expression.type.kind === "text";
      if (expression.strict && !isNumberText) return `CAST(${sql} AS ${dialect.typeName(expression.type)})`;
      return dialect.cast(sql, expression.operand.type, expression.type);
    }
    case "field":
      return `(${print(expression.of)}).${dialect.quote(expression.name)}`;
    case "each": {
      const own = expression.element.kind === "column" ? expression.element.name : "";
      const name = own === "__element" ? `__element${depthOf(expression)}` : own;
      const inner = (column: string) => (column === own ? name : columnOf(column));
      const value = printExpression(expression.value, dialect, inner, printQuery);
      const list = print(expression.list);
      return expression.keeps ? dialect.those(list, name, value) : dialect.each(list, name, value);
    }
    case "over": {
      const parts = [
        expression.partition.length > 0 ? `PARTITION BY ${expression.partition.map(print).join(", ")}` : "",
        expression.order.length > 0
          ? `ORDER BY ${expression.order.map((one) => printOrder(one, print)).join(", ")}`
          : "",
        expression.rows
          ? `ROWS BETWEEN ${bound(expression.rows[0], "PRECEDING")} AND ${bound(expression.rows[1], "FOLLOWING")}`
          : "",
      ].filter((part) => part !== "");
      const window = ` OVER (${parts.join(" ")})`;
      const { value } = expression;
      if (value.kind !== "call") throw new Error("Only a function has a window.");
      return filled(value, dialect, value.operands.map(print), window);
    }
    case "subquery": {
      if (printQuery === undefined) throw new Error("A query within an expression is printed with its relation alone.");
      const query = `(${printQuery(expression.query)})`;
      if (expression.how === "among") return `(${print(expression.operand!)} IN ${query})`;
      return expression.how === "exists" ? `EXISTS ${query}` : query;
    }
    case "written":
      return `(${expression.sql[dialect.name]})`;
  }
}

/** Writes an order: nulls have their place in words, since engines differ. */
export const printOrder = ({ by, descending, nullsFirst }: Order, print: (one: Expression) => string): string =>
  `${print(by)} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;

const bound = (count: number | "all", way: "PRECEDING" | "FOLLOWING"): string => {
  if (count === "all") return `UNBOUNDED ${way}`;
  if (count < 0) return `${-count} ${way === "PRECEDING" ? "FOLLOWING" : "PRECEDING"}`;
  return count === 0 ? "CURRENT ROW" : `${count} ${way}`;
};

function filled(expression: Call, dialect: Dialect, operands: readonly string[], window = ""): string {
  const texts = knownTexts(expression);
  const own: SqlFunction = functions[expression.function];
  const row = (dialect.name === "duckdb" && texts && own.duckdbOfTexts) || own[dialect.name];
  if (typeof row === "object") throw new StepFault(row.cannot);
  const template = typeof row === "function" ? row(expression.type) : row;
  const whole = window === "" || template.includes("$over") ? template : `${template}$over`;
  return whole.replace(/\$(\d|\*|rest|over|texts)/g, (_, which: string) => {
    if (which === "over") return window;
    if (which === "texts") return texts!.map((one) => dialect.literal(one, text)).join(", ");
    if (which === "*") return operands.join(", ");
    if (which === "rest") return operands.slice(1).join(", ");
    return operands[Number(which) - 1] ?? "";
  });
}

/** The texts of a list of literals that a text is looked for in, where they differ. */
function knownTexts({ operands: [list, value] }: Call): readonly string[] | undefined {
  if (list?.kind !== "call" || list.function !== "listOf" || value?.type.kind !== "text") return undefined;
  const texts = list.operands.map((one) => (one.kind === "literal" && one.type.kind === "text" ? one.value : null));
  if (texts.length === 0 || texts.includes(null) || new Set(texts).size < texts.length) return undefined;
  return texts as string[];
}

type Call = Extract<Expression, { kind: "call" }>;

/** How many lambdas are in each other: every one has a name of its own. */
function depthOf(expression: Expression): number {
  if (expression.kind !== "each") {
    const inner =
      expression.kind === "call" ? expression.operands : expression.kind === "cast" ? [expression.operand] : [];
    return Math.max(0, ...inner.map(depthOf));
  }
  return 1 + depthOf(expression.value);
}
