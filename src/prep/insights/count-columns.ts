import type { Column } from "../column-type.ts";
import { text } from "../column-type.ts";
import type { Row } from "../define-transform.ts";
import type { AnalysisEngine } from "../do-analysis.ts";
import { freeTime } from "../sql/convert.ts";
import { allOf, as, call, cast, choose, column, type Expression, literal, over } from "../sql/expression.ts";
import { aggregate, filter, limit, type Named, named, type Relation, select, sort } from "../sql/relation.ts";
import { longText, shortText } from "../sql/short-text.ts";
import { textOf, whitespace, written } from "../sql/text-of.ts";

/** What is counted of each column, in the first pass over the rows. Absent: not of this type. */
export interface ColumnCounts {
  readonly rows: number;
  /** Rows with a value: not null, of texts nor empty or blank, of doubles no NaN. */
  readonly present: number;
  /** Texts without a character; with blanks alone; and words for nothing ("NA", "null"). */
  readonly empty?: number;
  readonly blank?: number;
  readonly nullLike?: number;
  readonly infinite?: number;
  /** Finite numbers, and those of them that are whole. */
  readonly numbers?: number;
  readonly wholes?: number;
  readonly datetimes?: number;
  readonly writtenDatetimes?: number;
  /** Of the present texts, in characters. */
  readonly shortest?: number;
  readonly longest?: number;
  readonly characters?: number;
}

/** Columns are asked of together, so many at a time. */
const columnsOfQuery = 8;
/** A time is not written in more characters. */
const mostTimeCharacters = 40;

/** Words of texts for no value. */
export const nullWords = ["null", "none", "nil", "na", "nan", "n/a"];

/** A value of a column that is there: null for what counts as missing. */
export function presentValue(one: Column): Expression {
  const value = column(one);
  if (one.type.kind === "text")
    return choose([[call("differs", call("trimBoth", value, whitespace), ""), value]], literal(null, text));
  if (one.type.kind === "double") return choose([[call("not", call("isNaN", value)), value]]);
  return value;
}

/** The finite number that a value is; null for another. Times are seconds since 1970. */
export function numberValue(one: Column, isDatetime = false): Expression {
  const value = column(one);
  const number = numberOf(value, isDatetime);
  return choose([[call("less", call("absolute", number), literal(Infinity, { kind: "double" })), number]]);
}

function numberOf(value: Expression, isDatetime: boolean): Expression {
  switch (value.type.kind) {
    case "date":
    case "timestamp":
      return call("divide", call("microseconds", value), 1_000_000);
    case "text":
      return isDatetime
        ? call("divide", call("microseconds", freeTime(value)), 1_000_000)
        : cast(value, { kind: "double" });
    default:
      return as(value, { kind: "double" });
  }
}

const countIf = (where: Expression): Expression => call("countWhere", where);

/** The aggregates of a column, by the names of `ColumnCounts`. */
function countsOf(one: Column): Readonly<Record<string, Expression>> {
  const value = column(one);
  const present = presentValue(one);
  const base = { present: call("count", present) };
  switch (one.type.kind) {
    case "text": {
      const number = numberValue(one);
      const isShort = call("less", call("length", value), mostTimeCharacters);
      const time = choose([[isShort, freeTime(value)]]);
      const isTime = call("isNotNull", time);
      const length = call("length", present);
      return {
        ...base,
        empty: countIf(call("equals", value, "")),
        blank: countIf(allOf([call("differs", value, ""), call("equals", call("trimBoth", value, whitespace), "")])),
        nullLike: countIf(call("among", call("lower", call("trimBoth", value, whitespace)), ...nullWords)),
        numbers: call("count", number),
        wholes: countIf(call("equals", number, call("floor", number))),
        datetimes: countIf(isTime),
        writtenDatetimes: countIf(allOf([isTime, call("isNull", cast(value, { kind: "double" }))])),
        shortest: call("minimum", length),
        longest: call("maximum", length),
        characters: call("sum", length),
      };
    }
    case "long":
    case "double": {
      const number = numberValue(one);
      return {
        ...base,
        ...(one.type.kind === "double" && {
          infinite: countIf(call("equals", call("absolute", value), literal(Infinity, { kind: "double" }))),
        }),
        numbers: call("count", number),
        wholes: countIf(call("equals", number, call("roundToEven", number, 0))),
      };
    }
    default:
      return base;
  }
}

/** Counts all columns of a table. */
export async function countColumns(input: Relation, rows: number, { ask }: AnalysisEngine): Promise<ColumnCounts[]> {
  const counts: ColumnCounts[] = [];
  for (let from = 0; from < input.columns.length; from += columnsOfQuery) {
    const some = input.columns.slice(from, from + columnsOfQuery);
    const values = some.flatMap((one, index): Named[] =>
      Object.entries(countsOf(one)).map(([name, value]) => ({ name: `${index}/${name}`, value })),
    );
    const [row] = await ask(aggregate(input, [], values));
    for (const index of some.keys()) counts.push({ ...membersOf(row!, index), rows } as unknown as ColumnCounts);
  }
  return counts;
}

/** The members of a row whose names begin with a number: "2/mean" is `mean` of the third. */
export function membersOf(row: Row, index: number): Record<string, number> {
  const own = Object.entries(row).filter(([name]) => name.startsWith(`${index}/`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(`${index}/`.length), Number(value ?? 0)]));
}

/** The values that most rows have. */
export interface TopValues {
  /** How many different values there are. */
  readonly distinct: number;
  /** Those of most rows first; of equally many, in their order. */
  readonly top: readonly { readonly value: string; readonly rows: number }[];
}

const shownCharacters = 200;

/** Counts the values of a column that are there, each by itself, and returns those of most rows. */
export async function topValues(
  input: Relation,
  one: Column,
  { ask }: Pick<AnalysisEngine, "ask">,
  { longest = 0, most = 10 }: { readonly longest?: number; readonly most?: number } = {},
): Promise<TopValues> {
  const present = presentValue(one);
  const value = written.includes(one.type.kind) ? present : call("json", present);
  const key = longest > longText ? shortText(value, shownCharacters) : value;
  const grouped = aggregate(
    filter(input, call("isNotNull", present)),
    [{ name: "value", value: key }],
    [{ name: "rows", value: call("countRows") }],
  );
  const [name, rows] = grouped.columns.map(column) as [Expression, Expression];
  const told = select(grouped, [...named(grouped.columns), { name: "distinct", value: over(call("countRows")) }]);
  const first = limit(sort(told, [{ by: rows, descending: true }, { by: name }]), most);
  const answer = await ask(
    select(first, [
      { name: "value", value: call("substring", textOf(name), 1, shownCharacters) },
      { name: "rows", value: rows },
      { name: "distinct", value: column(told.columns.at(-1)!) },
    ]),
  );
  return {
    distinct: Number(answer[0]?.distinct ?? 0),
    top: answer.map((row) => ({ value: String(row.value), rows: Number(row.rows) })),
  };
}

/** Counts the values that have less than a share of the rows of the most frequent one. */
export async function countRare(
  input: Relation,
  one: Column,
  share: number,
  { ask }: Pick<AnalysisEngine, "ask">,
): Promise<number> {
  const present = presentValue(one);
  const rows = { name: "rows", value: call("countRows") };
  const grouped = aggregate(filter(input, call("isNotNull", present)), [{ name: "value", value: present }], [rows]);
  const own = column(grouped.columns[1]!);
  const told = select(grouped, [
    { name: "rows", value: own },
    { name: "most", value: over(call("maximum", own)) },
  ]);
  const [count, most] = told.columns.map(column) as [Expression, Expression];
  const isRare = call("less", count, call("multiply", most, literal(share, { kind: "double" })));
  const [row] = await ask(aggregate(told, [], [{ name: "rare", value: call("countWhere", isRare) }]));
  return Number(row!.rare);
}
