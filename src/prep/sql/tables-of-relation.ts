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
    default:
      return tablesOf(relation.input);
  }
}
