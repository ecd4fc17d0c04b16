import type { Grant } from "../../aws/caller.ts";
import { backOffMilliseconds } from "../../base/back-off.ts";
import type { Context } from "../../frame/context.ts";
import type { FollowerEntry } from "../../frame/define-follower.ts";
import { pause, type Timer } from "../../runs/timer.ts";
import type { FeedEntry, ResourceKey, ResourceStore } from "../../stores/resources/port.ts";

const entriesAtOnce = 500;

/** How far a follower is, and how far its cursor says it is: sequence numbers of the feed. */
interface Progress {
  passed: number;
  written: number;
}
const progressAt = (cursor: number): Progress => ({ passed: cursor, written: cursor });

/** Runs the followers, each at its own pace. */
export interface Followers {
  start(): Promise<void>;
  /** Stops, after the entries under way are handled. */
  stop(): Promise<void>;
}

export function createFollowers(options: {
  readonly resources: ResourceStore;
  readonly followers: readonly FollowerEntry[];
  /** Returns the service's context in the account and region of a document; `origin` names the follower. */
  readonly contextFor: (key: ResourceKey, origin: string, as?: { readonly grants?: readonly Grant[] }) => Context;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
}): Followers {
  const { resources, followers, contextFor, timer, report } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let following: Promise<unknown> = Promise.resolve();

  const isFor = ({ kinds }: FollowerEntry, { key }: FeedEntry) => kinds.includes("*") || kinds.includes(key.kind);

  async function follow(follower: FollowerEntry): Promise<void> {
    let failures = 0;
    let progress: Progress | undefined;
    while (!signal.aborted) {
      try {
        progress ??= progressAt(await resources.cursor(follower.name));
        await handleNext(follower, await resources.changes(progress.passed, entriesAtOnce, signal), progress);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        progress = undefined;
        const wait = backOffMilliseconds(++failures);
        report(`The follower ${follower.name} met an error; again in ${wait / 1000} s`, error);
        await pause(timer, wait, signal);
      }
    }
  }

  /**
   * The cursor is written when an entry was handled, so that after an error only the entry that failed is repeated.
   * Past entries of other kinds it is written now and then: with every change it would double the writes of the store.
   */
  async function handleNext(follower: FollowerEntry, entries: readonly FeedEntry[], progress: Progress): Promise<void> {
    let isHandled = false;
    try {
      for (const entry of entries) {
        if (signal.aborted) return;
        if (isFor(follower, entry)) {
          const { handle, grants } = await follower.load();
          await handle(entry, contextFor(entry.key, `follower/${follower.name}`, grants && { grants }));
          isHandled = true;
        }
        progress.passed = entry.sequence;
      }
    } finally {
      if (isHandled || progress.passed - progress.written >= entriesAtOnce) {
        await resources.advance(follower.name, progress.passed);
        progress.written = progress.passed;
      }
    }
  }

  return {
    async start() {
      const names = followers.map(({ name }) => name);
      await resources.forgetFollowers(names);
      // A new follower misses nothing that happens after the start.
      await Promise.all(names.map((name) => resources.cursor(name)));
      following = Promise.all(followers.map(follow));
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
}
