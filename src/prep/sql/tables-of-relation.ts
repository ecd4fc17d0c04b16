import type { Expression } from "./expression.ts";
import { partsOf } from "./is-row-wise.ts";
import type { Relation } from "./relation.ts";

/** The names of the tables that a relation reads, once for each time that it does. */
export function tablesOf(relation: Relation): readonly string[] {
  switch (relation.kind) {
    case "table":
      return [relation.name];
    case "join":
      return [...tablesOf(relation.left), ...tablesOf(relation.right)];
    case "union":
      return relation.inputs.flatMap(tablesOf);
    case "written":
      return relation.inputs.flatMap(({ relation: input }) => tablesOf(input));
    case "select":
      return [...tablesOf(relation.input), ...relation.values.flatMap(({ value }) => within(value))];
    case "filter":
      return [...tablesOf(relation.input), ...within(relation.where)];
    default:
      return tablesOf(relation.input);
  }
}

/** The tables of the queries within an expression. */
const within = (expression: Expression): readonly string[] => [
  ...(expression.kind === "subquery" ? tablesOf(expression.query as Relation) : []),
  ...partsOf(expression).flatMap(within),
];
