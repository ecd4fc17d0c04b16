import { Fault } from "../../aws/faults.ts";

/** A value of the wrong type. `within` adds the path of its member while the error is passed up. */
export class WrongType extends Error {
  path = "";
}

/** The error, with `step` put before the path of a WrongType: `throw within("tags", error)`. */
export function within(step: string, error: unknown): unknown {
  if (error instanceof WrongType) error.path = error.path ? `${step}.${error.path}` : step;
  return error;
}

/** Makes the fault of a WrongType, in the code that the protocol has for it. */
export function asFault(code: string, error: unknown): unknown {
  if (error instanceof WrongType)
    return new Fault(code, error.path ? `${error.message} at '${error.path}'` : error.message);
  // A document may be nested deeper than the stack when a schema holds itself.
  if (error instanceof RangeError) return new Fault(code, "The document is nested too deeply");
  return error;
}

/** The path of a member in AWS's messages: "TrainingJobName" -> "trainingJobName". */
export const pathName = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);
