import { looksAround } from "./is-row-wise.ts";
import type { Relation } from "./relation.ts";

/**
 * Whether the rows of a relation may come in any order: what they are made of has lost its order, and no value is of the place
 * of a row. `isTable` says so of the tables.
 */
export function isUnordered(relation: Relation, isTable: (name: string) => boolean): boolean {
  switch (relation.kind) {
    case "table":
      return isTable(relation.name);
    case "select":
      return !relation.values.some(({ value }) => looksAround(value)) && isUnordered(relation.input, isTable);
    case "filter":
      return !looksAround(relation.where) && isUnordered(relation.input, isTable);
    case "explode":
      return !looksAround(relation.list) && isUnordered(relation.input, isTable);
    case "union":
      return relation.inputs.every((input) => isUnordered(input, isTable));
    case "distinct":
      return isUnordered(relation.input, () => true);
    default:
      return false;
  }
}
