import { setFlagsFromString } from "node:v8";
import { garbageCollector } from "../garbage-collector.ts";

/** A model server that was not asked for so long is idle. */
export const idleMilliseconds = 3_000;

/**
 * Keeps the memory of a model server small beside its model: what only the start needed is given back, and what requests
 * needed when there have been none for a while. V8 does so by itself only in much larger heaps.
 * @returns what is to be called at each request
 */
export function settleMemory(): () => void {
  const collect = garbageCollector();
  collect();
  // The young generation does not grow under load. Set when the programs are loaded, because V8 takes compiled code only
  // of a process with the same flags.
  setFlagsFromString("--semi-space-growth-factor=1");
  let asked = 0;
  let seen = 0;
  let isWatched = false;
  const look = () => {
    if (asked === seen) {
      isWatched = false;
      collect();
    } else {
      seen = asked;
      setTimeout(look, idleMilliseconds).unref();
    }
  };
  return () => {
    asked++;
    if (isWatched) return;
    isWatched = true;
    setTimeout(look, idleMilliseconds).unref();
  };
}
