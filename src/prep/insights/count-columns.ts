import type { Column } from "../column-type.ts";
import { long, text } from "../column-type.ts";
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
  if (one.type.kind === "text") {
    // Most begin with a letter or a digit, of which nothing needs to be trimmed.
    const begins = allOf([call("greaterOrEqual", value, "!"), call("less", value, "~")]);
    const isThere = call("differs", call("trimBoth", value, whitespace), "");
    return choose(
      [
        [begins, value],
        [isThere, value],
      ],
      literal(null, text),
    );
  }
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

/** How rows are counted: each by itself, or those of a value at once. */
interface Tally {
  /** Rows with a value. */
  count(value: Expression): Expression;
  countWhere(where: Expression): Expression;
  sum(value: Expression): Expression;
}

const byRow: Tally = {
  count: (value) => call("count", value),
  countWhere: (where) => call("countWhere", where),
  sum: (value) => call("sum", value),
};

const byRows = (rows: Expression): Tally => {
  const countWhere = (where: Expression) => call("sum", choose([[where, rows]], literal(0, long)));
  return {
    countWhere,
    count: (value) => countWhere(call("isNotNull", value)),
    sum: (value) => call("sum", call("multiply", value, rows)),
  };
};

/** The aggregates of a column, by the names of `ColumnCounts`. */
function countsOf(one: Column, { count, countWhere, sum }: Tally = byRow): Readonly<Record<string, Expression>> {
  const value = column(one);
  const present = presentValue(one);
  const base = { present: count(present) };
  switch (one.type.kind) {
    case "text": {
      const number = numberValue(one);
      const isShort = call("less", call("length", value), mostTimeCharacters);
      const time = choose([[isShort, freeTime(value)]]);
      const isTime = call("isNotNull", time);
      const length = call("length", present);
      return {
        ...base,
        empty: countWhere(call("equals", value, "")),
        blank: countWhere(allOf([call("differs", value, ""), call("equals", call("trimBoth", value, whitespace), "")])),
        nullLike: countWhere(call("among", call("lower", call("trimBoth", value, whitespace)), ...nullWords)),
        numbers: count(number),
        wholes: countWhere(call("equals", number, call("roundToEven", number, 0))),
        datetimes: countWhere(isTime),
        writtenDatetimes: countWhere(allOf([isTime, call("isNull", cast(value, { kind: "double" }))])),
        shortest: call("minimum", length),
        longest: call("maximum", length),
        characters: sum(length),
      };
    }
    case "long":
    case "double": {
      const number = numberValue(one);
      return {
        ...base,
        ...(one.type.kind === "double" && {
          infinite: countWhere(call("equals", call("absolute", value), literal(Infinity, { kind: "double" }))),
        }),
        numbers: count(number),
        wholes: countWhere(call("equals", number, call("roundToEven", number, 0))),
      };
    }
    default:
      return base;
  }
}

/**
 * Counts all columns of a table. Of texts each value is looked at once, however many rows have it; where some are long, they are
 * not gathered.
 */
export async function countColumns(input: Relation, rows: number, { ask }: AnalysisEngine): Promise<ColumnCounts[]> {
  const texts = input.columns.filter(({ type }) => type.kind === "text");
  const longest = await askOfColumns(
    input,
    texts,
    (one) => ({ longest: call("maximum", call("length", column(one))) }),
    ask,
  );
  const gathered = new Set(texts.filter((_, index) => longest[index]!.longest! <= longText));
  const counted = input.columns.filter((one) => !gathered.has(one));
  const counts = await askOfColumns(input, counted, countsOf, ask);
  const found = new Map(counted.map((one, index) => [one, counts[index]!]));
  for (const one of gathered) {
    const grouped = groupedBy(input, column(one));
    const [value, ofValue] = grouped.columns as readonly [Column, Column];
    const [own] = await askOfColumns(grouped, [value], () => countsOf(value, byRows(column(ofValue))), ask);
    found.set(one, own!);
  }
  return input.columns.map((one) => ({ ...found.get(one)!, rows }) as unknown as ColumnCounts);
}

/** Asks of columns, several at a time, and returns the answers of each by their names. */
async function askOfColumns(
  input: Relation,
  columns: readonly Column[],
  questions: (one: Column) => Readonly<Record<string, Expression>>,
  ask: AnalysisEngine["ask"],
): Promise<readonly Readonly<Record<string, number>>[]> {
  const answers: Readonly<Record<string, number>>[] = [];
  for (let from = 0; from < columns.length; from += columnsOfQuery) {
    const some = columns.slice(from, from + columnsOfQuery);
    const values = some.flatMap((one, index): Named[] =>
      Object.entries(questions(one)).map(([name, value]) => ({ name: `${index}/${name}`, value })),
    );
    const [row] = await ask(aggregate(input, [], values));
    answers.push(...some.map((_, index) => membersOf(row!, index)));
  }
  return answers;
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
  const isLong = longest > longText;
  const grouped =
    isLong || !written.includes(one.type.kind)
      ? groupedBy(filter(input, call("isNotNull", present)), isLong ? shortText(value, shownCharacters) : value)
      : presentGroups(input, one);
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
  const grouped = presentGroups(input, one);
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

const groupedBy = (input: Relation, value: Expression): Relation =>
  aggregate(input, [{ name: "value", value }], [{ name: "rows", value: call("countRows") }]);

/** The values of a column that are there, and how many rows have each. Whether one is there is asked once of each. */
function presentGroups(input: Relation, one: Column): Relation {
  const grouped = groupedBy(input, column(one));
  return filter(grouped, call("isNotNull", presentValue(grouped.columns[0]!)));
}
