import { reservedWords } from "../../../src/prep/sql/trino/reserved-words.ts";
import type { Item } from "../declare/item.ts";

/** What the SQL room opens with. */
export interface SqlStart {
  readonly database?: string;
  readonly workGroup?: string;
  /** A statement to begin with. */
  readonly text?: string;
  /** A query that has been asked. */
  readonly query?: string;
}

/** The address of the SQL room. */
export function sqlAddress(start: SqlStart): string {
  const given = Object.entries(start).filter(([, value]) => value !== undefined) as [string, string][];
  return given.length === 0 ? "/sql" : `/sql?${new URLSearchParams(given)}`;
}

/** The address at which a saved query is opened: it is asked in the work group in which it was saved. */
export const savedAddress = ({ Database, WorkGroup = "primary", QueryString }: Item): string =>
  sqlAddress({ database: String(Database), workGroup: String(WorkGroup), text: String(QueryString) });

/** A name as a statement has it: in quotes where it is no plain word, or one of the language's. */
export const quoted = (name: string): string =>
  /^[a-z_][a-z\d_]*$/.test(name) && !reservedWords.has(name.toUpperCase()) ? name : `"${name.replaceAll('"', '""')}"`;
