import { castValue } from "./cast.ts";
import { isSkipped } from "./is-skipped.ts";
import { readType } from "./parse-type.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import {
  bigintType,
  booleanType,
  charOf,
  dateType,
  dayIntervalType,
  decimalOf,
  doubleType,
  integerType,
  jsonType,
  timeOf,
  timestampOf,
  unknownType,
  varbinaryType,
  varcharOf,
  yearIntervalType,
  zonedOf,
} from "./sql-type.ts";
import type { Expression } from "./syntax.ts";
import { quoteText, type Value } from "./value.ts";
import { zoneName } from "./zone-name.ts";

type Node<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

export const nullValue: Value = { sql: "NULL", type: unknownType };
export const booleanValue = (value: boolean): Value => ({ sql: value ? "true" : "false", type: booleanType });

/** Has the type of its length, counted in characters. */
export const textValue = (text: string): Value => ({ sql: quoteText(text), type: varcharOf([...text].length), text });

export function numberValue({ form, text, at }: Node<"number">): Value {
  const nonzero = !/^[0.]*$/.test(text.replace(/[eE].*/, ""));
  if (form === "double") return { sql: `CAST(${quoteText(text)} AS DOUBLE)`, type: doubleType, nonzero };
  if (form === "decimal") return decimalValue(text, at, nonzero);
  const value = BigInt(text);
  if (value > 2n ** 63n - 1n) throw new SqlFault("INVALID_LITERAL", `Invalid numeric literal: ${text}`, at);
  const type = value > 2n ** 31n - 1n ? bigintType : integerType;
  return { sql: `CAST(${value} AS ${type.name.toUpperCase()})`, type, nonzero };
}

function decimalValue(text: string, at: Position, nonzero: boolean): Value {
  const [, whole = "", fraction = ""] = /^([0-9]*)\.?([0-9]*)$/.exec(text.replace(/^[+-]/, "")) ?? [];
  const digits = whole.replace(/^0+/, "");
  const precision = Math.max(1, digits.length + fraction.length);
  if (precision > 38)
    throw new SqlFault("INVALID_LITERAL", `DECIMAL precision must be in range [1, 38]: ${precision}`, at);
  return {
    sql: `CAST(${quoteText(text)} AS DECIMAL(${precision},${fraction.length}))`,
    type: decimalOf(precision, fraction.length),
    nonzero,
  };
}

export const binaryValue = ({ hex }: Node<"binary">): Value => ({
  sql: `unhex(${quoteText(hex)})`,
  type: varbinaryType,
});

const momentPattern = /^\s*\d{4,}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d{1,6}))?)?)?\s*$/;
const zonedPattern =
  /^\s*(\d{4,}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d{1,6}))?)?) ?([A-Za-z][A-Za-z0-9_/+-]*|[+-]\d{1,2}:?\d{0,2})\s*$/;

export function typedValue(node: Node<"typed">): Value {
  const { type, value, at } = node;
  switch (type) {
    case "DATE":
      if (!/^\s*[+-]?\d+-\d{1,2}-\d{1,2}\s*$/.test(value) || !isDay(value)) throw invalid(value, "date", at);
      return { sql: `CAST(${quoteText(value.trim())} AS DATE)`, type: dateType };
    case "TIMESTAMP":
      return momentValue(value, at);
    case "TIME": {
      const found = /^\s*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d{1,6}))?)?\s*$/.exec(value);
      if (found === null) throw invalid(value, "time", at);
      return { sql: `CAST(${quoteText(value.trim())} AS TIME)`, type: timeOf(found[1]?.length ?? 0) };
    }
    case "DECIMAL":
      if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value)) throw invalid(value, "decimal", at);
      return decimalValue(value, at, false);
    case "CHAR":
      return { sql: quoteText(value.replace(/ +$/, "")), type: charOf([...value].length) };
    case "JSON":
      return { sql: `own_json_parse(${quoteText(value)})`, type: jsonType };
    default:
      return castValue(textValue(value), readType(type), at);
  }
}

function momentValue(value: string, at: Position): Value {
  const found = momentPattern.exec(value);
  if (found !== null && isDay(value))
    return { sql: `CAST(${quoteText(value.trim())} AS TIMESTAMP)`, type: timestampOf(found[1]?.length ?? 0) };
  const zoned = zonedPattern.exec(value);
  if (zoned === null || !isDay(value) || isSkipped(zoned[1]!, zoneName(zoned[3]!)))
    throw invalid(value, "timestamp", at);
  const zone = quoteText(zoneName(zoned[3]!));
  return {
    sql: `trino_zoned(trino_instant(CAST(${quoteText(zoned[1]!)} AS TIMESTAMP), ${zone}), ${zone})`,
    type: zonedOf(zoned[2]?.length ?? 0),
  };
}

const isDay = (value: string): boolean => {
  const [, year, month, day] = /^\s*[+-]?(\d+)-(\d{1,2})-(\d{1,2})/.exec(value) ?? [];
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last;
};

const invalid = (value: string, type: string, at: Position): SqlFault =>
  new SqlFault("INVALID_LITERAL", `'${value}' is not a valid ${type} literal`, at);

const units = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
const milliseconds: Readonly<Record<string, number>> = {
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
};
const unitParts = [
  undefined,
  "(\\d+)",
  "(\\d+) (\\d+)",
  "(\\d+) (\\d+):(\\d+)",
  "(\\d+) (\\d+):(\\d+):(\\d+(?:\\.\\d{1,3})?)",
];

export function intervalValue({ value, negative, from, to, at }: Node<"interval">): Value {
  const [first, last] = [units.indexOf(from), units.indexOf(to ?? from)];
  const sign = negative !== value.trim().startsWith("-") ? -1 : 1;
  const text = value.trim().replace(/^[+-]/, "");
  const fault = () => new SqlFault("INVALID_LITERAL", `'${value}' is not a valid INTERVAL literal`, at);
  if (last < first || (first < 2 && last > 1))
    throw new SqlFault("SYNTAX_ERROR", `Invalid interval ${from} TO ${to}`, at);
  if (first < 2) {
    const found = (last > first ? /^(\d+)-(\d+)$/ : /^(\d+)$/).exec(text);
    if (found === null) throw fault();
    const months = from === "YEAR" ? Number(found[1]) * 12 + Number(found[2] ?? 0) : Number(found[1]);
    return { sql: `CAST(${sign * months} AS BIGINT)`, type: yearIntervalType };
  }
  const pattern =
    first === last
      ? from === "SECOND"
        ? "(\\d+(?:\\.\\d{1,3})?)"
        : "(\\d+)"
      : first === 2
        ? unitParts[last - first + 1]!
        : unitParts[4]!
            .split(/[ :]/)
            .slice(first - 2, last - 1)
            .join(":");
  const found = new RegExp(`^${pattern}$`).exec(text);
  if (found === null) throw fault();
  const total = found
    .slice(1)
    .reduce((sum, part, index) => sum + Math.round(Number(part) * milliseconds[units[first + index]!]!), 0);
  return { sql: `CAST(${sign * total} AS BIGINT)`, type: dayIntervalType };
}
