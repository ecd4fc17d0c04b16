import { EnvironmentFault } from "../../environments/environment-fault.ts";

/** A script cannot be run, for a reason that its owner can mend. The message becomes part of the job's FailureReason. */
export class ScriptFault extends Error {
  override readonly name = "ScriptFault";
}

/** Returns the words of a fault for the FailureReason; undefined for an error of the platform. */
export const faultWords = (error: unknown): string | undefined =>
  error instanceof ScriptFault || error instanceof EnvironmentFault ? error.message : undefined;
