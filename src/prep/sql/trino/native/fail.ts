import { raised } from "../value.ts";

/** Ends a query with an error of Trino. */
export function fail(words: string, code = "INVALID_FUNCTION_ARGUMENT"): never {
  throw new Error(`${raised}${code}: ${words}`);
}
