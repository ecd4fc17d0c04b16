import { StepFault } from "../../step-fault.ts";
import type { Expression } from "../expression.ts";

/** A function of Spark that a formula may call. */
export interface FormulaFunction {
  /** How many values it takes. */
  readonly takes: readonly [min: number, max: number];
  /** What is over several rows: in a group or a window, or in a window alone. */
  readonly over?: "rows" | "window";
  make(operands: readonly Expression[]): Expression;
}

export const taking = (min: number, max: number, make: FormulaFunction["make"]): FormulaFunction => ({
  takes: [min, max],
  make,
});

/** A number that must be known before anything runs. @throws StepFault */
export function numberOf(one: Expression, what: string): number {
  if (one.kind === "literal" && typeof one.value === "number") return one.value;
  throw new StepFault(`${what} must be a number that the formula names.`);
}

/** A text that must be known before anything runs. @throws StepFault */
export function wordOf(one: Expression, what: string): string {
  if (one.kind === "literal" && typeof one.value === "string") return one.value;
  throw new StepFault(`${what} must be a text that the formula names.`);
}
