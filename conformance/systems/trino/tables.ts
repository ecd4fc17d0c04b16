import type { Random } from "../../../src/base/random.ts";

/** A table for both engines: its rows are a query that each reads in Trino's dialect. */
export interface GeneratedTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly query: string;
}

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;

const words = [
  "''",
  "'a'",
  "'A'",
  "'abc'",
  "'ab c '",
  "'%_\\'",
  "'42'",
  "'-7'",
  "'3.5'",
  "'1e3'",
  "'añb'",
  "'日本語'",
  "'😀x'",
  "'straße'",
  "'true'",
  "'2020-02-29'",
  "'k=v,w=x'",
  "'http://ex.com:80/p/q?x=1#f'",
  '\'{"a": [1, 2.5, null], "b": "x"}\'',
  "'[1, 2, 3]'",
];
const doubles = [
  "0e0",
  "-0e0",
  "1.5e0",
  "-2.25e0",
  "1e10",
  "-1e-5",
  "123456.75e0",
  "nan()",
  "infinity()",
  "-infinity()",
  "0.1e0",
  "3e0",
];

/** How a value of a type is written, and which ones come. */
const values: Readonly<Record<string, (random: Random) => string>> = {
  boolean: (random) => pick(random, ["true", "false"]),
  tinyint: (random) => String(random.below(200) - 100),
  smallint: (random) => String(random.below(2000) - 1000),
  integer: (random) => pick(random, ["0", "1", "-1", "7", "100", "-42", "2147483647", String(random.below(1000))]),
  bigint: (random) => pick(random, ["0", "5", "-5", "9007199254740000", "-12345678901", String(random.below(100))]),
  real: (random) => pick(random, ["0e0", "1.5e0", "-2.25e0", "100e0", "0.5e0"]),
  double: (random) => pick(random, doubles),
  "decimal(12,3)": (random) => pick(random, ["0.000", "1.500", "-1.500", "2.345", "123456.789", "-0.001", "99.995"]),
  "decimal(5,1)": (random) => pick(random, ["0.0", "0.5", "-0.5", "12.3", "9999.9", "-3.0"]),
  varchar: (random) => pick(random, words),
  "varchar(8)": (random) => pick(random, words.slice(0, 15)),
  "char(4)": (random) => pick(random, ["'a'", "'abcd'", "''", "'b '", "'ñ'"]),
  date: (random) =>
    pick(random, ["'2020-02-29'", "'1969-12-31'", "'2021-01-01'", "'2000-06-15'", "'2020-03-31'", "'1999-12-31'"]),
  "timestamp(3)": (random) =>
    pick(random, [
      "'2020-02-29 23:59:59.999'",
      "'1969-12-31 12:00:00.001'",
      "'2021-01-01 00:00:00.000'",
      "'2000-06-15 07:08:09.100'",
      "'2020-03-31 10:00:00.500'",
    ]),
  "array(integer)": (random) =>
    pick(random, ["ARRAY[]", "ARRAY[1]", "ARRAY[1, 2, 3]", "ARRAY[3, NULL, 1]", "ARRAY[5, 5, 7]", "ARRAY[NULL]"]),
  "array(varchar)": (random) =>
    pick(random, ["ARRAY[]", "ARRAY['a', 'b']", "ARRAY['x', NULL, '日本']", "ARRAY['a', 'a']"]),
  "map(varchar, integer)": (random) =>
    pick(random, [
      "MAP()",
      "MAP(ARRAY['a'], ARRAY[1])",
      "MAP(ARRAY['a', 'b'], ARRAY[1, NULL])",
      "MAP(ARRAY['x', '日'], ARRAY[7, 8])",
    ]),
  "row(x integer, y varchar)": (random) =>
    pick(random, ["ROW(1, 'a')", "ROW(NULL, 'b')", "ROW(3, NULL)", "ROW(4, '日')"]),
};

export const columns = [
  { name: "g", type: "integer" },
  { name: "f", type: "boolean" },
  { name: "t", type: "tinyint" },
  { name: "s", type: "smallint" },
  { name: "i", type: "integer" },
  { name: "b", type: "bigint" },
  { name: "r", type: "real" },
  { name: "d", type: "double" },
  { name: "n", type: "decimal(12,3)" },
  { name: "m", type: "decimal(5,1)" },
  { name: "v", type: "varchar" },
  { name: "w", type: "varchar(8)" },
  { name: "c", type: "char(4)" },
  { name: "dt", type: "date" },
  { name: "ts", type: "timestamp(3)" },
  { name: "ai", type: "array(integer)" },
  { name: "av", type: "array(varchar)" },
  { name: "mp", type: "map(varchar, integer)" },
  { name: "rw", type: "row(x integer, y varchar)" },
] as const;

/** A table of `count` rows, a sixth of whose values are nulls; `id` numbers the rows and `g` has few values. */
export function generateTable(random: Random, name: string, count: number): GeneratedTable {
  const all = [{ name: "id", type: "bigint" }, ...columns];
  const rows = Array.from({ length: count }, (_, row) => {
    const cells = columns.map((column) => {
      if (column.name === "g") return String(random.below(4));
      const value = values[column.type]!(random);
      return random.below(6) === 0 ? "NULL" : value;
    });
    return `SELECT ${[String(row + 1), ...cells].map((cell, index) => `CAST(${cell} AS ${all[index]!.type}) AS ${all[index]!.name}`).join(", ")}`;
  });
  return { name, columns: all, query: rows.join(" UNION ALL ") };
}
