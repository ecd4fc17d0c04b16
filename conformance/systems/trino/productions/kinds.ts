/** What an expression is, as far as functions care. */
export type Kind =
  | "boolean"
  | "integer"
  | "bigint"
  | "double"
  | "decimal"
  | "varchar"
  | "date"
  | "timestamp"
  | "ints"
  | "texts"
  | "map"
  | "wide"
  | "zoned"
  | "time"
  | "days"
  | "bytes"
  | "nested"
  | "rows";

/** The kind of a column, by its type. */
export const kindOf: Readonly<Record<string, Kind>> = {
  boolean: "boolean",
  tinyint: "integer",
  smallint: "integer",
  integer: "integer",
  bigint: "bigint",
  real: "double",
  double: "double",
  "decimal(12,3)": "decimal",
  "decimal(5,1)": "decimal",
  varchar: "varchar",
  "varchar(8)": "varchar",
  date: "date",
  "timestamp(3)": "timestamp",
  "array(integer)": "ints",
  "array(varchar)": "texts",
  "map(varchar, integer)": "map",
};

/** What is written out where no expression stands. */
export const literals: Readonly<Record<Kind, readonly string[]>> = {
  boolean: ["true", "false", "CAST(NULL AS boolean)"],
  integer: ["0", "1", "2", "3", "10", "-4", "CAST(NULL AS integer)"],
  bigint: ["BIGINT '7'", "3000000000", "BIGINT '0'"],
  double: ["1.5e0", "0e0", "-2e0", "1e3"],
  decimal: ["1.5", "0.25", "DECIMAL '10.00'", "-3.75", "100"],
  varchar: ["'a'", "''", "'ab'", "'日'", "'b c'", "','"],
  date: ["DATE '2020-03-01'", "DATE '1970-01-01'", "DATE '2024-12-30'"],
  timestamp: ["TIMESTAMP '2020-03-01 12:30:00.000'", "TIMESTAMP '1999-12-31 23:59:59.500'"],
  ints: ["ARRAY[1, 2]", "ARRAY[NULL, 3]", "ARRAY[5]"],
  texts: ["ARRAY['a', 'z']", "ARRAY['b']"],
  map: ["MAP(ARRAY['a', 'z'], ARRAY[4, 5])"],
  wide: ["DECIMAL '12345678901234567890.12'", "DECIMAL '-0.0000000000000001'", "DECIMAL '99999999999999999999'"],
  zoned: [
    "TIMESTAMP '2020-03-08 07:30:00.000 UTC'",
    "TIMESTAMP '2021-11-07 01:30:00.000 America/New_York'",
    "TIMESTAMP '1999-12-31 23:59:59.999 +09:00'",
  ],
  time: ["TIME '10:11:12.345'", "TIME '00:00:00.000'", "TIME '23:59:59.999'"],
  days: ["INTERVAL '1' DAY", "INTERVAL '-36' HOUR", "INTERVAL '90' MINUTE"],
  bytes: ["X'00FF'", "X''", "X'E697A5'"],
  nested: ["ARRAY[ARRAY[1, 2], ARRAY[NULL]]", "ARRAY[ARRAY[7]]"],
  rows: ["ARRAY[CAST(ROW(1, 'q') AS row(x integer, y varchar))]"],
};
