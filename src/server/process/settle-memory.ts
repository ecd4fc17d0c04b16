import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Collects what only the start of this process needed, and gives its memory back to the system, which V8 does by itself
 * only once a heap is larger than a quiet server's ever is. Takes about 30 ms, in which nothing else runs.
 */
export function settleMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as NodeJS.GCFunction;
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", flavor: "last-resort", execution: "sync" });
}
