import { nearest } from "../base/nearest.ts";
import { type Column, type ColumnType, type TypeKind, typeWords } from "./column-type.ts";
import type { Relation } from "./sql/relation.ts";

/** A step of a flow cannot be done as it is asked. The message says what to change; whoever runs the flow names the step. */
export class StepFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StepFault";
  }
}

/** Returns a column of a step's input. @throws StepFault with the nearest name when there is none */
export function columnOf({ columns }: Pick<Relation, "columns">, name: string): Column {
  const found = columns.find((one) => one.name === name);
  if (found) return found;
  const names = columns.map((one) => one.name);
  const meant = nearest(name, names);
  const known = names.length > 20 ? `${names.slice(0, 20).join(", ")} and ${names.length - 20} more` : names.join(", ");
  throw new StepFault(
    `There is no column ${JSON.stringify(name)}${meant ? `; was ${JSON.stringify(meant)} meant?` : "."} The columns are: ${known}.`,
  );
}

/** @throws StepFault unless the column's type is one of those that a step takes */
export function needType({ name, type }: Column, kinds: readonly TypeKind[]): void {
  if (kinds.length === 0 || kinds.includes(type.kind)) return;
  throw new StepFault(
    `The column ${JSON.stringify(name)} is ${article(type)}; this step takes ${kinds.join(" or ")}. Parse the column as another type first.`,
  );
}

const article = (type: ColumnType): string => `of type ${typeWords(type)}`;
