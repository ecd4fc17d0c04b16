import type { Caller } from "../../aws/caller.ts";

/** Access keys of one kind of callers. */
export interface KeySource {
  /** The secret of a key that is good now, and whose it is; undefined for a key that is none of this source. */
  find(accessKeyId: string, region: string): Promise<{ readonly secret: string; readonly caller: Caller } | undefined>;
}
