import { noSuchKey, preconditionFailed } from "../../aws/object-faults.ts";
import type { StoredObject, WriteCondition } from "./port.ts";

/** Refuses a write whose condition does not hold for the object under the key. */
export function checkCondition(
  key: string,
  found: StoredObject | undefined,
  condition: WriteCondition | undefined,
): void {
  if (condition === undefined) return;
  if (condition === "absent") {
    if (found) throw preconditionFailed("If-None-Match");
    return;
  }
  if (!found) throw noSuchKey(key);
  if ("etag" in condition) {
    if (found.etag !== condition.etag) throw preconditionFailed("If-Match");
  } else if (found.modified !== condition.modified) throw preconditionFailed("If-Match-Last-Modified-Time");
}
