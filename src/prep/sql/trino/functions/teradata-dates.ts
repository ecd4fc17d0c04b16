import type { SpecialFunction } from "../scope.ts";
import { dateType, timestampOf, varcharType } from "../sql-type.ts";
import type { Value } from "../value.ts";
import { teradataFormat } from "./date-formats.ts";
import { constant, isMoment, local, mysqlCentury, parsed, values, wrong } from "./dates.ts";

/** Returns the text of a call as a moment, by Teradata's format. */
const read: (...asked: Parameters<SpecialFunction>) => string = (node, scope, translation) => {
  const [value, format] = values(node, [2], scope, translation) as [Value, Value];
  if (value.type.name !== "varchar") throw wrong(node, [value, format]);
  return parsed(value.sql, teradataFormat(constant(format, "a format", node), node).pattern(), mysqlCentury, node);
};

/** Trino's functions of dates for users of Teradata; the SageMaker SDK's datasets are made by one. */
export const teradataFunctions: Readonly<Record<string, SpecialFunction>> = {
  to_timestamp: (...asked) => ({ sql: read(...asked), type: timestampOf(3) }),
  to_date: (...asked) => ({ sql: `CAST(${read(...asked)} AS DATE)`, type: dateType }),
  to_char(node, scope, translation) {
    const [value, format] = values(node, [2], scope, translation) as [Value, Value];
    if (!isMoment(value.type)) throw wrong(node, [value, format]);
    return { sql: teradataFormat(constant(format, "a format", node), node).write(local(value)), type: varcharType };
  },
};
