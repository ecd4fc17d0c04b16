import type { Expression } from "../../prep/sql/expression.ts";
import type { Relation } from "../../prep/sql/relation.ts";

/** The relation with those that are kept as tables replaced by these. */
export function withTables(relation: Relation, kept: ReadonlyMap<Relation, Relation>): Relation {
  const found = kept.get(relation);
  if (found !== undefined || kept.size === 0) return found ?? relation;
  const replaced = <One extends Relation>(one: One): Relation => withTables(one, kept);
  switch (relation.kind) {
    case "table":
      return relation;
    case "join":
      return { ...relation, left: replaced(relation.left), right: replaced(relation.right) };
    case "union":
      return { ...relation, inputs: relation.inputs.map(replaced) };
    case "written":
      return {
        ...relation,
        inputs: relation.inputs.map((input) => ({ ...input, relation: replaced(input.relation) })),
      };
    default:
      return { ...relation, input: replaced(relation.input) };
  }
}

/** Whether a query over `input` looks at all its rows: it does where no limit comes first. */
export function readsAll(query: Relation, input: Relation): boolean {
  return query === input || (query.kind !== "limit" && inputsOf(query).some((one) => readsAll(one, input)));
}

/** Whether reading the rows once more is more than reading columns: texts are parsed again, or rows are put together. */
export function isWork(relation: Relation, isText: (table: string) => boolean): boolean {
  switch (relation.kind) {
    case "table":
      return isText(relation.name);
    case "filter":
      return isWork(relation.input, isText);
    case "select":
      return relation.values.some(({ value }) => looksAround(value)) || isWork(relation.input, isText);
    default:
      return true;
  }
}

function inputsOf(relation: Relation): readonly Relation[] {
  switch (relation.kind) {
    case "table":
      return [];
    case "join":
      return [relation.left, relation.right];
    case "union":
      return relation.inputs;
    case "written":
      return relation.inputs.map((input) => input.relation);
    default:
      return [relation.input];
  }
}

/** Whether a value is one of the rows around its row. */
function looksAround(value: Expression): boolean {
  switch (value.kind) {
    case "over":
    case "subquery":
      return true;
    case "call":
      return value.operands.some(looksAround);
    case "case":
      return (
        value.branches.some((branch) => looksAround(branch.when) || looksAround(branch.value)) ||
        looksAround(value.otherwise)
      );
    case "cast":
      return looksAround(value.operand);
    case "field":
      return looksAround(value.of);
    case "each":
      return looksAround(value.list) || looksAround(value.value);
    default:
      return false;
  }
}
