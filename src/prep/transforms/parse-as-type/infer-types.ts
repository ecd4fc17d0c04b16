import { dataTypeOf, isDataType } from "../../data-type.ts";
import { defineTransform, type Row } from "../../define-transform.ts";
import { booleans, dates, doubles, longs, texts, timestamps } from "../../example-columns.ts";
import { isObject } from "../../json-object.ts";
import { convert, freeTime, isoDateOf } from "../../sql/convert.ts";
import { call, choose, column, type Expression } from "../../sql/expression.ts";
import { aggregate, limit, type Named, named, type Relation, select } from "../../sql/relation.ts";
import { readTimeFormat } from "../../sql/time-format.ts";
import { columnOf } from "../../step-fault.ts";

type Schema = { readonly [column: string]: string };

const sampleRows = 5_000;
const nothing = "(?i)\\s*(?:null|none|nil|na|nan)?\\s*";
const number = "\\s*[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?\\s*";
const whole = "\\s*[+-]?[0-9]+\\s*";

/** What is counted of a text column: how many of its values are of a kind. */
const kinds = {
  rows: (value) => call("or", call("isNull", value), call("isNotNull", value)),
  values: (value) => call("not", call("matchesWhole", value, nothing)),
  numbers: (value) => call("matchesWhole", value, number),
  wholes: (value) => call("matchesWhole", value, whole),
  booleans: (value) => call("matchesWhole", value, "(?i)\\s*(?:true|false)\\s*"),
  dates: (value) => call("isNotNull", isoDateOf(value)),
  times: (value) =>
    choose([[call("not", call("matchesWhole", value, number)), call("isNotNull", freeTime(value))]], false),
} satisfies Readonly<Record<string, (value: Expression) => Expression>>;

type Kind = keyof typeof kinds;

const isoDate = readTimeFormat("%Y-%m-%d");

const most = 0.8;
const fewest = 0.3;

/** The word for the type of a text column of which so many values are of each kind. */
function typeOf(count: Readonly<Record<Kind, number>>): string {
  const { rows, values, numbers, wholes, dates, times } = count;
  const isMost = (some: number, all = values): boolean => some > most * all;
  if (rows === 0 || values === 0 || values < fewest * rows) return "string";
  if (isMost(numbers)) return isMost(wholes, numbers) ? "long" : "float";
  if (isMost(count.booleans)) return "bool";
  if (isMost(dates)) return times > dates ? "datetime" : "date";
  return isMost(times) ? "datetime" : "string";
}

const textColumns = (input: Relation) => input.columns.filter(({ type }) => type.kind === "text");

export const inferAndCastType = defineTransform({
  operator: "infer_and_cast_type",
  group: "Parse value as type",
  title: "Infer types",
  summary: "Parses the columns of texts as the types that most of their first 5,000 values have.",
  params: {},
  fit: {
    asks(input): Readonly<Record<string, Relation>> {
      const columns = textColumns(input);
      if (columns.length === 0) return {};
      const counts = columns.flatMap((one, index): Named[] =>
        (Object.keys(kinds) as Kind[]).map((kind) => ({
          name: `${index}/${kind}`,
          value: call("countWhere", kinds[kind](column(one))),
        })),
      );
      return { counts: aggregate(limit(select(input, named(columns)), sampleRows), [], counts) };
    },
    learn: ({ counts }, _, input) => {
      const texts = textColumns(input);
      const types = input.columns.map((one): [string, string] => {
        const index = texts.indexOf(one);
        return [one.name, index < 0 ? dataTypeOf(one.type) : typeOf(countsOf(counts?.[0] ?? {}, index))];
      });
      return { schema: Object.fromEntries(types) };
    },
    read(trained) {
      const given = isObject(trained) && isObject(trained.schema) ? trained.schema : trained;
      if (!isObject(given) || Object.keys(given).length === 0) return undefined;
      return Object.values(given).every((word) => typeof word === "string") ? { schema: given as Schema } : undefined;
    },
  },
  relation({ input, learned: { schema } }) {
    for (const name of Object.keys(schema)) columnOf(input, name);
    const known = Object.entries(schema).map(([name, word]) => {
      const given = column(columnOf(input, name));
      return { name, value: isDataType(word) ? convert(given, word, { date: isoDate }) : given };
    });
    const others = input.columns.filter(({ name }) => !Object.hasOwn(schema, name));
    return select(input, [...known, ...named(others)]);
  },
  examples: [
    {
      inputs: [
        {
          id: texts("1", "2", "3"),
          price: texts("1", "2.5", "NA"),
          ok: texts("True", "false", "FALSE"),
          day: texts("2024-01-31", "2024-02-01", ""),
          at: texts("2024-01-31", "2024-02-01", "2024-02-01 10:00:00"),
          name: texts("é", "7", "Nancy"),
          n: longs(1, 2, 3),
        },
      ],
      with: {},
      gives: {
        id: longs(1, 2, 3),
        price: doubles(1, 2.5, null),
        ok: booleans(true, false, false),
        day: dates("2024-01-31", "2024-02-01", null),
        at: timestamps("2024-01-31 00:00:00", "2024-02-01 00:00:00", "2024-02-01 10:00:00"),
        name: texts("é", "7", "Nancy"),
        n: longs(1, 2, 3),
      },
    },
    {
      summary: "More than 80 % of the values say the type; those that are none of it become missing.",
      inputs: [
        {
          long: texts("1", "2", "3", "4", "5", "x"),
          float: texts("1", "2", "3", "4.5", "5.5", "x"),
          text: texts("1", "2", "3", "4", "x", "x"),
          rare: texts("1", null, "", "none", null, null),
          none: texts(null, null, null, null, null, null),
          time: texts("01/31/2024", "02/01/2024", "02/02/2024", "02/03/2024", "02/04/2024", "é"),
        },
      ],
      with: {},
      gives: {
        long: longs(1, 2, 3, 4, 5, null),
        float: doubles(1, 2, 3, 4.5, 5.5, null),
        text: texts("1", "2", "3", "4", "x", "x"),
        rare: texts("1", null, "", "none", null, null),
        none: texts(null, null, null, null, null, null),
        time: timestamps(
          "2024-01-31 00:00:00",
          "2024-02-01 00:00:00",
          "2024-02-02 00:00:00",
          "2024-02-03 00:00:00",
          "2024-02-04 00:00:00",
          null,
        ),
      },
    },
    {
      summary: "Columns that are no texts stay as they are.",
      inputs: [{ x: doubles(1), d: dates("2024-01-31") }],
      with: {},
      gives: { x: doubles(1), d: dates("2024-01-31") },
    },
  ],
});

const countsOf = (row: Row, index: number): Readonly<Record<Kind, number>> =>
  Object.fromEntries(
    (Object.keys(kinds) as Kind[]).map((kind) => [kind, Number(row[`${index}/${kind}`] ?? 0)]),
  ) as Record<Kind, number>;
