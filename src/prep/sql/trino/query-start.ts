import type { TokenReader } from "./token-reader.ts";

const queryWords = ["SELECT", "WITH", "VALUES", "TABLE"];
const afterQuery = ["UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT", "OFFSET", "FETCH"];

/** Whether a query begins here, perhaps in parentheses: `((SELECT 1) UNION ...)`, but not `((SELECT 1) + 1)`. */
export function isQueryStart(reader: TokenReader, offset = 0): boolean {
  let index = offset;
  while (reader.ahead(index).key === "(") index++;
  if (!queryWords.includes(reader.ahead(index).key)) return false;
  let open = index - offset;
  if (open <= 1) return true;
  for (let depth = 0; ; index++) {
    const { key, kind } = reader.ahead(index);
    if (kind === "end") return true;
    if (key === "(") depth++;
    if (key !== ")") continue;
    if (depth-- > 0) continue;
    depth = 0;
    const next = reader.ahead(index + 1).key;
    if (--open <= 1) return next === ")" || afterQuery.includes(next);
    if (next !== ")") return afterQuery.includes(next);
  }
}

/** Words that begin the next clause although they are not reserved, and so could be an alias. */
export function isClauseStart(reader: TokenReader): boolean {
  const following = reader.ahead(1);
  if (reader.is("LIMIT")) return following.kind === "integer" || following.key === "ALL" || following.key === "?";
  if (reader.is("OFFSET")) return following.kind === "integer" || following.key === "?";
  if (reader.is("FETCH")) return following.key === "FIRST" || following.key === "NEXT";
  return reader.is("WINDOW") && reader.ahead(2).key === "AS";
}
