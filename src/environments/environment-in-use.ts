import { setTimeout as delay } from "node:timers/promises";
import { baseName, type Environment, findEnvironment, noteUse, withBelow } from "./environment.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { tryLock } from "./hold-lock.ts";
import { lockBelow } from "./locks.ts";
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

/** The same for the environment of a lock, and for those that it lies above. */
export async function lockInUse(plan: EnvironmentPlan): Promise<Environment | undefined> {
  const lock = lockBelow(plan.lock);
  const base = lock && (await lockInUse({ ...plan, lock }));
  if (lock !== undefined && base === undefined) return undefined;
  return environmentInUse(plan.folder, baseName(plan), base ? withBelow(base) : []);
}

/** Kept here, because a lock that is collected as garbage is released. */
const uses: (() => void)[] = [];
const removalMilliseconds = 50;
