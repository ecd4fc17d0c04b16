import type { Context } from "../../../frame/context.ts";
import type { ActualQuery, QueryDocument } from "./athena-kinds.ts";

/** What a statement leaves in its query's document. */
export type Outcome = Partial<Pick<ActualQuery, "manifest" | "mark" | "reused" | "statistics" | "substatementType">>;

/** One attempt of a query, and what it says of itself. */
export interface QueryRun {
  readonly query: QueryDocument;
  /** The query's caller. */
  readonly context: Context;
  readonly signal: AbortSignal;
  /** What is run, where that is not the query's own text: what was prepared. */
  readonly text?: string;
  /** Says that the query has left the queue. Resolves when its document does. */
  begun(): Promise<unknown>;
  /** Keeps something in the query's document for a later attempt, before what is done next. */
  keep(known: Partial<Pick<ActualQuery, "dropping">>): Promise<unknown>;
}
