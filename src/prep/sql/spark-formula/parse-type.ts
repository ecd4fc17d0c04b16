import type { TokenReader } from "./token-reader.ts";

/** Reads the name of a type; lengths and precisions say nothing here. */
export function parseType(reader: TokenReader): string {
  const { kind, value } = reader.next();
  if (kind !== "name") reader.fail("a type");
  if (reader.take("(")) while (!reader.take(")")) if (reader.next().kind === "end") reader.fail(")");
  return value.toLowerCase();
}
