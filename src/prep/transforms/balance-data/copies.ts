import { call, choose, column, type Expression } from "../../sql/expression.ts";
import { aggregate, explode, filter, type Relation } from "../../sql/relation.ts";

/** A row for each row that the rare label lacks, with its number, and how many rows that label has. */
export interface Copies {
  readonly relation: Relation;
  readonly copy: Expression;
  readonly minority: Expression;
}

export function copiesOf(input: Relation, isMinority: Expression, isMajority: Expression, ratio: number): Copies {
  const counts = aggregate(
    input,
    [],
    [
      { name: "minority", value: call("count", choose([[isMinority, 1]])) },
      { name: "majority", value: call("count", choose([[isMajority, 1]])) },
    ],
  );
  const [minority, majority] = counts.columns.map((one) => column(one));
  const wanted = call("subtract", call("round", call("multiply", majority!, ratio), 0), minority!);
  const relation = explode(filter(counts, call("greaterOrEqual", wanted, 1)), call("numbers", 1, wanted), "copy");
  return { relation, copy: column(relation.columns.at(-1)!), minority: minority! };
}
