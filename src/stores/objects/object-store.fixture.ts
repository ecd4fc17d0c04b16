import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type Clock, systemClock } from "../../base/clock.ts";
import { createIds } from "../../base/ids.ts";
import { createRandom } from "../../base/random.ts";
import { openFilesystemObjectStore } from "./filesystem.ts";
import type { ObjectStore } from "./port.ts";

/** Returns a function that opens an object store in a folder of its own; both are gone after the test. */
export function useObjectStore(): (clock?: Clock) => ObjectStore {
  const opened: { readonly folder: string; readonly objects: ObjectStore }[] = [];
  afterEach(async () => {
    for (const { folder, objects } of opened.splice(0)) {
      await objects.close();
      rmSync(folder, { recursive: true });
    }
  });
  return (clock = systemClock) => {
    const folder = mkdtempSync(join(tmpdir(), "sagebrush-objects-"));
    const random = createRandom(1);
    const ids = createIds(clock, (count) => Uint8Array.from({ length: count }, () => random.below(256)));
    const objects = openFilesystemObjectStore(folder, { clock, ids });
    opened.push({ folder, objects });
    return objects;
  };
}
