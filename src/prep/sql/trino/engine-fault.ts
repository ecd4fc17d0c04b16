import { raised } from "./value.ts";

/** Why a running query failed, as Trino says it. */
export interface EngineFault {
  readonly code: string;
  readonly message: string;
}

const trinoNames: Readonly<Record<string, string>> = {
  INT8: "tinyint",
  INT16: "smallint",
  INT32: "integer",
  INT64: "bigint",
  INT128: "decimal",
  FLOAT: "real",
  DOUBLE: "double",
  BOOL: "boolean",
  DATE: "date",
  TIMESTAMP: "timestamp",
};
const nameOf = (type: string): string => trinoNames[type] ?? type.toLowerCase();

/** DuckDB's errors, each with what it becomes. The first that fits is taken. */
const table: readonly (readonly [RegExp, string, (found: RegExpExecArray) => string])[] = [
  [
    /Overflow in (addition|subtraction|multiplication) of (INT\d+) \((-?\d+) (\S) (-?\d+)\)/,
    "NUMERIC_VALUE_OUT_OF_RANGE",
    ([, act, type, a, sign, b]) => `${nameOf(type!)} ${act} overflow: ${a} ${sign} ${b}`,
  ],
  [
    /Overflow in (addition|subtraction|multiplication|negation) of (\w+)/,
    "NUMERIC_VALUE_OUT_OF_RANGE",
    ([, act, type]) =>
      type!.startsWith("DECIMAL") || type === "INT128" ? "Decimal overflow" : `${nameOf(type!)} ${act} overflow`,
  ],
  [
    /Type \S+ with value (\S+) can't be cast .* out of range for the destination type (\w+)/,
    "NUMERIC_VALUE_OUT_OF_RANGE",
    ([, value, type]) => `Out of range for ${nameOf(type!)}: ${value}`,
  ],
  [
    /Casting value "([^"]*)" to type DECIMAL\((\d+),(\d+)\) failed/,
    "INVALID_CAST_ARGUMENT",
    ([, value, precision, scale]) => `Cannot cast '${value}' to DECIMAL(${precision}, ${scale})`,
  ],
  [
    /Could not cast value (\S+) to DECIMAL\((\d+),(\d+)\)/,
    "INVALID_CAST_ARGUMENT",
    ([, value, precision, scale]) => `Cannot cast '${value}' to DECIMAL(${precision}, ${scale})`,
  ],
  [
    /Invalid UTF8 Codepoint (-?\d+)/,
    "INVALID_FUNCTION_ARGUMENT",
    ([, code]) => `Not a valid Unicode code point: ${code}`,
  ],
  [
    /not in timestamp range|Date out of range|Timestamp out of range|Overflow (?:exception )?in date/i,
    "INVALID_FUNCTION_ARGUMENT",
    () => "the result is no date or time that an engine holds: years from -290307 to 294246 are",
  ],
  [
    /Could not convert string ['"]?(.*?)['"]? to (\w+(?:\(\d+,\d+\))?)/,
    "INVALID_CAST_ARGUMENT",
    ([, value, type]) => `Cannot cast '${value}' to ${nameOf(type!).toUpperCase()}`,
  ],
  [
    /(?:date|timestamp) field value out of range: "([^"]*)"/,
    "INVALID_CAST_ARGUMENT",
    ([, value]) => `Value cannot be cast to date: ${value}`,
  ],
  [
    /More than one row returned by a subquery/,
    "SUBQUERY_MULTIPLE_ROWS",
    () => "Scalar sub-query has returned multiple rows",
  ],
  [
    /Out of Memory|Allocation failure|bad_alloc|vector::_M|string of size/i,
    "EXCEEDED_LOCAL_MEMORY_LIMIT",
    () => "Query exhausted resources at this scale factor",
  ],
  [
    /Invalid (?:RANGE|ROWS|GROUPS) (?:PRECEDING|FOLLOWING) value/,
    "INVALID_WINDOW_FRAME",
    () => "Window frame offset value must not be negative or null",
  ],
  [
    /^Invalid Input Error: ((?:missing|no) argument|missing [)\]]|unexpected \)|trailing \\|invalid (?:escape|character class|repetition size|perl operator|named capture|UTF-8)|bad (?:repetition|escape)|pattern too large)(.*)/,
    "INVALID_FUNCTION_ARGUMENT",
    ([, wrong, rest]) => `Invalid regular expression: ${wrong}${rest}`,
  ],
  [/Max expression depth/, "STATEMENT_TOO_LARGE", () => "the statement is nested too deeply"],
  [/Maximum grouping set count/, "TOO_MANY_GROUPING_SETS", () => "GROUP BY has too many grouping sets"],
  [/Map keys can not be NULL/i, "INVALID_FUNCTION_ARGUMENT", () => "map key cannot be null"],
  [/list dimensions must be equal/, "INVALID_FUNCTION_ARGUMENT", () => "The arguments must have the same length"],
  [/Map keys must be unique/i, "INVALID_FUNCTION_ARGUMENT", () => "Duplicate map keys are not allowed"],
];

const ownWords = new RegExp(`${raised}([A-Z_]+): (.*?)['"]? to (?:\\w+(?:\\(\\d+,\\d+\\))?)(?:\\n|$)`, "s");
/** What a function of our own has thrown. */
const functionWords = new RegExp(`^(?:Invalid Input Error: )?${raised}([A-Z_]+): (.*)$`, "s");
/** DuckDB writes a text that is no date before the form that it wants. */
const momentWords = new RegExp(
  `field (?:format|value out of range): "${raised}([A-Z_]+): (.*?)"(?:, expected|\\n|$)`,
  "s",
);
const ownWordsQuoted = new RegExp(`${raised}([A-Z_]+): (.*?)["'](?: |\\n|$)`, "s");

/** Puts DuckDB's error into Trino's code and words; undefined for an error that no statement of a user should lead to. */
export function faultOf(text: string): EngineFault | undefined {
  const own = functionWords.exec(text) ?? momentWords.exec(text) ?? ownWords.exec(text) ?? ownWordsQuoted.exec(text);
  if (own !== null) return { code: own[1]!, message: own[2]! };
  for (const [pattern, code, words] of table) {
    const found = pattern.exec(text);
    if (found !== null) return { code, message: words(found) };
  }
  return undefined;
}
