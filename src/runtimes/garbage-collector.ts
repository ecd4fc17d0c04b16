import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Returns what collects all garbage of this thread and gives its memory back to the system, which V8 does by itself only
 * once a heap is larger than a quiet process's ever is. It takes some 30 ms of a small heap, in which nothing else runs.
 */
export function garbageCollector(): () => void {
  for (let tries = 0; tries < mostTries; tries++) {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("globalThis.gc") as NodeJS.GCFunction | undefined;
    // V8 takes compiled code only of a process with the same flags.
    setFlagsFromString("--no-expose-gc");
    // The flags are those of all threads: another one that does the same may have taken this one back too early.
    if (collect) return () => void collect({ type: "major", flavor: "last-resort", execution: "sync" });
  }
  // A process whose flags are fixed goes on without: its memory goes back later.
  return () => {};
}

const mostTries = 1_000;
