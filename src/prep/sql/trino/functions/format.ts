import { castValue } from "../cast.ts";
import type { SpecialFunction } from "../scope.ts";
import { SqlFault } from "../sql-fault.ts";
import { isInteger, type SqlType, typeText, varcharType } from "../sql-type.ts";
import type { Call } from "../syntax.ts";
import { quoteText, type Value } from "../value.ts";

/** A value as the formatter takes it: a letter for its kind in Java, then its text. */
function argument(value: Value, node: Call): string {
  const { sql, type } = value;
  const text = (changed: SqlType = type) => castValue({ sql, type: changed }, varcharType, node.at).sql;
  if (isInteger(type)) return `('d' || CAST(${sql} AS VARCHAR))`;
  switch (type.name) {
    case "unknown":
      return "CAST(NULL AS VARCHAR)";
    case "boolean":
      return `('b' || ${text()})`;
    case "decimal":
      return `('f' || ${text()})`;
    case "double":
      return `('f' || own_java_double(${sql}))`;
    case "real":
      return `('f' || own_java_double(CAST(CAST(${sql} AS VARCHAR) AS DOUBLE)))`;
    case "varchar":
    case "char":
    case "date":
    case "uuid":
      return `('s' || ${text()})`;
    case "timestamp":
      return `('s' || own_java_moment(${text()}))`;
    default:
      throw new SqlFault("NOT_SUPPORTED", `format of ${typeText(type)} is not supported`, node.at);
  }
}

export const formatFunctions: Readonly<Record<string, SpecialFunction>> = {
  format(node, scope, translation) {
    const [format, ...given] = node.arguments.map((part) => translation.expression(part, scope));
    if (format === undefined || given.length === 0)
      throw new SqlFault("INVALID_FUNCTION_ARGUMENT", "Function 'format' requires at least two arguments", node.at);
    if (format.text === undefined || /%[^a-zA-Z%]*[tTgGaAcChH]/.test(format.text))
      throw new SqlFault(
        "NOT_SUPPORTED",
        "format with %t, %g, %a, %c, %h or with a format that is not a constant is not supported",
        node.at,
      );
    const values = given.map((value) => argument(value, node));
    return { sql: `own_format(${quoteText(format.text)}, [${values.join(", ")}])`, type: varcharType };
  },
};
