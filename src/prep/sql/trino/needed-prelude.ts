import { prelude } from "./prelude.ts";

const nameOf = (statement: string): string | undefined => /^CREATE TEMP MACRO (\w+)/.exec(statement)?.[1];

const macros = prelude.flatMap((statement) => {
  const name = nameOf(statement);
  return name === undefined ? [] : [{ name, statement }];
});

/** What every statement needs: settings. They come before an engine is locked. */
export const settingsPrelude: readonly string[] = prelude.filter((statement) => nameOf(statement) === undefined);

/**
 * Returns the macros of the prelude that a statement of DuckDB calls, and those that they call. To make all of them takes
 * longer than most small queries.
 */
export function neededPrelude(sql: string): string[] {
  const needed: string[] = [];
  let text = sql;
  // A macro calls only those before it.
  for (const { name, statement } of macros.toReversed()) {
    if (!text.includes(name)) continue;
    needed.unshift(statement);
    text += statement;
  }
  return needed;
}
