/** What keeps a script from being run and its owner can mend. The message becomes part of the job's FailureReason. */
export class ScriptFault extends Error {
  override readonly name = "ScriptFault";
}
