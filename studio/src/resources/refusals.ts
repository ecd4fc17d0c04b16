import type { Item } from "../declare/item.ts";
import { valueAt } from "../declare/path.ts";
import { isUnderWay } from "../values/status.tsx";

/** Refuses an action for all but these statuses. */
export const unless =
  (member: string, statuses: readonly string[], words: string) =>
  (item: Item): string | undefined =>
    statuses.includes(String(valueAt(item, member))) ? undefined : words;

/** Refuses to stop what no longer runs. */
export const stopsOnly =
  (member: string) =>
  (item: Item): string | undefined =>
    isUnderWay(valueAt(item, member)) ? undefined : "It does not run";
