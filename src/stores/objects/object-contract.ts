import type { ObjectKey, ObjectStore } from "./port.ts";

/** The store of the test that runs, and what tests do with it. */
export interface ObjectContract {
  readonly stored: () => ObjectStore;
  at(key: string, bucket?: string): ObjectKey;
  put(key: string, text?: string): Promise<unknown>;
}
