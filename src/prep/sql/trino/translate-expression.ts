import { arithmetic } from "./arithmetic.ts";
import { caseValue, commonOf } from "./case-value.ts";
import { castValue, coerce, tryCast } from "./cast.ts";
import { compareRows } from "./compare-rows.ts";
import { concat } from "./concat.ts";
import { extractFields } from "./extract-fields.ts";
import { binaryValue, booleanValue, intervalValue, nullValue, numberValue, textValue, typedValue } from "./literals.ts";
import { fieldOf, resolveName, type Scope, type Translation } from "./scope.ts";
import { heldBack, heldCondition } from "./short-circuit.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { arrayOf, isInterval, isNumeric, rowOf, typeText, unknownType } from "./sql-type.ts";
import { subscript } from "./subscript.ts";
import type { Expression } from "./syntax.ts";
import { translateCall } from "./translate-call.ts";
import { jsonTranslators } from "./translate-json.ts";
import { condition, predicateTranslators } from "./translate-predicate.ts";
import type { Translators } from "./translators.ts";
import { fieldName, physicalType, type Value } from "./value.ts";
import { zoneName } from "./zone-name.ts";

export function translateExpression(node: Expression, scope: Scope, translation: Translation): Value {
  const translate = translators[node.kind] as (node: Expression, scope: Scope, translation: Translation) => Value;
  const { grouping } = scope;
  const open = grouping?.open.length;
  const value = checkLength(
    placed(() => translate(node, scope, translation), node.at),
    node.at,
  );
  // What is a key as a whole may hold columns that are none.
  if (grouping?.keys.has(value.sql)) grouping.open.length = open!;
  return scope.isConditional ? { ...value, sql: heldBack(value.sql) } : value;
}

const longestText = 4_000_000;

/** A guard names what it guards twice, so a deep nest of them could grow without end. */
function checkLength(value: Value, at: Position): Value {
  if (value.sql.length > longestText) throw new SqlFault("STATEMENT_TOO_LARGE", "the expression is too large", at);
  return value;
}

/** Gives a fault that knows no place the place of the expression. */
function placed<Result>(work: () => Result, at: Position): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlFault && error.line === undefined) throw new SqlFault(error.code, error.message, at);
    throw error;
  }
}

const translators: Translators = {
  number: (node) => numberValue(node),
  string: (node) => textValue(node.value),
  binary: (node) => binaryValue(node),
  boolean: (node) => booleanValue(node.value),
  null: () => nullValue,
  typed: (node) => typedValue(node),
  interval: (node) => intervalValue(node),
  name: (node, scope) => resolveName(scope, node.parts, node.at),
  field: (node, scope, translation) => fieldOf(translation.expression(node.base, scope), node.name, node.at),
  parameter(node) {
    throw new SqlFault(
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected at least ${node.index + 1}`,
      node.at,
    );
  },
  call: translateCall,
  cast(node, scope, translation) {
    const value = translation.expression(node.value, scope);
    return node.try ? tryCast(value, node.type, node.at) : castValue(value, node.type, node.at);
  },
  negate(node, scope, translation) {
    const value = translation.expression(node.value, scope);
    if (!isNumeric(value.type) && !isInterval(value.type) && value.type.name !== "unknown")
      throw new SqlFault("TYPE_MISMATCH", `Cannot negate ${typeText(value.type)}`, node.at);
    return { sql: `(- ${value.sql})`, type: value.type, nonzero: value.nonzero };
  },
  arithmetic: (node, scope, translation) =>
    arithmetic(
      node.operator,
      translation.expression(node.left, scope),
      translation.expression(node.right, scope),
      node.at,
    ),
  concat: (node, scope, translation) =>
    concat(
      node.parts.map((part) => translation.expression(part, scope)),
      node.at,
    ),
  "scalar-query"(node, scope, translation) {
    const { sql, columns } = translation.query(node.query, scope);
    if (columns.length === 1) return { sql: `(${sql})`, type: columns[0]!.type };
    const name = translation.fresh("q");
    const packed = (text: (index: number) => string) =>
      `struct_pack(${columns.map((column, index) => `${fieldName(column.name, index)} := ${text(index)}`).join(", ")})`;
    const row = packed((index) => `${name}.c${index}`);
    // Without a row it is a row of nulls.
    const none = packed((index) => `CAST(NULL AS ${physicalType(columns[index]!.type)})`);
    return { sql: `coalesce((SELECT ${row} FROM (${sql}) AS ${name}), ${none})`, type: rowOf(columns) };
  },
  case(node, outer, translation) {
    const operand = node.operand && translation.expression(node.operand, outer);
    const scope: Scope = { ...outer, isConditional: true };
    const branches = node.whens.map(({ when, result }) => ({
      when:
        operand === undefined
          ? heldCondition(condition(when, scope, translation, "CASE WHEN clause"))
          : heldCondition(compareRows("=", operand, translation.expression(when, scope), when.at).sql),
      result: translation.expression(result, scope),
    }));
    const otherwise = node.otherwise && translation.expression(node.otherwise, scope);
    return caseValue(branches, otherwise ?? nullValue, node.at);
  },
  lambda(node) {
    throw new SqlFault("TYPE_MISMATCH", "Lambda expression should always be used inside a function", node.at);
  },
  array(node, scope, translation) {
    const items = node.items.map((item) => translation.expression(item, scope));
    const type = commonOf(items, "All ARRAY elements", node.at);
    if (items.length === 0) return { sql: "CAST([] AS INTEGER[])", type: arrayOf(unknownType) };
    return { sql: `[${items.map((item) => coerce(item, type)!.sql).join(", ")}]`, type: arrayOf(type) };
  },
  row(node, scope, translation) {
    const items = node.items.map((item) => translation.expression(item, scope));
    return {
      sql: `struct_pack(${items.map((item, index) => `${fieldName(undefined, index)} := ${item.sql}`).join(", ")})`,
      type: rowOf(items.map(({ type }) => ({ type }))),
      items,
    };
  },
  subscript: (node, scope, translation) =>
    subscript(translation.expression(node.base, scope), translation.expression(node.index, scope), node.at),
  "at-zone"(node, scope, translation) {
    const value = translation.expression(node.value, scope);
    const zone = translation.expression(node.zone, scope);
    if (zone.text === undefined)
      throw new SqlFault(
        "NOT_SUPPORTED",
        "AT TIME ZONE with a zone that is not a constant text is not supported",
        node.at,
      );
    const name = textValue(zoneName(zone.text)).sql;
    if (value.type.name === "timestamp")
      return {
        sql: `trino_zoned(${value.sql}, ${name})`,
        type: { name: "timestamp with time zone", precision: value.type.precision },
      };
    if (value.type.name !== "timestamp with time zone")
      throw new SqlFault(
        "TYPE_MISMATCH",
        `Type of value must be a time or timestamp with or without time zone (actual ${typeText(value.type)})`,
        node.at,
      );
    return { sql: `trino_zoned(struct_extract(${value.sql}, 'i'), ${name})`, type: value.type };
  },
  extract(node, scope, translation) {
    const name = extractFields[node.field];
    if (name === undefined) throw new SqlFault("SYNTAX_ERROR", `Invalid EXTRACT field: ${node.field}`, node.at);
    return translateCall(
      { kind: "call", name, arguments: [node.value], star: false, distinct: false, orderBy: [], at: node.at },
      scope,
      translation,
    );
  },
  ...predicateTranslators,
  ...jsonTranslators,
};
