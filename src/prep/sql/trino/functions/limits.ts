const constant = (what: string): string => `the ${what} is a constant`;
const pattern = `${constant("pattern")}, and one that RE2 can match: no look-around, no back references`;
const format = `${constant("format")}; fields that DuckDB cannot write are refused`;

/** What a function asks for beyond Trino. A call that does not keep to it is refused. */
export const limits: Readonly<Record<string, string>> = {
  regexp_like: pattern,
  regexp_count: pattern,
  regexp_extract: `${pattern}; the group takes part in every match`,
  regexp_extract_all: `${pattern}; the group takes part in every match`,
  regexp_replace: `${pattern}; the replacement is a constant, no lambda`,
  regexp_split: pattern,
  date_format: format,
  date_parse: format,
  to_timestamp: constant("format"),
  to_date: constant("format"),
  to_char: constant("format"),
  format_datetime: format,
  parse_datetime: `${format}; without a zone`,
  date_trunc: constant("unit"),
  date_add: constant("unit"),
  date_diff: constant("unit"),
  at_timezone: constant("zone"),
  with_timezone: constant("zone"),
  format: "the format is a constant, without %t, %g, %a, %c and %h",
  from_unixtime: constant("zone"),
  regexp_position: `${pattern}; the place to start is a constant; the first occurrence`,
  approx_percentile:
    "without weights and accuracy; the value that stands at the place, where Trino's sketch is near it",
  greatest: "not of real, double and timestamp with time zone",
  least: "not of real, double and timestamp with time zone",
  json_value: "values that are passed are numbers, texts, truth values or JSON; JSON is a varchar",
  json_query: "as json_value",
  json_exists: "as json_value",
  try: "not around a subquery or random()",
  approx_most_frequent: "the exact numbers",
  checksum: "of boolean, whole numbers, date, varchar and varbinary",
  current_groups: "none: a caller is in no groups",
  normal_cdf: "more exact than Trino's where the result is below 1e-9",
  inverse_normal_cdf: "more exact than Trino's where the probability is below 1e-8",
  word_stem: "of English words; other languages are refused",
  approx_distinct: "the exact number; without a standard error",
};
