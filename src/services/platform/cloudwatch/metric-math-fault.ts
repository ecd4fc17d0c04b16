import { validationError } from "./alarm-faults.ts";
import { MathError } from "./metric-math-syntax.ts";

/** Does something with the expression of a query. @throws Fault where it is wrong */
export function inExpression<T>(id: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof MathError)) throw error;
    throw validationError(`Error in expression '${id}': ${error.message}.`);
  }
}
