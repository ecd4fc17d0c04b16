import { arithmetic } from "../arithmetic.ts";
import { booleanText } from "../boolean-text.ts";
import { caseValue, commonOf } from "../case-value.ts";
import { castValue, coerce } from "../cast.ts";
import { compare } from "../comparison.ts";
import { concat } from "../concat.ts";
import { nullValue, textValue } from "../literals.ts";
import type { SpecialFunction } from "../scope.ts";
import { type Position, SqlFault } from "../sql-fault.ts";
import { arrayOf, typeText, varcharType } from "../sql-type.ts";
import { extreme } from "./extreme.ts";

const wrongCount = (name: string, at: Position): SqlFault =>
  new SqlFault("INVALID_FUNCTION_ARGUMENT", `Invalid number of arguments for '${name}' function`, at);

/** Functions that do not evaluate all their arguments, or take them of any type. */
export const conditionalFunctions: Readonly<Record<string, SpecialFunction>> = {
  if({ arguments: given, at }, scope, translation) {
    if (given.length < 2 || given.length > 3) throw wrongCount("if", at);
    const when = booleanText(translation.expression(given[0]!, scope), at, "IF condition");
    const [result, otherwise] = given
      .slice(1)
      .map((part) => translation.expression(part, { ...scope, isConditional: true }));
    return caseValue([{ when, result: result! }], otherwise ?? nullValue, at);
  },
  coalesce({ arguments: given, at }, scope, translation) {
    if (given.length < 2) throw wrongCount("coalesce", at);
    const values = given.map((part, index) =>
      translation.expression(part, index === 0 ? scope : { ...scope, isConditional: true }),
    );
    const type = commonOf(values, "All COALESCE operands", at);
    return { sql: `coalesce(${values.map((value) => coerce(value, type)!.sql).join(", ")})`, type };
  },
  nullif({ arguments: given, at }, scope, translation) {
    if (given.length !== 2) throw wrongCount("nullif", at);
    const [first, second] = given.map((part) => translation.expression(part, scope));
    return {
      sql: `(CASE WHEN ${compare("=", first!, second!, at).sql} THEN NULL ELSE ${first!.sql} END)`,
      type: first!.type,
    };
  },
  try({ arguments: given, at }, scope, translation) {
    if (given.length !== 1) throw wrongCount("try", at);
    const value = translation.expression(given[0]!, { ...scope, noAggregates: scope.noAggregates ?? "TRY" });
    if (/\b(?:SELECT|(?:trino_)?random\()/.test(value.sql))
      throw new SqlFault("NOT_SUPPORTED", "TRY around a subquery or a random function is not supported", at);
    if (value.sql === "NULL" || / OVER /.test(value.sql)) return { ...value, sql: `TRY(${value.sql})` };
    // DuckDB computes what stands twice before TRY, where it is not held; a lambda it leaves as it is.
    return { sql: `TRY(list_transform([true], lambda tried: ${value.sql})[1])`, type: value.type };
  },
  typeof({ arguments: given, at }, scope, translation) {
    if (given.length !== 1) throw wrongCount("typeof", at);
    return { ...textValue(typeText(translation.expression(given[0]!, scope).type)), type: { name: "varchar" } };
  },
  mod({ arguments: given, at }, scope, translation) {
    if (given.length !== 2) throw wrongCount("mod", at);
    const [left, right] = given.map((part) => translation.expression(part, scope));
    return arithmetic("%", left!, right!, at);
  },
  grouping(node, scope, translation) {
    if (scope.grouping === undefined)
      throw new SqlFault("EXPRESSION_NOT_SCALAR", "GROUPING operation requires a GROUP BY", node.at);
    const keys = node.arguments.map((part) => translation.expression(part, scope).sql);
    return { sql: `CAST(grouping(${keys.join(", ")}) AS INTEGER)`, type: { name: "integer" } };
  },
  greatest: (node, scope, translation) => extreme("greatest", node, scope, translation),
  least: (node, scope, translation) => extreme("least", node, scope, translation),
  array_join({ arguments: given, at }, scope, translation) {
    const [list, ...texts] = given.map((part) => translation.expression(part, scope));
    const [part, other] = texts.map((value) => coerce(value, varcharType));
    if (
      list?.type.name !== "array" ||
      part === undefined ||
      given.length > 3 ||
      (given.length === 3 && other === undefined)
    )
      throw new SqlFault(
        "FUNCTION_NOT_FOUND",
        `Unexpected parameters (${[list, ...texts].map((value) => (value === undefined ? "" : typeText(value.type))).join(", ")}) for function array_join`,
        at,
      );
    const { sql } = castValue(list, arrayOf(varcharType), at);
    return {
      sql: `trino_join(${other === undefined ? sql : `list_transform(${sql}, lambda e: coalesce(e, ${other.sql}))`}, ${part.sql})`,
      type: varcharType,
    };
  },
  concat({ arguments: given, at }, scope, translation) {
    if (given.length < 2)
      throw new SqlFault("INVALID_FUNCTION_ARGUMENT", "There must be two or more concatenation arguments", at);
    return concat(
      given.map((part) => translation.expression(part, scope)),
      at,
    );
  },
};
