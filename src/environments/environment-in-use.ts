import { setTimeout as delay } from "node:timers/promises";
import { type Environment, findEnvironment, noteUse } from "./environment.ts";
import { tryLock } from "./hold-lock.ts";
import { useLockFile } from "./places.ts";

/** Finds an environment and locks it until this process ends, so that no other process removes it. */
export async function environmentInUse(
  folder: string,
  name: string,
  below: readonly Environment[],
): Promise<Environment | undefined> {
  while (findEnvironment(folder, name)) {
    const release = await tryLock(useLockFile(folder, name), "shared");
    const found = findEnvironment(folder, name, below);
    if (release !== undefined && found) {
      uses.push(release);
      noteUse(found);
      return found;
    }
    // Another process is removing it.
    release?.();
    await delay(removalMilliseconds);
  }
  return undefined;
}

/** Kept here, because a lock that is collected as garbage is released. */
const uses: (() => void)[] = [];
const removalMilliseconds = 50;
