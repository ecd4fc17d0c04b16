import { becomesJson, comesFromJson, jsonText, jsonValue } from "./json-cast.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import {
  isFloating,
  isInteger,
  isInterval,
  isNumeric,
  isText,
  type SqlType,
  sameType,
  typeText,
  varcharType,
} from "./sql-type.ts";
import { mayBecome } from "./type-relations.ts";
import { fieldName, physicalType, quoteText, raised, type Value } from "./value.ts";

/** Puts a value where another type is wanted, as Trino does without being told to. Undefined when Trino would not. */
export function coerce(value: Value, to: SqlType): Value | undefined {
  if (sameType(value.type, to)) return value;
  if (!mayBecome(value.type, to)) return undefined;
  return { ...value, sql: castText(value.sql, value.type, to), type: to };
}

/** CAST(value AS type). */
export function castValue(value: Value, to: SqlType, at: Position): Value {
  const from = value.type;
  if (!mayCast(from, to)) throw new SqlFault("TYPE_MISMATCH", `Cannot cast ${typeText(from)} to ${typeText(to)}`, at);
  return { sql: castText(value.sql, from, to), type: to };
}

/** TRY_CAST(value AS type). What the value itself raises is not held. */
export function tryCast(value: Value, to: SqlType, at: Position): Value {
  if (value.sql === "NULL") return castValue(value, to, at);
  if (/^(?:\w+\.\w+|'(?:[^']|'')*')$/.test(value.sql)) {
    const cast = castValue(value, to, at);
    return { sql: `TRY(${cast.sql})`, type: to };
  }
  const cast = castValue({ sql: "cast_value", type: value.type }, to, at);
  return { sql: `list_transform([${value.sql}], lambda cast_value: TRY(${cast.sql}))[1]`, type: to };
}

function mayCast(from: SqlType, to: SqlType): boolean {
  if (sameType(from, to) || from.name === "unknown") return true;
  if (to.name === "json") return becomesJson(from);
  if (from.name === "json") return comesFromJson(to);
  if (from.name === "array" && to.name === "array") return mayCast(from.element, to.element);
  if (from.name === "map" && to.name === "map") return mayCast(from.key, to.key) && mayCast(from.value, to.value);
  if (from.name === "row" && to.name === "row")
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, index) => mayCast(field.type, to.fields[index]!.type))
    );
  return casts.some(([fromNames, toNames]) => fromNames.includes(from.name) && toNames.includes(to.name));
}

const numbers = ["tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"];
const texts = ["varchar", "char"];
const moments = ["date", "timestamp", "timestamp with time zone"];

/** From which types to which a cast leads; between arrays, maps and rows it is that of what they hold. */
const casts: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    [...numbers, "boolean"],
    [...numbers, "boolean", "varchar"],
  ],
  [["varchar"], [...numbers, "boolean", ...texts, ...moments, "time", "varbinary", "uuid"]],
  [["char"], texts],
  [[...moments, "time", "uuid", "interval day to second", "interval year to month"], ["varchar"]],
  [moments, moments],
  [["time", "timestamp", "timestamp with time zone"], ["time"]],
];

/** DuckDB's text for the value of one type as another; what cannot be said yet is refused by name. */
export function castText(sql: string, from: SqlType, to: SqlType): string {
  if (sameType(from, to)) return sql;
  if (from.name === "unknown") return `CAST(NULL AS ${physicalType(to)})`;
  if (from.name === "array" && to.name === "array") return castList(sql, from.element, to.element);
  if (from.name === "map" && to.name === "map")
    return `map_from_entries(list_transform(map_entries(${sql}), lambda e: struct_pack(k := ${castText("e.key", from.key, to.key)}, v := ${castText("e.value", from.value, to.value)})))`;
  if (from.name === "row" && to.name === "row") return castRow(sql, from, to);
  const write = from.name === "json" ? fromJson : isNumeric(to) ? toNumber : writers[to.name];
  const text = write?.(sql, from, to);
  if (text === undefined)
    throw new SqlFault("NOT_SUPPORTED", `A cast of ${typeText(from)} to ${typeText(to)} is not supported`);
  return text;
}

function castList(sql: string, from: SqlType, to: SqlType): string {
  const element = castText("e", from, to);
  return element === "e" ? sql : `list_transform(${sql}, lambda e: ${element})`;
}

/** The fields by name; the row is named once by a lambda, however long its text is. */
function castRow(sql: string, from: SqlType & { name: "row" }, to: SqlType & { name: "row" }): string {
  const fields = from.fields.map((field, index) => {
    const target = to.fields[index]!;
    return `${fieldName(target.name, index)} := ${castText(`struct_extract(r, ${quoteText(field.name ?? `f${index}`)})`, field.type, target.type)}`;
  });
  return `list_transform([${sql}], lambda r: CASE WHEN r IS NOT NULL THEN struct_pack(${fields.join(", ")}) END)[1]`;
}

/** The name under which errors of casts speak of a type. */
const errorNames: Readonly<Record<string, string>> = {
  integer: "INT",
  real: "REAL",
  double: "DOUBLE",
  bigint: "BIGINT",
  smallint: "SMALLINT",
  tinyint: "TINYINT",
};

const java = {
  integer: String.raw`\s*[+-]?[0-9]+\s*`,
  floating: String.raw`\s*[+-]?(NaN|Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[fFdD]?)\s*`,
  decimal: String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`,
};

function toNumber(sql: string, from: SqlType, to: SqlType): string | undefined {
  const target = physicalType(to);
  if (isText(from)) return textToNumber(sql, to, target);
  if (from.name === "boolean") return `CAST(CAST(${sql} AS INTEGER) AS ${target})`;
  if (isFloating(from) && isInteger(to)) return `CAST(round(${sql}) AS ${target})`;
  if (isFloating(from) && to.name === "decimal") return `CAST(CAST(${sql} AS VARCHAR) AS ${target})`;
  if (from.name === "decimal" && isFloating(to)) return `CAST(CAST(${sql} AS VARCHAR) AS ${target})`;
  return isNumeric(from) ? `CAST(${sql} AS ${target})` : undefined;
}

function textToNumber(sql: string, to: SqlType, target: string): string {
  const kind = isInteger(to) ? "integer" : isFloating(to) ? "floating" : "decimal";
  const name = errorNames[to.name] ?? typeText(to).toUpperCase().replace(",", ", ");
  const read = kind === "floating" ? `regexp_replace(trim_java(${sql}), '[fFdD]$', '')` : `trim_java(${sql})`;
  return `CAST(CASE WHEN regexp_full_match(${sql}, ${quoteText(java[kind])}) THEN ${read} ELSE ${failure(sql, name)} END AS ${target})`;
}

/** A text that DuckDB cannot cast, so that its error holds Trino's words. */
const failure = (sql: string, name: string): string =>
  `'${raised}INVALID_CAST_ARGUMENT: Cannot cast ''' || ${sql} || ''' to ${name}'`;

const fromJson: Writer = (sql, _from, to) => jsonValue(sql, to, (key, type) => castText(key, varcharType, type));

type Writer = (sql: string, from: SqlType, to: SqlType) => string | undefined;

const writers: Readonly<Record<string, Writer>> = {
  json: (sql, from) =>
    jsonText(sql, from, (value, type) =>
      isFloating(type)
        ? `own_java_double(CAST(CAST(${value} AS VARCHAR) AS DOUBLE))`
        : toVarchar(value, type, varcharType),
    ),
  varchar: toVarchar,
  char(sql, from, to) {
    const text = from.name === "varchar" || from.name === "char" ? sql : undefined;
    return text && `rtrim(left(${text}, ${(to as { length: number }).length}), ' ')`;
  },
  boolean(sql, from) {
    if (isNumeric(from)) return `(${sql} <> 0)`;
    if (!isText(from)) return undefined;
    return `CAST(CASE WHEN lower(${sql}) IN ('t', 'true', '1') THEN 'true' WHEN lower(${sql}) IN ('f', 'false', '0') THEN 'false' ELSE ${failure(sql, "BOOLEAN")} END AS BOOLEAN)`;
  },
  date(sql, from) {
    if (isText(from) && isPlainDate(sql)) return `DATE ${sql}`;
    if (isText(from))
      return textToMoment(
        sql,
        String.raw`\s*[+-]?[0-9]+-[0-9]{1,2}-[0-9]{1,2}\s*`,
        "DATE",
        `'${raised}INVALID_CAST_ARGUMENT: Value cannot be cast to date: ' || ${sql}`,
      );
    if (from.name === "timestamp with time zone") return `CAST(trino_local(${sql}) AS DATE)`;
    return from.name === "timestamp" ? `CAST(${sql} AS DATE)` : undefined;
  },
  timestamp(sql, from, to) {
    const precision = (to as { precision: number }).precision;
    if (isText(from)) {
      const pattern = String.raw`\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,12})?)?)?\s*`;
      // A zone is left out: the moment is what its clock shows.
      const words = `CASE WHEN own_zone(trino_zone_part(${sql})) IS NOT NULL THEN trino_without_zone(${sql}) ELSE '${raised}INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: ' || ${sql} END`;
      return roundMoment(textToMoment(sql, pattern, "TIMESTAMP", words), 6, precision);
    }
    if (from.name === "date") return `CAST(${sql} AS TIMESTAMP)`;
    if (from.name === "timestamp with time zone") return roundMoment(`trino_local(${sql})`, from.precision, precision);
    return from.name === "timestamp" ? roundMoment(sql, from.precision, precision) : undefined;
  },
  "timestamp with time zone"(sql, from, to) {
    const precision = (to as { precision: number }).precision;
    if (from.name === "timestamp with time zone")
      return from.precision <= precision
        ? sql
        : `trino_zoned(${roundMoment(`trino_at(${sql})`, from.precision, precision)}, struct_extract(${sql}, 'z'))`;
    if (isText(from)) {
      const rounded = roundMoment("trino_at(v)", 6, precision);
      if (rounded === "trino_at(v)") return `trino_cast_zoned(${sql})`;
      return `list_transform([trino_cast_zoned(${sql})], lambda v: trino_zoned(${rounded}, struct_extract(v, 'z')))[1]`;
    }
    if (from.name === "date") return `trino_zoned(CAST(${sql} AS TIMESTAMP), 'UTC')`;
    return from.name === "timestamp" ? `trino_zoned(${roundMoment(sql, from.precision, precision)}, 'UTC')` : undefined;
  },
  time(sql, from, to) {
    const { precision } = to as { precision: number };
    const rounded = (moment: string, digits: number) => `CAST(${roundMoment(moment, digits, precision)} AS TIME)`;
    const onSomeDay = (time: string, digits: number) =>
      digits <= precision ? time : rounded(`(DATE '2000-01-01' + ${time})`, digits);
    if (isText(from))
      return onSomeDay(
        textToMoment(
          sql,
          String.raw`[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,6})?)?`,
          "TIME",
          `'${raised}INVALID_CAST_ARGUMENT: Value cannot be cast to time: ' || ${sql}`,
        ),
        6,
      );
    if (from.name === "time") return onSomeDay(sql, from.precision);
    if (from.name === "timestamp with time zone") return rounded(`trino_local(${sql})`, from.precision);
    return from.name === "timestamp" ? rounded(`trino_clock(${sql})`, from.precision) : undefined;
  },
  varbinary: (sql, from) => (from.name === "varchar" ? `encode(${sql})` : undefined),
  uuid: (sql, from) => (from.name === "varchar" ? `CAST(${sql} AS UUID)` : undefined),
};

/** Whether a text of DuckDB is a literal as '2024-01-31', which needs no look at each row, and by which files are left out. */
function isPlainDate(sql: string): boolean {
  const [, date] = /^'((?!0000)\d{4}-\d\d-\d\d)'$/.exec(sql) ?? [];
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date!);
}

const textToMoment = (sql: string, pattern: string, target: string, words: string): string =>
  `CAST(CASE WHEN regexp_full_match(${sql}, '${pattern}') THEN trim_java(${sql}) ELSE ${words} END AS ${target})`;

/** Half a unit goes up, as in Trino. */
function roundMoment(sql: string, from: number, to: number): string {
  if (from <= to) return sql;
  const unit = 10 ** (6 - to);
  return `make_timestamp(CAST(floor((epoch_us(${sql}) + ${unit / 2}) / ${unit}.0) AS BIGINT) * ${unit})`;
}

function toVarchar(sql: string, from: SqlType, to: SqlType): string | undefined {
  const { length } = to as { length?: number };
  if (from.name === "char")
    return length === undefined || length >= from.length
      ? `rpad(${sql}, ${from.length}, ' ')`
      : `left(rpad(${sql}, ${from.length}, ' '), ${length})`;
  if (from.name === "varchar")
    return length === undefined || (from.length !== undefined && from.length <= length)
      ? sql
      : `left(${sql}, ${length})`;
  const text = asText(sql, from);
  if (text === undefined || length === undefined) return text;
  return `trino_fitting(${text}, ${length})`;
}

function asText(sql: string, from: SqlType): string | undefined {
  switch (from.name) {
    case "double":
    case "real":
      return `trino_float_text(${sql})`;
    case "timestamp":
      return momentText(sql, from.precision);
    case "timestamp with time zone":
      return `(${momentText(`trino_local(${sql})`, from.precision)} || ' ' || struct_extract(${sql}, 'z'))`;
    case "time":
      return `left(strftime(DATE '2000-01-01' + ${sql}, '%H:%M:%S.%f'), ${from.precision === 0 ? 8 : 9 + from.precision})`;
    case "interval day to second":
      return `trino_day_interval_text(${sql})`;
    case "interval year to month":
      return `trino_year_interval_text(${sql})`;
    default:
      return isInterval(from) ? undefined : `CAST(${sql} AS VARCHAR)`;
  }
}

const momentText = (sql: string, precision: number): string =>
  precision === 6
    ? `strftime(${sql}, '%Y-%m-%d %H:%M:%S.%f')`
    : `left(strftime(${sql}, '%Y-%m-%d %H:%M:%S.%f'), ${precision === 0 ? 19 : 20 + precision})`;
