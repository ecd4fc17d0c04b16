import { booleanText } from "../boolean-text.ts";
import { caseValue, commonOf } from "../case-value.ts";
import { coerce } from "../cast.ts";
import { compare } from "../comparison.ts";
import { concat } from "../concat.ts";
import { nullValue, textValue } from "../literals.ts";
import type { SpecialFunction } from "../scope.ts";
import { type Position, SqlFault } from "../sql-fault.ts";
import { typeText } from "../sql-type.ts";

const wrongCount = (name: string, at: Position): SqlFault =>
  new SqlFault("INVALID_FUNCTION_ARGUMENT", `Invalid number of arguments for '${name}' function`, at);

/** Functions that do not evaluate all their arguments, or take them of any type. */
export const conditionalFunctions: Readonly<Record<string, SpecialFunction>> = {
  if({ arguments: given, at }, scope, translation) {
    if (given.length < 2 || given.length > 3) throw wrongCount("if", at);
    const when = booleanText(translation.expression(given[0]!, scope), at, "IF condition");
    const [result, otherwise] = given.slice(1).map((part) => translation.expression(part, scope));
    return caseValue([{ when, result: result! }], otherwise ?? nullValue, at);
  },
  coalesce({ arguments: given, at }, scope, translation) {
    if (given.length < 2) throw wrongCount("coalesce", at);
    const values = given.map((part) => translation.expression(part, scope));
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
    const value = translation.expression(given[0]!, scope);
    if (/\b(?:SELECT|random\(\))/.test(value.sql))
      throw new SqlFault("NOT_SUPPORTED", "TRY around a subquery or a random function is not supported", at);
    return { sql: value.sql === "NULL" ? "NULL" : `TRY(${value.sql})`, type: value.type };
  },
  typeof({ arguments: given, at }, scope, translation) {
    if (given.length !== 1) throw wrongCount("typeof", at);
    return { ...textValue(typeText(translation.expression(given[0]!, scope).type)), type: { name: "varchar" } };
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
