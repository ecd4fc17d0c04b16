import type { InputOf } from "../../../wire/operations.ts";

type Statistics = InputOf<
  typeof import("@aws-sdk/client-glue"),
  "UpdateColumnStatisticsForTable"
>["ColumnStatisticsList"][number];
type Data = Statistics["StatisticsData"];

/** How the statistics of columns of a type are worked out: expressions of SQL, and what they give. */
interface Computation {
  expressions(column: string): readonly string[];
  data(values: readonly (string | undefined)[]): Data;
}

const nulls = (column: string) => `count_if(${column} IS NULL)`;
const distinct = (column: string) => `approx_distinct(${column})`;
const count = (value: string | undefined) => Number(value ?? 0);

/** The range of values that have an order. */
const ranged = (
  read: (text: string) => unknown,
  Type: "LONG" | "DOUBLE" | "DECIMAL" | "DATE",
  member: string,
): Computation => ({
  expressions: (column) => [nulls(column), distinct(column), `min(${column})`, `max(${column})`],
  data: ([none, different, least, most]) =>
    ({
      Type,
      [member]: {
        ...(least !== undefined && { MinimumValue: read(least) }),
        ...(most !== undefined && { MaximumValue: read(most) }),
        ...{ NumberOfNulls: count(none), NumberOfDistinctValues: count(different) },
      },
    }) as unknown as Data,
});

/** The bytes of a whole number, the highest first, with the sign in the first bit. */
function unscaledBytes(text: string): Uint8Array {
  const value = BigInt(text.replace(".", ""));
  const size = (value < 0n ? -value - 1n : value).toString(2).length + 1;
  const hex = BigInt.asUintN(8 * Math.ceil(size / 8), value).toString(16);
  return Buffer.from(hex.padStart(2 * Math.ceil(size / 8), "0"), "hex");
}

const whole = ranged(Number, "LONG", "LongColumnStatisticsData");
const floating = ranged(Number, "DOUBLE", "DoubleColumnStatisticsData");
const decimal = ranged(
  (text) => ({ UnscaledValue: unscaledBytes(text), Scale: text.split(".")[1]?.length ?? 0 }),
  "DECIMAL",
  "DecimalColumnStatisticsData",
);
const date = ranged((text) => new Date(`${text}T00:00:00Z`), "DATE", "DateColumnStatisticsData");

const text: Computation = {
  expressions: (column) => [nulls(column), distinct(column), `max(length(${column}))`, `avg(length(${column}))`],
  data: ([none, different, longest, average]) => ({
    Type: "STRING",
    StringColumnStatisticsData: {
      ...{ MaximumLength: count(longest), AverageLength: count(average) },
      ...{ NumberOfNulls: count(none), NumberOfDistinctValues: count(different) },
    },
  }),
};

const bytes: Computation = {
  expressions: (column) => [nulls(column), `max(length(${column}))`, `avg(length(${column}))`],
  data: ([none, longest, average]) => ({
    Type: "BINARY",
    BinaryColumnStatisticsData: {
      ...{ MaximumLength: count(longest), AverageLength: count(average), NumberOfNulls: count(none) },
    },
  }),
};

const truth: Computation = {
  expressions: (column) => [nulls(column), `count_if(${column})`, `count_if(NOT ${column})`],
  data: ([none, trues, falses]) => ({
    Type: "BOOLEAN",
    BooleanColumnStatisticsData: {
      ...{ NumberOfTrues: count(trues), NumberOfFalses: count(falses), NumberOfNulls: count(none) },
    },
  }),
};

const computations: Readonly<Record<string, Computation>> = {
  ...{ tinyint: whole, smallint: whole, int: whole, integer: whole, bigint: whole, long: whole },
  ...{ float: floating, real: floating, double: floating, decimal, date },
  ...{ string: text, varchar: text, char: text, binary: bytes, boolean: truth },
};

/** Whether statistics are worked out of columns of a type, in Hive's words. */
export const hasStatistics = (type: string): boolean => computationOf(type) !== undefined;

const computationOf = (type: string) => computations[/^\s*(\w+)/.exec(type.toLowerCase())?.[1] ?? ""];

type Column = { readonly name: string; readonly type: string };

/** The query of one row that has all that is asked of the columns. */
export function statisticsQuery(table: string, columns: readonly Column[]): string {
  const expressions = columns.flatMap(({ name, type }) =>
    computationOf(type)!.expressions(`"${name.replaceAll('"', '""')}"`),
  );
  return `SELECT ${expressions.join(", ")} FROM "${table}"`;
}

/** The statistics in the row of that query. */
export function statisticsOf(
  columns: readonly Column[],
  row: readonly (string | undefined)[],
  analyzed: Date,
): Statistics[] {
  let at = 0;
  return columns.map(({ name, type }) => {
    const { data, expressions } = computationOf(type)!;
    const from = at;
    at += expressions("").length;
    const values = row.slice(from, at);
    return { ColumnName: name, ColumnType: type, AnalyzedTime: analyzed, StatisticsData: data(values) };
  });
}
