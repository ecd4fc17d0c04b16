import { choice } from "../../../base/params.ts";
import { type Column, isNumeric, typeWords } from "../../column-type.ts";
import { type JoinKind, type JoinValue, join, type Relation, sideOf } from "../../sql/relation.ts";
import { columnOf, StepFault } from "../../step-fault.ts";

/** The words of flows, and Spark's other words for the same. */
const kinds = {
  inner: "inner",
  leftouter: "left",
  left: "left",
  left_outer: "left",
  rightouter: "right",
  right: "right",
  right_outer: "right",
  outer: "full",
  full: "full",
  fullouter: "full",
  full_outer: "full",
  leftsemi: "semi",
  left_semi: "semi",
  semi: "semi",
  leftanti: "anti",
  left_anti: "anti",
  anti: "anti",
  cross: "cross",
} as const satisfies Readonly<Record<string, JoinKind>>;

export type JoinWord = keyof typeof kinds;
export const joinType = choice(Object.keys(kinds) as JoinWord[], { default: "inner" });

export interface JoinKey {
  readonly left: string;
  readonly right: string;
}

/** Joins two relations; of a name that both have, the columns become `<name>_0` and `<name>_1`. */
export function joinRelations([left, right]: readonly Relation[], word: JoinWord, keys: readonly JoinKey[]): Relation {
  if (left === undefined || right === undefined) throw new StepFault("A join has two inputs; connect the second one.");
  const how = kinds[word];
  if (how !== "cross" && keys.length === 0)
    throw new StepFault(
      `A join of type ${JSON.stringify(word)} needs a column of each side; name them, or take "cross".`,
    );
  const on = how === "cross" ? [] : keys.map((key) => pairOf(left, right, key));
  const values = how === "semi" || how === "anti" ? sideOf("left", left) : namesApart(left, right);
  return join(how, left, right, on, values);
}

function pairOf(left: Relation, right: Relation, key: JoinKey): readonly [string, string] {
  const [one, other] = [columnOf(left, key.left), columnOf(right, key.right)];
  if (!areComparable(one, other))
    throw new StepFault(
      `The join compares ${JSON.stringify(one.name)} of the left, which is of type ${typeWords(one.type)}, with ${JSON.stringify(other.name)} of the right, which is of type ${typeWords(other.type)}. Parse one of them as the other's type first.`,
    );
  return [one.name, other.name];
}

const areComparable = (one: Column, other: Column): boolean =>
  typeWords(one.type) === typeWords(other.type) || (isNumeric(one.type) && isNumeric(other.type));

function namesApart(left: Relation, right: Relation): readonly JoinValue[] {
  const onBoth = new Set(left.columns.filter(({ name }) => hasColumn(right, name)).map(({ name }) => name));
  const apart = (values: readonly JoinValue[], suffix: string) =>
    values.map((value) => (onBoth.has(value.name) ? { ...value, name: `${value.name}${suffix}` } : value));
  const values = [...apart(sideOf("left", left), "_0"), ...apart(sideOf("right", right), "_1")];
  const twice = values.find(({ name }, index) => values.findIndex((one) => one.name === name) !== index);
  if (twice)
    throw new StepFault(
      `The column ${JSON.stringify(twice.from)} of both inputs would be called ${JSON.stringify(twice.name)}, which is another column's name already. Rename one of them first.`,
    );
  return values;
}

const hasColumn = ({ columns }: Relation, name: string): boolean => columns.some((one) => one.name === name);
