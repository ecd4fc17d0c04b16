/** The kinds of values that a function of our own takes and gives. */
export type FunctionValue =
  | "text"
  | "texts"
  | "bytes"
  | "boolean"
  | "integer"
  | "bigint"
  | "bigints"
  | "double"
  | "doubles";

/** A function that an engine runs for each row, for what its own language cannot say. It knows nothing but its arguments. */
export interface EngineFunction {
  readonly name: string;
  readonly takes: readonly FunctionValue[];
  readonly gives: FunctionValue;
  /**
   * Text is a string, bytes are a Uint8Array, integer and double a number, bigint a bigint; lists are arrays, whose items may
   * be null. An argument is never null: a row with one gives null. What is thrown is the error of the query.
   */
  call(...values: never[]): unknown;
}
