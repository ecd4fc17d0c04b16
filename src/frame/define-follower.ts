import type { FeedEntry } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";

/**
 * Reads the change feed with a cursor of its own that survives restarts: every change and every event of its kinds, in
 * order, at least once. What it does with an entry must be the same when it is done again.
 */
export interface FollowerUnit {
  readonly unit: "follower";
  /** Its cursor is kept under this name. */
  readonly name: string;
  /** The kinds it is told of, "sagemaker/training-job"; "*" for all. */
  readonly kinds: readonly string[];
  /** The context is the service's own, in the account and region of the document. An error is tried again. */
  handle(entry: FeedEntry, context: Context): Promise<void>;
}

/** Declares a follower. A new one begins at the end of the feed. */
export const defineFollower = (declaration: Omit<FollowerUnit, "unit">): FollowerUnit => ({
  unit: "follower",
  ...declaration,
});

/** A line of the generated list. */
export interface FollowerEntry {
  readonly name: string;
  readonly kinds: readonly string[];
  load(): Promise<FollowerUnit>;
}
