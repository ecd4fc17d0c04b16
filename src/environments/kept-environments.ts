import { existsSync, readdirSync, renameSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type EnvironmentRecord, findEnvironment, usedFile } from "./environment.ts";
import { folderBytes } from "./folder-bytes.ts";
import { tryLock } from "./hold-lock.ts";
import { cacheFolder, makeLockFile, makingPrefix, useLockFile } from "./places.ts";

/** An environment as a list shows it. */
export interface KeptEnvironment {
  readonly name: string;
  readonly record: EnvironmentRecord;
  /** When a run last began to use it, in milliseconds since 1970. */
  readonly used: number;
  /** The requirements on top of the lock, on one line. */
  readonly requirements?: string;
}

const longestRequirements = 60;

/** Lists the complete environments of a folder by name. */
export function listEnvironments(folder: string): readonly KeptEnvironment[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort()
    .flatMap((name) => {
      const found = findEnvironment(folder, name);
      if (!found) return [];
      const { record } = found;
      const lines = record.requirements?.split(/\s*\n\s*/).filter((line) => line !== "" && !line.startsWith("#"));
      return {
        name,
        record,
        used: statSync(join(found.path, usedFile)).mtimeMs,
        ...(lines ? { requirements: lines.join(", ").slice(0, longestRequirements) } : {}),
      };
    });
}

/**
 * Removes an environment and what lies above it. Returns the reason when it cannot be removed: a run uses it. A run
 * holds a lock on each environment that it uses.
 */
export async function removeEnvironment(folder: string, name: string): Promise<string | undefined> {
  const above = readdirSync(folder).filter((entry) => entry.startsWith(`${name}+`));
  for (const each of [...above, name]) {
    const release = await tryLock(useLockFile(folder, each), "alone");
    if (release === undefined) return `A run uses the environment ${each}. Remove it when the job has ended.`;
    try {
      // Renamed first: a half-removed environment has no name under which it is found.
      const doomed = join(folder, `${makingPrefix}removed-${each}`);
      renameSync(join(folder, each), doomed);
      await rm(doomed, { recursive: true, force: true });
    } finally {
      release();
    }
  }
  return undefined;
}

const dayMilliseconds = 86_400_000;

/** Removes environments that no run used for so many days, what killed makers left, and the cache of packages. */
export async function pruneEnvironments(
  folder: string,
  days: number,
): Promise<{ readonly removed: readonly string[]; readonly bytes: number }> {
  if (!existsSync(folder)) return { removed: [], bytes: 0 };
  const before = folderBytes(folder);
  const removed: string[] = [];
  const oldest = Date.now() - days * dayMilliseconds;
  for (const { name, used } of listEnvironments(folder).toReversed()) {
    if (used > oldest || !existsSync(join(folder, name))) continue;
    if ((await removeEnvironment(folder, name)) === undefined) removed.push(name);
  }
  for (const entry of readdirSync(folder)) {
    const made = new RegExp(`^\\${makingPrefix}(?<name>.*)-[^-]*$`).exec(entry)?.groups?.name;
    if (made === undefined && entry !== cacheFolder) continue;
    // A maker holds the lock of its environment. The cache belongs to no single one.
    const release = made === undefined ? () => {} : await tryLock(makeLockFile(folder, made), "alone");
    if (release === undefined) continue;
    await rm(join(folder, entry), { recursive: true, force: true });
    release();
  }
  return { removed, bytes: Math.max(before - folderBytes(folder), 0) };
}
