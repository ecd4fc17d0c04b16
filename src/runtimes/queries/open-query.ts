import type { Connection } from "../../base/connection.ts";
import type { QueriedRows } from "./write-rows.ts";

/** Opens a query of a database and reads its rows in batches, without keeping those that are read. */
export type OpenQuery = (connection: Connection, sql: string, signal: AbortSignal) => Promise<OpenedQuery>;

export interface OpenedQuery extends QueriedRows {
  /** Lets go of the database. */
  close(): Promise<void>;
}
