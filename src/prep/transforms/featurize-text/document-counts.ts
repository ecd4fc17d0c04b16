import { call, column as columnExpression, type Expression } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { aggregate, explode, filter, type Relation, select } from "../../sql/relation.ts";

/** For each term of the texts, how often it is used and in how many of them; and how many texts there are. */
export interface DocumentCounts {
  /** Columns: term, uses, documents. */
  readonly terms: Relation;
  /** One row: documents. */
  readonly documents: Relation;
}

/** Counts the terms that `termsOf` makes of each text that is there: a list. */
export function documentCounts(
  input: Relation,
  text: Expression,
  termsOf: (text: Expression) => Expression,
): DocumentCounts {
  const { relation, position } = withPosition(filter(input, call("isNotNull", text)));
  const rows = select(relation, [
    { name: "row", value: position },
    { name: "terms", value: termsOf(text) },
  ]);
  const uses = explode(rows, columnExpression(rows.columns[1]!), "term");
  const [row, term] = [columnExpression(uses.columns[0]!), columnExpression(uses.columns.at(-1)!)];
  const perRow = aggregate(
    uses,
    [
      { name: "row", value: row },
      { name: "term", value: term },
    ],
    [{ name: "uses", value: call("countRows") }],
  );
  const [, one, count] = perRow.columns.map((each) => columnExpression(each));
  const terms = aggregate(
    perRow,
    [{ name: "term", value: one! }],
    [
      { name: "uses", value: call("sum", count!) },
      { name: "documents", value: call("countRows") },
    ],
  );
  return { terms, documents: aggregate(relation, [], [{ name: "documents", value: call("countRows") }]) };
}

/** The inverse document frequency of Spark ML's IDF: 0 of a term that is in fewer texts than `least`. */
export const inverseFrequency = (documents: number, all: number, least: number): number =>
  documents < least ? 0 : Math.log((all + 1) / (documents + 1));
