import type { TypePattern } from "./function-table.ts";

/** A pattern as Trino writes it when it says what a function takes. */
export function patternText(pattern: TypePattern): string {
  if (pattern.kind === "variable") return pattern.name;
  if (pattern.kind === "lambda") return `function(${[...pattern.takes, pattern.gives].map(patternText).join(",")})`;
  const parts = [...pattern.sizes, ...pattern.inner.map(patternText)];
  return parts.length === 0 ? pattern.name : `${pattern.name}(${parts.join(",")})`;
}
