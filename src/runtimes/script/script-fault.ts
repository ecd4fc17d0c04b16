import { EnvironmentFault } from "../../environments/environment-fault.ts";

/** What keeps a script from being run and its owner can mend. The message becomes part of the job's FailureReason. */
export class ScriptFault extends Error {
  override readonly name = "ScriptFault";
}

/** The words of a fault for the FailureReason; undefined for an error that is the platform's. */
export const faultWords = (error: unknown): string | undefined =>
  error instanceof ScriptFault || error instanceof EnvironmentFault ? error.message : undefined;
