import { castText, coerce } from "./cast.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import {
  asDecimal,
  dayIntervalType,
  decimalOf,
  isFloating,
  isInteger,
  isInterval,
  isNumeric,
  type SqlType,
  typeText,
} from "./sql-type.ts";
import type { ArithmeticOperator } from "./syntax.ts";
import { commonType } from "./type-relations.ts";
import { guarded, raised, type Value } from "./value.ts";

/** `left operator right` with the result's type and the errors that Trino has. */
export function arithmetic(operator: ArithmeticOperator, left: Value, right: Value, at: Position): Value {
  const result = arithmeticOf(operator, left, right, at);
  // Trino does not look at what follows a null: an error in it is none.
  if (!right.sql.includes(raised) || left.nonzero) return result;
  return { ...result, sql: `CASE WHEN ${left.sql} IS NOT NULL THEN ${result.sql} END` };
}

function arithmeticOf(operator: ArithmeticOperator, left: Value, right: Value, at: Position): Value {
  const moment = momentArithmetic(operator, left, right);
  if (moment !== undefined) return moment;
  const type = commonType(left.type, right.type);
  if (type === undefined || !(isNumeric(type) || type.name === "unknown"))
    throw cannot(operator, left.type, right.type, at);
  if (type.name === "unknown") return { sql: "CAST(NULL AS INTEGER)", type };
  if (type.name === "decimal") return decimalArithmetic(operator, left, right, at);
  const [a, b] = [coerce(left, type)!.sql, coerce(right, type)!.sql];
  if (isFloating(type)) return { sql: `(${a} ${operator} ${b})`, type };
  if (operator !== "/" && operator !== "%") return { sql: `(${a} ${operator} ${b})`, type };
  const sql = operator === "/" ? `(${a} // ${b})` : `(${a} % ${b})`;
  return { sql: right.nonzero ? sql : divides(a, b, sql), type };
}

const cannot = (operator: string, left: SqlType, right: SqlType, at: Position): SqlFault =>
  new SqlFault("TYPE_MISMATCH", `Cannot apply operator: ${typeText(left)} ${operator} ${typeText(right)}`, at);

/** Null divided by zero is null. */
const divides = (value: string, divisor: string, sql: string): string =>
  guarded(`${divisor} = 0 AND ${value} IS NOT NULL`, "DIVISION_BY_ZERO", "'Division by zero'", sql);

function decimalArithmetic(operator: ArithmeticOperator, left: Value, right: Value, at: Position): Value {
  const decimal = ({ type }: Value) => asDecimal(type) ?? { precision: 1, scale: 0 };
  const [{ precision: p1, scale: s1 }, { precision: p2, scale: s2 }] = [decimal(left), decimal(right)];
  const [a, b] = [castText(left.sql, left.type, decimalOf(p1, s1)), castText(right.sql, right.type, decimalOf(p2, s2))];
  const scale = Math.max(s1, s2);
  switch (operator) {
    case "+":
    case "-": {
      const type = decimalOf(Math.min(38, Math.max(p1 - s1, p2 - s2) + scale + 1), scale);
      const wide = `DECIMAL(${Math.min(38, Math.max(p1 - s1, p2 - s2) + scale)},${scale})`;
      return {
        sql: `CAST(CAST(${a} AS ${wide}) ${operator} CAST(${b} AS ${wide}) AS DECIMAL(${type.name === "decimal" ? type.precision : 38},${scale}))`,
        type,
      };
    }
    case "*": {
      if (s1 + s2 > 38)
        throw new SqlFault(
          "INVALID_FUNCTION_ARGUMENT",
          `DECIMAL scale must be in range [0, precision (38)]: ${s1 + s2}`,
          at,
        );
      const type = decimalOf(Math.min(38, p1 + p2), s1 + s2);
      const factors = [
        { sql: a, precision: p1, scale: s1, short: left.short },
        { sql: b, precision: p2, scale: s2, short: right.short },
      ] as const;
      return { ...product(...factors), type };
    }
    case "/": {
      const type = decimalOf(Math.min(38, p1 + s2 + Math.max(s2 - s1, 0)), scale);
      const shift = scale - s1 + s2;
      if (p1 + shift > 38) return wideDecimal("own_decimal_divide", a, b, type);
      const quotient = `trino_divide(${unscaled(a, p1, s1)} * CAST(1${"0".repeat(shift)} AS HUGEINT), ${unscaled(b, p2, s2)})`;
      return { sql: decimalFrom(right.nonzero ? quotient : divides(a, b, quotient), type), type };
    }
    case "%": {
      const type = decimalOf(Math.min(p2 - s2, p1 - s1) + scale, scale);
      const width = Math.max(p1 - s1, p2 - s2) + scale;
      if (width > 38) return wideDecimal("own_decimal_remainder", a, b, type);
      const at2 = (sql: string) => unscaled(`CAST(${sql} AS DECIMAL(${width},${scale}))`, width, scale);
      const rest = `(${at2(a)} % ${at2(b)})`;
      return { sql: decimalFrom(right.nonzero ? rest : divides(a, b, rest), type), type };
    }
  }
}

interface DecimalText extends Pick<Value, "short"> {
  readonly sql: string;
  readonly precision: number;
  readonly scale: number;
}

/** DuckDB's decimals of so many digits at most are numbers of 64 bits. */
const shortDigits = 18;

/**
 * The product of decimals. DuckDB gives that of two short ones as many digits as a short one has, and refuses a longer one, so one of
 * them is made longer before. Numbers of 128 bits take three times as long to multiply: they are multiplied only where a
 * value needs it.
 */
function product(a: DecimalText, b: DecimalText): { sql: string; short?: string } {
  const scale = a.scale + b.scale;
  const digits = Math.min(38, a.precision + b.precision);
  const whole = (sql: string) => `CAST(${sql} AS DECIMAL(${digits},${scale}))`;
  const areShort = a.precision <= shortDigits && b.precision <= shortDigits;
  if (digits <= shortDigits) return { sql: whole(`${a.sql} * ${b.sql}`) };
  const exact = whole(`${areShort ? `CAST(${a.sql} AS DECIMAL(${shortDigits + 1},${a.scale}))` : a.sql} * ${b.sql}`);
  if (scale > shortDigits || !isSimple(a.sql) || !isSimple(b.sql)) return { sql: exact };
  const short = `TRY(${shortOf(a)} * ${shortOf(b)})`;
  return { sql: `coalesce(${whole(short)}, ${exact})`, short };
}

const shortOf = ({ sql, precision, scale, short }: DecimalText): string =>
  precision <= shortDigits ? sql : (short ?? `TRY_CAST(${sql} AS DECIMAL(${shortDigits},${scale}))`);

/** Whether an expression may stand twice, and within TRY: it has columns, numbers, casts and arithmetic alone, and few of them. */
const isSimple = (sql: string): boolean => sql.length < 1_000 && simple.test(sql);
const simple =
  /^(?:"[^"]*"|'[\d.+-]*'|\b(?:CAST|TRY_CAST|TRY|coalesce|AS|DECIMAL|INTEGER|BIGINT|[crs]\d+)\b|[\d\s().,+*-])*$/;

/** Where the steps of an operation have more digits than DuckDB's numbers have. */
function wideDecimal(name: string, a: string, b: string, type: SqlType): Value {
  const { precision, scale } = type as { precision: number; scale: number };
  const text = (sql: string) => `CAST(${sql} AS VARCHAR)`;
  return { sql: `CAST(${name}(${text(a)}, ${text(b)}, ${scale}) AS DECIMAL(${precision},${scale}))`, type };
}

/** The digits of a decimal as a whole number. */
export function unscaled(sql: string, precision: number, scale: number): string {
  if (scale === 0) return `CAST(${sql} AS HUGEINT)`;
  // A product of two short decimals is short, and would not hold all digits.
  const isLong = precision + scale + 1 > shortDigits;
  const digits = isLong ? Math.max(precision, shortDigits + 1) : precision;
  if (digits + scale + 1 > 38) return `trino_unscaled(${sql})`;
  return `CAST(${digits > precision ? `CAST(${sql} AS DECIMAL(${digits},${scale}))` : sql} * CAST(1${"0".repeat(scale)} AS DECIMAL(${scale + 1},0)) AS HUGEINT)`;
}

/** A decimal from its digits. */
export function decimalFrom(sql: string, type: SqlType): string {
  const { precision, scale } = type as { precision: number; scale: number };
  if (scale === 0) return `CAST(${sql} AS DECIMAL(${precision},0))`;
  return `CAST(CAST(${sql} AS DECIMAL(38,0)) * CAST('0.${"0".repeat(scale - 1)}1' AS DECIMAL(${Math.min(scale + 1, 38)},${scale})) AS DECIMAL(${precision},${scale}))`;
}

/** Dates, times and intervals: an interval is a number of milliseconds or of months. */
function momentArithmetic(operator: ArithmeticOperator, left: Value, right: Value): Value | undefined {
  if (isInterval(left.type) && left.type.name === right.type.name && (operator === "+" || operator === "-"))
    return { sql: `(${left.sql} ${operator} ${right.sql})`, type: left.type };
  if (isInterval(left.type) && isNumeric(right.type)) return scaleInterval(operator, left, right);
  if (isInterval(right.type) && isNumeric(left.type) && operator === "*") return scaleInterval(operator, right, left);
  if (isMoment(left.type) && isInterval(right.type) && (operator === "+" || operator === "-"))
    return shiftMoment(operator, left, right);
  if (isInterval(left.type) && isMoment(right.type) && operator === "+") return shiftMoment(operator, right, left);
  if (operator !== "-" || left.type.name !== right.type.name) return undefined;
  if (left.type.name === "date")
    return { sql: `(CAST(${left.sql} - ${right.sql} AS BIGINT) * 86400000)`, type: dayIntervalType };
  if (
    left.type.name === "timestamp" &&
    left.type.precision <= 3 &&
    "precision" in right.type &&
    right.type.precision <= 3
  )
    return { sql: `((epoch_us(${left.sql}) - epoch_us(${right.sql})) // 1000)`, type: dayIntervalType };
  return undefined;
}

const isMoment = (type: SqlType): boolean =>
  ["date", "timestamp", "timestamp with time zone", "time"].includes(type.name);

function scaleInterval(operator: ArithmeticOperator, interval: Value, by: Value): Value | undefined {
  if (operator !== "*" && operator !== "/") return undefined;
  if (isInteger(by.type) && operator === "*") return { sql: `(${interval.sql} * ${by.sql})`, type: interval.type };
  const number = castText(by.sql, by.type, { name: "double" });
  return { sql: `CAST(trunc(CAST(${interval.sql} AS DOUBLE) ${operator} ${number}) AS BIGINT)`, type: interval.type };
}

function shiftMoment(operator: "+" | "-", moment: Value, interval: Value): Value | undefined {
  const { type } = moment;
  const months = interval.type.name === "interval year to month";
  const step = months ? `to_months(CAST(${interval.sql} AS INTEGER))` : `to_microseconds(${interval.sql} * 1000)`;
  if (type.name === "date") {
    if (months) return { sql: `CAST(${moment.sql} ${operator} ${step} AS DATE)`, type };
    return { sql: `trino_shift_date(${moment.sql}, ${operator === "-" ? `-(${interval.sql})` : interval.sql})`, type };
  }
  if (type.name === "timestamp")
    return {
      sql: `(${moment.sql} ${operator} ${step})`,
      type: months ? type : { name: "timestamp", precision: Math.max(3, type.precision) },
    };
  if (type.name === "timestamp with time zone" && months)
    return {
      sql: `trino_zoned(trino_instant(trino_local(${moment.sql}) ${operator} ${step}, struct_extract(${moment.sql}, 'z')), struct_extract(${moment.sql}, 'z'))`,
      type,
    };
  if (type.name === "timestamp with time zone")
    return {
      sql: `trino_zoned(trino_at(${moment.sql}) ${operator} ${step}, struct_extract(${moment.sql}, 'z'))`,
      type: { ...type, precision: Math.max(3, type.precision) },
    };
  if (type.name === "time" && !months)
    return {
      sql: `CAST(${moment.sql} ${operator} ${step} AS TIME)`,
      type: { ...type, precision: Math.max(3, type.precision) },
    };
  return undefined;
}
