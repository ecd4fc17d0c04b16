import { Fault } from "../../aws/faults.ts";

/** A value of the wrong type. `within` adds the path of its member while the error is passed up. */
export class WrongType extends Error {
  path = "";
}

/** Returns the error, with `step` put before the path of a WrongType: `throw within("tags", error)`. */
export function within(step: string, error: unknown): unknown {
  if (error instanceof WrongType) error.path = error.path ? `${step}.${error.path}` : step;
  return error;
}

/** Makes the fault of a WrongType, with the protocol's code for it. */
export function asFault(code: string, error: unknown): unknown {
  if (error instanceof WrongType)
    return new Fault(code, error.path ? `${error.message} at '${error.path}'` : error.message);
  // When a schema contains itself, a document may be nested deeper than the stack.
  if (error instanceof RangeError) return new Fault(code, "The document is nested too deeply");
  return error;
}

/** Returns a member's name as paths in AWS's messages have it: "TrainingJobName" -> "trainingJobName". */
export const pathName = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);
