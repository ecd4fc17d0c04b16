import type { Dialect } from "./dialect.ts";
import type { Expression } from "./expression.ts";
import { printExpression, printOrder } from "./print-expression.ts";
import type { Relation } from "./relation.ts";

/** Writes a relation as a query in a dialect. Its tables are named as they are. */
export function printRelation(relation: Relation, dialect: Dialect): string {
  const { quote } = dialect;
  const print = (one: Expression): string =>
    printExpression(one, dialect, quote, (query) => printRelation(query as Relation, dialect));
  const from = (input: Relation): string =>
    input.kind === "table" ? quote(input.name) : `(${printRelation(input, dialect)})`;
  const list = (values: readonly { readonly name: string; readonly value: Expression }[]): string =>
    values.map(({ name, value }) => `${print(value)} AS ${quote(name)}`).join(", ");
  const names = (columns: Relation["columns"]): string => columns.map(({ name }) => quote(name)).join(", ");

  switch (relation.kind) {
    case "table":
      return `SELECT ${names(relation.columns)} FROM ${quote(relation.name)}`;
    case "select":
      return `SELECT ${list(relation.values)} FROM ${from(relation.input)}`;
    case "filter":
      return `SELECT ${names(relation.columns)} FROM ${from(relation.input)} WHERE ${print(relation.where)}`;
    case "aggregate": {
      const keys = relation.keys.map(({ value }) => print(value));
      const grouped = keys.length > 0 ? ` GROUP BY ${keys.join(", ")}` : "";
      return `SELECT ${list([...relation.keys, ...relation.values])} FROM ${from(relation.input)}${grouped}`;
    }
    case "join": {
      const on = relation.on.map(([left, right]) => `l.${quote(left)} = r.${quote(right)}`).join(" AND ");
      const values = relation.values
        .map(({ name, side, from: source }) => `${side === "left" ? "l" : "r"}.${quote(source)} AS ${quote(name)}`)
        .join(", ");
      const condition = relation.how === "cross" ? "" : ` ON ${on}`;
      const kind = joins[dialect.name][relation.how];
      return `SELECT ${values} FROM ${from(relation.left)} AS l ${kind} JOIN ${from(relation.right)} AS r${condition}`;
    }
    case "union":
      return relation.inputs
        .map((input) => `SELECT ${names(relation.columns)} FROM ${from(input)}`)
        .join(" UNION ALL ");
    case "sort":
      return `SELECT ${names(relation.columns)} FROM ${from(relation.input)} ORDER BY ${relation.order.map((one) => printOrder(one, print)).join(", ")}`;
    case "limit":
      return `SELECT ${names(relation.columns)} FROM ${from(relation.input)}${dialect.inOrder} LIMIT ${relation.count}`;
    case "distinct":
      return `SELECT DISTINCT ${names(relation.columns)} FROM ${from(relation.input)}`;
    case "explode":
      return `SELECT ${names(relation.columns)} FROM ${dialect.explode(`${from(relation.input)} AS e`, print(relation.list), quote(relation.as))}`;
    case "written": {
      const tables = relation.inputs.map(
        ({ name, relation: input }) => `${quote(name)} AS (${printRelation(input, dialect)})`,
      );
      return `WITH ${tables.join(", ")} SELECT ${names(relation.columns)} FROM (${relation.sql[dialect.name]})`;
    }
  }
}

const joins = {
  duckdb: { inner: "INNER", left: "LEFT", right: "RIGHT", full: "FULL", semi: "SEMI", anti: "ANTI", cross: "CROSS" },
  spark: {
    inner: "INNER",
    left: "LEFT",
    right: "RIGHT",
    full: "FULL",
    semi: "LEFT SEMI",
    anti: "LEFT ANTI",
    cross: "CROSS",
  },
} as const;
