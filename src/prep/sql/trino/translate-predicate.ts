import { booleanText } from "./boolean-text.ts";
import { coerce } from "./cast.ts";
import { compareRows, negate } from "./compare-rows.ts";
import { comparable, compare, distinctFrom } from "./comparison.ts";
import { quantified } from "./quantified.ts";
import type { Scope, Translation } from "./scope.ts";
import { shortCircuit } from "./short-circuit.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { booleanType, isFloating, type SqlType, typeText, varcharType } from "./sql-type.ts";
import type { Expression } from "./syntax.ts";
import type { Translators } from "./translators.ts";
import { commonType } from "./type-relations.ts";
import type { Value } from "./value.ts";
import { withColumn } from "./with-column.ts";

/** Conditions: what gives true, false or null. */
export const predicateTranslators: Pick<
  Translators,
  | "not"
  | "logic"
  | "compare"
  | "quantified"
  | "distinct-from"
  | "between"
  | "in-list"
  | "in-query"
  | "like"
  | "is-null"
  | "exists"
> = {
  not: (node, scope, translation) => ({
    sql: `(NOT ${condition(node.value, scope, translation, "Value of logical NOT expression")})`,
    type: booleanType,
  }),
  logic(node, scope, translation) {
    const later: Scope = { ...scope, isConditional: true };
    const terms = node.terms.map((term, index) =>
      condition(term, index === 0 ? scope : later, translation, "Logical expression term"),
    );
    return { sql: shortCircuit(terms, node.operator), type: booleanType };
  },
  compare: (node, scope, translation) =>
    compareRows(
      node.operator,
      translation.expression(node.left, scope),
      translation.expression(node.right, scope),
      node.at,
    ),
  quantified(node, scope, translation) {
    const { left, column } = withColumn(node.left, node.query, scope, translation, node.at);
    if (isFloating(left.type) || ["row", "array", "map", "timestamp with time zone"].includes(left.type.name))
      throw new SqlFault("NOT_SUPPORTED", `${node.quantifier} over ${typeText(left.type)} is not supported`, node.at);
    return { sql: quantified(left.sql, node.operator, node.quantifier, column), type: booleanType };
  },
  "distinct-from": (node, scope, translation) =>
    distinctFrom(
      node.negated,
      translation.expression(node.left, scope),
      translation.expression(node.right, scope),
      node.at,
    ),
  between(node, scope, translation) {
    const [value, low, high] = [node.value, node.low, node.high].map((part) => translation.expression(part, scope)) as [
      Value,
      Value,
      Value,
    ];
    return negate(
      {
        sql: shortCircuit([compare(">=", value, low, node.at).sql, compare("<=", value, high, node.at).sql], "AND"),
        type: booleanType,
      },
      node.negated,
    );
  },
  "in-list"(node, scope, translation) {
    const value = translation.expression(node.value, scope);
    const items = node.items.map((item) => translation.expression(item, scope));
    const type = items.reduce<SqlType | undefined>(
      (common, item) => common && commonType(common, item.type),
      value.type,
    );
    if (type === undefined)
      throw new SqlFault(
        "TYPE_MISMATCH",
        `IN value and list items must be the same type: ${typeText(value.type)}`,
        node.at,
      );
    if (isFloating(type) || ["row", "array", "map", "timestamp with time zone"].includes(type.name))
      return negate(
        {
          sql: shortCircuit(
            items.map((item) => compareRows("=", value, item, node.at).sql),
            "OR",
          ),
          type: booleanType,
        },
        node.negated,
      );
    return negate(
      {
        sql: `(${coerce(value, type)!.sql} IN (${items.map((item) => coerce(item, type)!.sql).join(", ")}))`,
        type: booleanType,
      },
      node.negated,
    );
  },
  "in-query"(node, scope, translation) {
    const { left, column } = withColumn(node.value, node.query, scope, translation, node.at);
    return negate({ sql: `(${comparable(left.sql, left.type)} IN (${column}))`, type: booleanType }, node.negated);
  },
  like(node, scope, translation) {
    const [value, pattern] = [node.value, node.pattern].map((part) =>
      asVarchar(translation.expression(part, scope), "LIKE", part.at),
    ) as [Value, Value];
    const escaped = node.escape && translation.expression(node.escape, scope);
    if (escaped !== undefined && escaped.text?.length !== 1)
      throw new SqlFault(
        escaped.text === undefined ? "NOT_SUPPORTED" : "INVALID_FUNCTION_ARGUMENT",
        escaped.text === undefined
          ? "An ESCAPE that is not constant is not supported"
          : "Escape string must be a single character",
        node.at,
      );
    return negate(
      {
        sql: `(${value.sql} LIKE ${pattern.sql}${escaped === undefined ? "" : ` ESCAPE ${escaped.sql}`})`,
        type: booleanType,
      },
      node.negated,
    );
  },
  "is-null": (node, scope, translation) => ({
    sql: `(${translation.expression(node.value, scope).sql} IS ${node.negated ? "NOT " : ""}NULL)`,
    type: booleanType,
  }),
  exists: (node, scope, translation) => ({
    sql: `EXISTS (${translation.query(node.query, scope).sql})`,
    type: booleanType,
  }),
};

export const condition = (node: Expression, scope: Scope, translation: Translation, where: string): string =>
  booleanText(translation.expression(node, scope), node.at, where);

function asVarchar(value: Value, operator: string, at: Position): Value {
  const text = coerce(value, varcharType);
  if (text === undefined)
    throw new SqlFault(
      "TYPE_MISMATCH",
      `Left side of ${operator} expression must evaluate to a varchar (actual: ${typeText(value.type)})`,
      at,
    );
  return text;
}
