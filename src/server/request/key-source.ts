import type { Caller } from "../../aws/caller.ts";

/** A source of access keys for one kind of caller. */
export interface KeySource {
  /** Returns the secret of a key that is valid now, and its caller; undefined for a key that is not of this source. */
  find(accessKeyId: string, region: string): Promise<{ readonly secret: string; readonly caller: Caller } | undefined>;
}
