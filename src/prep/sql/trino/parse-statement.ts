import { openReader } from "./open-reader.ts";
import type { Statement } from "./statement.ts";

/** Reads a statement in Athena's dialect. */
export function parseStatement(text: string): Statement {
  const reader = openReader(text);
  const query = reader.query();
  reader.take(";");
  if (reader.token.kind !== "end") throw reader.fault(["<EOF>"]);
  return { kind: "query", query };
}
