import { coerce } from "../cast.ts";
import { textValue } from "../literals.ts";
import type { SpecialFunction } from "../scope.ts";
import { SqlFault } from "../sql-fault.ts";
import {
  arrayOf,
  dateType,
  doubleType,
  isInteger,
  type SqlType,
  timeOf,
  timestampOf,
  uuidType,
  varcharType,
  zonedOf,
} from "../sql-type.ts";
import type { Call } from "../syntax.ts";
import { commonType } from "../type-relations.ts";
import { physicalType } from "../value.ts";

const instant = (now: number): string => new Date(now).toISOString().replace("T", " ").replace("Z", "");

/** The number in `current_timestamp(6)`. */
function precisionOf({ arguments: given, name, at }: Call): number {
  const [precision] = given;
  if (precision === undefined) return 3;
  const value = precision.kind === "number" ? Number(precision.text) : Number.NaN;
  if (given.length > 1 || !(value >= 0 && value <= 6))
    throw new SqlFault("NOT_SUPPORTED", `A precision above 6 is not supported: ${name}`, at);
  return value;
}

const currentTimestamp: SpecialFunction = (node, _scope, { session }) => ({
  sql: `struct_pack(i := TIMESTAMP '${instant(session.now)}', z := 'UTC')`,
  type: zonedOf(precisionOf(node)),
});

const random: SpecialFunction = ({ arguments: given, at, name }, scope, translation) => {
  if (given.length === 0) return { sql: "random()", type: doubleType };
  const bounds = given.map((part) => translation.expression(part, scope));
  const type = bounds.reduce<SqlType | undefined>((all, { type }) => all && commonType(all, type), bounds[0]!.type);
  if (type === undefined || !isInteger(type) || given.length > 2)
    throw new SqlFault("FUNCTION_NOT_FOUND", `Unexpected parameters for function ${name}`, at);
  const texts = bounds.map((bound) => coerce(bound, type)!.sql);
  const [low, high] = texts.length === 1 ? ["0", texts[0]!] : (texts as [string, string]);
  return { sql: `CAST(trino_random(${low}, ${high}) AS ${physicalType(type)})`, type };
};

/** What is the same for a whole statement: its moment, its user, its database. The session is in UTC. */
export const sessionFunctions: Readonly<Record<string, SpecialFunction>> = {
  current_timestamp: currentTimestamp,
  now: currentTimestamp,
  localtimestamp: (node, _scope, { session }) => ({
    sql: `TIMESTAMP '${instant(session.now)}'`,
    type: timestampOf(precisionOf(node)),
  }),
  localtime: (node, _scope, { session }) => ({
    sql: `TIME '${instant(session.now).slice(11)}'`,
    type: timeOf(precisionOf(node)),
  }),
  current_date: (_node, _scope, { session }) => ({
    sql: `DATE '${instant(session.now).slice(0, 10)}'`,
    type: dateType,
  }),
  current_timezone: () => ({ sql: "'UTC'", type: varcharType }),
  current_user: (_node, _scope, { session }) => ({ ...textValue(session.user), type: varcharType }),
  current_catalog: (_node, _scope, { session }) => ({ ...textValue(session.catalog), type: varcharType }),
  current_schema: (_node, _scope, { session }) => ({ ...textValue(session.database), type: varcharType }),
  current_groups: () => ({ sql: "CAST([] AS VARCHAR[])", type: arrayOf(varcharType) }),
  rand: random,
  random,
  uuid: () => ({ sql: "uuid()", type: uuidType }),
};
