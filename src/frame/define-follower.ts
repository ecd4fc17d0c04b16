import type { Grant } from "../aws/caller.ts";
import type { FeedEntry } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { KindFacts } from "./define-kind.ts";

/**
 * Reads the change feed with a cursor of its own that survives restarts. It gets every change and every event of its
 * kinds, in order, at least once, so handling an entry twice must have the effect of handling it once.
 */
export interface FollowerUnit {
  readonly unit: "follower";
  /** The follower's cursor is kept under this name. */
  readonly name: string;
  /**
   * The kinds whose entries it gets, such as "sagemaker/training-job"; "*" for all. A function chooses them by what they
   * declare, when the lists are generated.
   */
  readonly kinds: readonly string[] | ((kind: KindFacts) => boolean);
  /** What it may do beyond what the service may do anyway: the operations that it calls. */
  readonly grants?: readonly Grant[];
  /**
   * Handles one entry, in the service's own context for the account and region of the document. After an error the
   * entry is handled again.
   */
  handle(entry: FeedEntry, context: Context): Promise<void>;
}

/** Declares a follower. A new follower begins at the end of the feed. */
export const defineFollower = (declaration: Omit<FollowerUnit, "unit">): FollowerUnit => ({
  unit: "follower",
  ...declaration,
});

/** An entry of the generated list. */
export interface FollowerEntry {
  readonly name: string;
  readonly kinds: readonly string[];
  load(): Promise<FollowerUnit>;
}
