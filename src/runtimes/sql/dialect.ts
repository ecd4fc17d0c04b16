/** Statements that make an engine answer as Trino does, before it is locked. */
export const prelude: readonly string[] = ["SET TimeZone = 'UTC'", "SET default_null_order = 'nulls_last'"];
