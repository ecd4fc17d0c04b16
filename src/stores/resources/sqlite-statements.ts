import type { Statement } from "better-sqlite3";
import type { Database } from "../database.ts";

/** The most statements that are kept. A list can have many shapes, of which few are ever used. */
const mostStatements = 500;

/** Prepares statements that are made as texts, each once while it is kept. */
export type Statements = <Row>(text: string) => Statement<unknown[], Row>;

export function createStatements(database: Database): Statements {
  const statements = new Map<string, Statement<unknown[], unknown>>();
  return <Row>(text: string) => {
    let prepared = statements.get(text);
    if (!prepared) {
      if (statements.size === mostStatements) statements.clear();
      prepared = database.prepare<unknown[], unknown>(text);
      statements.set(text, prepared);
    }
    return prepared as Statement<unknown[], Row>;
  };
}
