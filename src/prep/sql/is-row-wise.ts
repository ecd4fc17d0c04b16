import type { Expression } from "./expression.ts";
import { aggregates } from "./functions/aggregates.ts";
import { windows } from "./functions/windows.ts";
import type { Relation } from "./relation.ts";

/** Whether each row of a relation is made of one row of its input, whatever others there are. */
export function isRowWise(relation: Relation): boolean {
  switch (relation.kind) {
    case "table":
      return true;
    case "select":
      return isRowWise(relation.input) && relation.values.every(({ value }) => !looksAround(value));
    case "filter":
      return isRowWise(relation.input) && !looksAround(relation.where);
    case "explode":
      return isRowWise(relation.input) && !looksAround(relation.list);
    default:
      return false;
  }
}

/** Whether a value is of other rows than its own, or of the place of its row. */
export const looksAround = (expression: Expression): boolean =>
  anyPart(
    expression,
    (one) =>
      one.kind === "over" ||
      one.kind === "subquery" ||
      (one.kind === "call" && (Object.hasOwn(aggregates, one.function) || Object.hasOwn(windows, one.function))),
  );

/** Whether rows of a relation go where a column's values say so. */
export function filtersBy(relation: Relation, name: string): boolean {
  if (relation.kind !== "filter") return "input" in relation && filtersBy(relation.input, name);
  const isIt = (one: Expression): boolean => one.kind === "column" && one.name === name;
  return anyPart(relation.where, isIt) || filtersBy(relation.input, name);
}

/** Whether an expression or a part of it is such. */
export function anyPart(expression: Expression, is: (one: Expression) => boolean): boolean {
  return is(expression) || partsOf(expression).some((part) => anyPart(part, is));
}

/** The expressions that an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "call":
      return expression.operands;
    case "case":
      return [...expression.branches.flatMap(({ when, value }) => [when, value]), expression.otherwise];
    case "cast":
      return [expression.operand];
    case "field":
      return [expression.of];
    case "each":
      return [expression.list, expression.value];
    case "over":
      return [expression.value, ...expression.partition, ...expression.order.map(({ by }) => by)];
    case "subquery":
      return expression.operand ? [expression.operand] : [];
    default:
      return [];
  }
}
