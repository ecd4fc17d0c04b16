import { type Column, text } from "../column-type.ts";
import { defineAnalysis, type Findings } from "../define-analysis.ts";
import type { Row } from "../define-transform.ts";
import { longs, texts } from "../example-columns.ts";
import { as, call, column, type Expression } from "../sql/expression.ts";
import { withPosition } from "../sql/random-number.ts";
import { aggregate, filter, limit, named, type Relation, select, sort, unusedName } from "../sql/relation.ts";
import { textOf, written } from "../sql/text-of.ts";

/** As many sets of equal rows are shown. */
const mostSets = 10;
/** Of a longer value its beginning is shown. */
const mostCharacters = 200;

export interface DuplicateRows {
  readonly rows: number;
  /** Rows that have an equal one, all copies counted. */
  readonly duplicates: number;
  /** Those of all rows. */
  readonly ratio: number;
  /** Rows that would go if one of each set stayed. */
  readonly surplus: number;
  /** Sets of equal rows. */
  readonly sets: number;
  /** Those of most rows; of equally many, those that come first. Values are texts as the table has them. */
  readonly most: readonly {
    readonly rows: number;
    /** The place of the first, counted from 1. */
    readonly first: number;
    readonly values: Readonly<Record<string, string | null>>;
  }[];
}

export const duplicateRows = defineAnalysis({
  operator: "duplicate_rows",
  title: "Duplicate rows",
  summary: "How many rows are equal to another in all columns, and which most often.",
  params: {},
  asks: (input) => duplicateQueries(input),
  compute: ({ answers, columns, sample }): Findings<DuplicateRows> => ({
    data: duplicatesOf(answers, columns, sample.rows),
  }),
  examples: [
    {
      table: { who: texts("a", "b", "a", null, null), n: longs(1, 2, 1, 3, 3) },
      with: {},
      gives: {
        rows: 5,
        duplicates: 4,
        ratio: 0.8,
        surplus: 2,
        sets: 2,
        most: [
          { rows: 2, first: 1, values: { who: "a", n: "1" } },
          { rows: 2, first: 4, values: { who: null, n: "3" } },
        ],
      },
    },
  ],
});

/** The queries whose answers `duplicatesOf` takes. */
export function duplicateQueries(input: Relation): { readonly counts: Relation; readonly most: Relation } {
  const { relation, position } = withPosition(input);
  const count = unusedName(input.columns, "count");
  const first = unusedName(input.columns, "first");
  const grouped = aggregate(relation, named(input.columns), [
    { name: count, value: call("countRows") },
    { name: first, value: call("minimum", position) },
  ]);
  const sets = filter(grouped, call("greater", column({ name: count, type: { kind: "long" } }), 1));
  const [rows, place] = sets.columns.slice(-2).map(column);
  return {
    counts: aggregate(
      sets,
      [],
      [
        { name: "sets", value: call("countRows") },
        { name: "duplicates", value: call("sum", rows!) },
      ],
    ),
    most: select(limit(sort(sets, [{ by: rows!, descending: true }, { by: place! }]), mostSets), [
      ...sets.columns.map((one, index) => ({
        name: `v${index}`,
        value: index < input.columns.length ? shown(column(one)) : column(one),
      })),
    ]),
  };
}

/** Columns of an answer are named by their place. */
export function duplicatesOf(
  answers: Readonly<Record<string, readonly Row[]>>,
  columns: readonly Column[],
  rows: number,
): DuplicateRows {
  const counts = answers.counts![0]!;
  const duplicates = Number(counts.duplicates ?? 0);
  const sets = Number(counts.sets);
  return {
    rows,
    duplicates,
    ratio: rows === 0 ? 0 : duplicates / rows,
    surplus: duplicates - sets,
    sets,
    most: answers.most!.map((row) => ({
      rows: Number(row[`v${columns.length}`]),
      first: Number(row[`v${columns.length + 1}`]),
      values: Object.fromEntries(columns.map(({ name }, at) => [name, row[`v${at}`] as string | null])),
    })),
  };
}

function shown(value: Expression): Expression {
  const words = written.includes(value.type.kind) ? textOf(value) : call("json", value);
  return call("substring", as(words, text), 1, mostCharacters);
}
