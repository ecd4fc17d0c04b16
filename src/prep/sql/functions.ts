import { boolean, type ColumnType, date, double, listOf, long, text, timestamp, vector } from "../column-type.ts";

/**
 * The functions of expressions, each as it is written for DuckDB and for Spark. `$1`, `$2` stand for operands, `$*` for all
 * of them, `$over` for the window of a call that has one (else it comes last). Both texts give equal values for equal operands, null where an operand is null unless the row says otherwise;
 * what the engines do differently is settled here and nowhere else.
 */
interface SqlFunction {
  readonly gives: ColumnType | ((operands: readonly ColumnType[]) => ColumnType);
  readonly duckdb: Template;
  readonly spark: Template;
}

/** The text of a call; where it depends on the type that the call gives, a function of it. */
type Template = string | ((gives: ColumnType) => string);

/** The same text for both. */
const same = (gives: SqlFunction["gives"], sql: Template): SqlFunction => ({ gives, duckdb: sql, spark: sql });
const differing = (gives: SqlFunction["gives"], duckdb: string, spark: string): SqlFunction => ({
  gives,
  duckdb,
  spark,
});
const first = ([type]: readonly ColumnType[]): ColumnType => type!;
const element = ([type]: readonly ColumnType[]): ColumnType => (type!.kind === "list" ? type!.element : double);
const wider = ([left, right]: readonly ColumnType[]): ColumnType =>
  left!.kind === "long" && right!.kind === "long" ? long : double;

const table = {
  // Logic and comparison
  and: same(boolean, "($1 AND $2)"),
  or: same(boolean, "($1 OR $2)"),
  not: same(boolean, "(NOT $1)"),
  equals: same(boolean, "($1 = $2)"),
  differs: same(boolean, "($1 <> $2)"),
  less: same(boolean, "($1 < $2)"),
  lessOrEqual: same(boolean, "($1 <= $2)"),
  greater: same(boolean, "($1 > $2)"),
  greaterOrEqual: same(boolean, "($1 >= $2)"),
  isNull: same(boolean, "($1 IS NULL)"),
  isNotNull: same(boolean, "($1 IS NOT NULL)"),
  isNaN: same(boolean, "isnan($1)"),
  coalesce: same(first, "coalesce($*)"),
  nullIf: same(first, "nullif($1, $2)"),
  /** Fails the query with a message where it is looked at. */
  fail: differing(text, "CAST(error($1) AS VARCHAR)", "CAST(raise_error($1) AS STRING)"),
  /** Equal, or both null; never null. */
  same: same(boolean, "($1 IS NOT DISTINCT FROM $2)"),
  /** The first operand is among the others. */
  among: same(boolean, "($1 IN ($rest))"),

  // Numbers
  add: same(wider, "($1 + $2)"),
  subtract: same(wider, "($1 - $2)"),
  multiply: same(wider, "($1 * $2)"),
  /** A double; null where the divisor is 0. */
  divide: same(double, "(CAST($1 AS DOUBLE) / nullif(CAST($2 AS DOUBLE), 0))"),
  /** The remainder has the sign of the dividend. */
  remainder: same(wider, "($1 % nullif($2, 0))"),
  power: same(double, "power($1, $2)"),
  negate: same(first, "(-$1)"),
  absolute: same(first, "abs($1)"),
  floor: same(long, "CAST(floor($1) AS BIGINT)"),
  ceiling: same(long, "CAST(ceil($1) AS BIGINT)"),
  /** Halves go away from zero. */
  round: same(double, "round(CAST($1 AS DOUBLE), CAST($2 AS INT))"),
  squareRoot: same(double, "CASE WHEN $1 >= 0 THEN sqrt($1) END"),
  naturalLogarithm: same(double, "CASE WHEN $1 > 0 THEN ln($1) END"),
  exponential: same(double, "exp($1)"),
  sine: same(double, "sin($1)"),
  cosine: same(double, "cos($1)"),
  pi: same(double, "pi()"),
  /** Halves go to the even neighbour. */
  roundToEven: differing(double, "round_even(CAST($1 AS DOUBLE), CAST($2 AS INT))", "bround($1, CAST($2 AS INT))"),
  cubeRoot: same(double, "cbrt($1)"),
  logarithm2: same(double, "CASE WHEN $1 > 0 THEN log2($1) END"),
  logarithm10: same(double, "CASE WHEN $1 > 0 THEN log10($1) END"),
  sign: same(double, "CAST(sign($1) AS DOUBLE)"),
  tangent: same(double, "tan($1)"),
  arcSine: same(double, "CASE WHEN $1 BETWEEN -1 AND 1 THEN asin($1) END"),
  arcCosine: same(double, "CASE WHEN $1 BETWEEN -1 AND 1 THEN acos($1) END"),
  arcTangent: same(double, "atan($1)"),
  arcTangent2: same(double, "atan2($1, $2)"),
  degrees: same(double, "degrees($1)"),
  radians: same(double, "radians($1)"),
  least: same(first, "least($*)"),
  greatest: same(first, "greatest($*)"),

  // Texts
  lower: same(text, "lower($1)"),
  upper: same(text, "upper($1)"),
  /** Counted in characters. */
  length: same(long, "CAST(length($1) AS BIGINT)"),
  concat: same(text, "($1 || $2)"),
  /** From a position, the first of which is 1, so many characters. */
  substring: same(text, "substring($1, CAST($2 AS INT), CAST($3 AS INT))"),
  replace: same(text, "replace($1, $2, $3)"),
  repeat: same(text, "repeat($1, CAST($2 AS INT))"),
  reverse: same(text, "reverse($1)"),
  /** Up to so many characters, filled on the left with a text; a longer text is cut. */
  padLeft: same(text, "lpad($1, CAST($2 AS INT), $3)"),
  padRight: same(text, "rpad($1, CAST($2 AS INT), $3)"),
  /** Without the characters of the second text at the beginning. */
  trimLeft: differing(text, "ltrim($1, $2)", "ltrim($2, $1)"),
  trimRight: differing(text, "rtrim($1, $2)", "rtrim($2, $1)"),
  trimBoth: differing(text, "trim($1, $2)", "trim(BOTH $2 FROM $1)"),
  /** Without any of the characters of the second text. */
  without: same(text, "translate($1, $2, '')"),
  /** The position of the first text within the second, the first of which is 1; 0 where it is not. */
  position: differing(long, "CAST(strpos($2, $1) AS BIGINT)", "CAST(locate($1, $2) AS BIGINT)"),
  startsWith: differing(boolean, "starts_with($1, $2)", "startswith($1, $2)"),
  endsWith: differing(boolean, "ends_with($1, $2)", "endswith($1, $2)"),
  /** The characters of the first text, one by one. */
  characters: differing(
    listOf(text),
    "CASE WHEN $1 = '' THEN CAST([] AS VARCHAR[]) ELSE string_split($1, '') END",
    "CASE WHEN $1 = '' THEN CAST(array() AS ARRAY<STRING>) ELSE split($1, '') END",
  ),
  /** At each place of a text, which is no pattern. */
  split: differing(
    listOf(text),
    "string_split($1, $2)",
    "split($1, concat('\\\\Q', replace($2, '\\\\E', '\\\\E\\\\\\\\E\\\\Q'), '\\\\E'), -1)",
  ),
  join: differing(text, "array_to_string($1, $2)", "array_join($1, $2)"),
  /** Each character of the second text becomes that of the third at its place, or none. */
  translate: same(text, "translate($1, $2, $3)"),
  /** A pattern of % and _, before which a backslash takes their meaning away. */
  like: differing(boolean, "($1 LIKE $2 ESCAPE '\\')", "($1 LIKE $2)"),
  likeAnyCase: differing(boolean, "($1 ILIKE $2 ESCAPE '\\')", "($1 ILIKE $2)"),
  /** Of the first character. */
  codePoint: same(long, "CAST(ascii($1) AS BIGINT)"),
  md5: same(text, "md5($1)"),
  sha256: differing(text, "sha256($1)", "sha2($1, 256)"),
  /** Somewhere in the text. Patterns are those that RE2 and Java read alike. */
  matches: differing(boolean, "regexp_matches($1, $2)", "($1 RLIKE $2)"),
  matchesWhole: differing(boolean, "regexp_full_match($1, $2)", "($1 RLIKE concat('\\\\A(?:', $2, ')\\\\z'))"),
  /** All places; the replacement is a text, not a pattern. */
  replacePattern: differing(
    text,
    "regexp_replace($1, $2, replace($3, '\\', '\\\\'), 'g')",
    "regexp_replace($1, $2, replace(replace($3, '\\\\', '\\\\\\\\'), '$', '\\\\$'))",
  ),
  /** All places; the replacement may name groups: the third operand as RE2 reads it, the fourth as Java does. */
  replaceMatches: differing(text, "regexp_replace($1, $2, $3, 'g')", "regexp_replace($1, $2, $4)"),
  /** At each place that a pattern matches. */
  splitPattern: differing(listOf(text), "string_split_regex($1, $2)", "split($1, $2, -1)"),
  /** A group of the first match; the whole match is group 0. Empty where nothing matches. */
  extract: same(text, "regexp_extract($1, $2, CAST($3 AS INT))"),
  extractAll: same(listOf(text), "regexp_extract_all($1, $2, CAST($3 AS INT))"),
  /** A number from 0 to 1 (excluded) that a text always gives, evenly spread: 52 bits of its MD5. */
  fraction: differing(
    double,
    "(CAST('0x' || substring(md5($1), 1, 13) AS BIGINT) / 4503599627370496.0::DOUBLE)",
    "(CAST(conv(substring(md5($1), 1, 13), 16, 10) AS BIGINT) / 4503599627370496.0D)",
  ),

  /** The keys of a JSON object that a text holds; null of another text. */
  jsonKeys: differing(
    listOf(text),
    "CASE WHEN json_valid($1) AND json_type($1) = 'OBJECT' THEN json_keys($1) END",
    "json_object_keys($1)",
  ),
  /** A member of a JSON object, as a text; null where there is none. */
  jsonMember: differing(
    text,
    "CASE WHEN json_valid($1) THEN json_extract_string($1, '$.\"' || $2 || '\"') END",
    "get_json_object($1, concat('$[\\'', $2, '\\']'))",
  ),

  // Dates and times
  year: same(long, "CAST(year($1) AS BIGINT)"),
  quarter: same(long, "CAST(quarter($1) AS BIGINT)"),
  month: same(long, "CAST(month($1) AS BIGINT)"),
  /** Of ISO 8601. */
  week: same(long, "CAST(weekofyear($1) AS BIGINT)"),
  dayOfYear: same(long, "CAST(dayofyear($1) AS BIGINT)"),
  dayOfMonth: same(long, "CAST(day($1) AS BIGINT)"),
  /** Monday is 0. */
  dayOfWeek: differing(long, "CAST(isodow($1) - 1 AS BIGINT)", "CAST(weekday($1) AS BIGINT)"),
  hour: same(long, "CAST(hour($1) AS BIGINT)"),
  minute: same(long, "CAST(minute($1) AS BIGINT)"),
  second: same(long, "CAST(second($1) AS BIGINT)"),
  /** Microseconds since 1970. */
  microseconds: differing(long, "epoch_us($1)", "unix_micros(CAST($1 AS TIMESTAMP))"),
  fromMicroseconds: differing(
    timestamp,
    "make_timestamp($1)",
    "CAST(timestamp_micros(CAST($1 AS BIGINT)) AS TIMESTAMP_NTZ)",
  ),
  toDate: same(date, "CAST($1 AS DATE)"),
  /** Seconds since 1970, without their fraction. */
  secondsOf: differing(
    long,
    "CAST(floor(epoch_us($1) / 1000000) AS BIGINT)",
    "CAST(floor(unix_micros(CAST($1 AS TIMESTAMP)) / 1000000) AS BIGINT)",
  ),
  addDays: differing(date, "CAST($1 + CAST($2 AS INT) AS DATE)", "date_add($1, CAST($2 AS INT))"),
  /** A day that the month lacks becomes its last. */
  addMonths: differing(date, "CAST($1 + to_months(CAST($2 AS INT)) AS DATE)", "add_months($1, CAST($2 AS INT))"),
  /** The hour stays; a day that the month lacks becomes its last. */
  addMonthsToTime: differing(
    timestamp,
    "CAST($1 + to_months(CAST($2 AS INT)) AS TIMESTAMP)",
    "CAST(CAST($1 AS TIMESTAMP_NTZ) + make_ym_interval(0, CAST($2 AS INT)) AS TIMESTAMP_NTZ)",
  ),
  /** From the second operand to the first. */
  daysBetween: differing(long, "date_diff('day', $2, $1)", "CAST(datediff($1, $2) AS BIGINT)"),
  lastDay: same(date, "last_day($1)"),
  /** To the start of a year, quarter, month, week (its Monday), day, hour, minute, second. */
  truncateTime: differing(
    timestamp,
    "CAST(date_trunc($1, $2) AS TIMESTAMP)",
    "CAST(date_trunc($1, $2) AS TIMESTAMP_NTZ)",
  ),

  /** ISO 8601 in UTC, with milliseconds. */
  isoText: differing(
    text,
    "strftime($1, '%Y-%m-%dT%H:%M:%S.%gZ')",
    "date_format($1, \"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\")",
  ),
  json: differing(text, "CAST(to_json($1) AS VARCHAR)", "to_json($1)"),
  base64: same(text, "base64($1)"),
  /** Of a text in a format (`formatOperand`); null where it is not written so. A time with an offset becomes that of UTC. */
  parseTimestamp: differing(
    timestamp,
    "make_timestamp(epoch_us(try_strptime(CASE WHEN contains($2, '%z') THEN regexp_replace(trim($1), '[zZ]$', '+00:00') ELSE trim($1) END, $2)))",
    "CAST(try_to_timestamp(trim($1), $2) AS TIMESTAMP_NTZ)",
  ),
  /** The same in the first of several formats that reads it, all with an offset or none: a list for DuckDB, and what Spark does. */
  parseTimestamps: differing(
    timestamp,
    "make_timestamp(epoch_us(try_strptime(regexp_replace(trim($1), '[zZ]$', '+00:00'), $2)))",
    "$3",
  ),
  formatTimestamp: differing(text, "strftime($1, $2)", "date_format($1, $2)"),

  // Lists
  listOf: differing((types) => listOf(types[0] ?? text), "[$*]", "array($*)"),
  vectorOf: differing(vector, "CAST([$*] AS DOUBLE[])", "CAST(array($*) AS ARRAY<DOUBLE>)"),
  /** The first is 1; null outside. */
  elementAt: differing(element, "$1[$2]", "try_element_at($1, CAST($2 AS INT))"),
  listLength: differing(long, "CAST(len($1) AS BIGINT)", "CAST(size($1) AS BIGINT)"),
  /** From the first position up to the second one, both included. */
  slice: differing(first, "$1[$2:$3]", "slice($1, CAST($2 AS INT), greatest(0, CAST($3 - $2 + 1 AS INT)))"),
  listConcat: differing(first, "list_concat($1, $2)", "concat($1, $2)"),
  /** The first place of the second operand in the list, the first of which is 1; null where it is not there. */
  placeIn: differing(
    long,
    "nullif(CAST(list_position($1, $2) AS BIGINT), 0)",
    "nullif(CAST(array_position($1, $2) AS BIGINT), 0)",
  ),
  contains: differing(boolean, "list_contains($1, $2)", "array_contains($1, $2)"),
  /** Whole numbers from the first to the second, both included; none when the second is less. */
  numbers: differing(
    listOf(long),
    "generate_series(CAST($1 AS BIGINT), CAST($2 AS BIGINT))",
    "CASE WHEN $2 >= $1 THEN sequence(CAST($1 AS BIGINT), CAST($2 AS BIGINT)) ELSE CAST(array() AS ARRAY<BIGINT>) END",
  ),

  /** Of numbers; 0 of none. */
  listSum: differing(
    double,
    "CASE WHEN $1 IS NOT NULL THEN coalesce(list_sum($1), 0) END",
    "aggregate($1, 0D, (a, x) -> a + x)",
  ),
  listMinimum: differing(element, "list_min($1)", "array_min($1)"),
  listMaximum: differing(element, "list_max($1)", "array_max($1)"),
  listSort: differing(first, "list_sort($1)", "array_sort($1)"),

  // Aggregates: nulls do not count
  count: same(long, "count($1)"),
  countRows: same(long, "count(*)"),
  countDistinct: same(long, "count(DISTINCT $1)"),
  countWhere: differing(long, "count(*) FILTER (WHERE $1)", "count_if($1)"),
  sum: same(first, ({ kind }) => (kind === "long" ? "CAST(sum($1)$over AS BIGINT)" : "sum($1)")),
  mean: same(double, "avg($1)"),
  minimum: same(first, "min($1)"),
  maximum: same(first, "max($1)"),
  /** Of a sample; null for one row. */
  covariance: differing(double, "covar_samp($1, $2)", "CASE WHEN count($1) > 1 THEN covar_samp($1, $2) END"),
  /** Of all rows that there are, not of a sample. */
  populationVariance: same(double, "var_pop($1)"),
  /** Of a sample, as Spark's scalers have it; null for one row. */
  standardDeviation: differing(double, "stddev_samp($1)", "CASE WHEN count($1)$over > 1 THEN stddev_samp($1)$over END"),
  variance: differing(double, "var_samp($1)", "CASE WHEN count($1)$over > 1 THEN var_samp($1)$over END"),
  /** A value that is there: the smallest whose rank is at least the fraction. */
  quantile: differing(first, "quantile_disc($1, $2)", "percentile_disc($2) WITHIN GROUP (ORDER BY $1)"),
  /** Between values, linearly. */
  interpolatedQuantile: differing(double, "quantile_cont($1, $2)", "percentile($1, $2)"),
  /** The values, nulls left out, in the order of the second operand. */
  collect: differing(
    ([type]) => listOf(type!),
    "list($1 ORDER BY $2) FILTER (WHERE $1 IS NOT NULL)",
    "transform(array_sort(collect_list(CASE WHEN $1 IS NOT NULL THEN struct($2 AS o, $1 AS v) END)), x -> x.v)",
  ),
  /** The value that most rows have; of several, the smallest. */
  mostCommon: differing(
    first,
    "list_sort(list_transform(map_entries(histogram($1)$over), lambda e: {c: -CAST(e.value AS BIGINT), v: e.key}))[1].v",
    "mode($1, true)",
  ),
  /** The values, nulls kept, in the order of the second operand, which no two rows have alike. */
  collectAll: differing(
    ([type]) => listOf(type!),
    "list($1 ORDER BY $2)",
    "transform(array_sort(collect_list(struct($2 AS o, $1 AS v))), x -> x.v)",
  ),
  /** The value of the row where the second operand is greatest. */
  valueAtMaximum: differing(first, "arg_max($1, $2)", "max_by($1, $2)"),
  valueAtMinimum: differing(first, "arg_min($1, $2)", "min_by($1, $2)"),

  /** The row's place among the rows of its relation, the first of which is 1. */
  rowPosition: differing(
    long,
    "row_number() OVER ()",
    "CAST(row_number() OVER (ORDER BY monotonically_increasing_id()) AS BIGINT)",
  ),

  // Functions of windows
  rowNumber: same(long, "CAST(row_number()$over AS BIGINT)"),
  rank: same(long, "CAST(rank()$over AS BIGINT)"),
  denseRank: same(long, "CAST(dense_rank()$over AS BIGINT)"),
  lag: same(first, "lag($1, $2)"),
  lead: same(first, "lead($1, $2)"),
  lastValue: differing(first, "last_value($1 IGNORE NULLS)", "last_value($1, true)"),
  firstValue: differing(first, "first_value($1 IGNORE NULLS)", "first_value($1, true)"),
} satisfies Readonly<Record<string, SqlFunction>>;

export type FunctionName = keyof typeof table;
export const functions: Readonly<Record<FunctionName, SqlFunction>> = table;
