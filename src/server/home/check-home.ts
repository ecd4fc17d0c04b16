import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shellWord } from "../../base/shell-word.ts";
import { type Checkup, type Finding, findingOf } from "../checkup/checkup.ts";
import { keptAccount } from "./account.ts";
import { explainStartFailure } from "./explain-start-failure.ts";
import { formatOf, homeFormat } from "./format.ts";
import { openToOthers, writableByOthers, writableFix, writableWords } from "./home-folder.ts";
import { keysPath, readGivenKey, readKeptKey, readRunSecret } from "./keys.ts";

const gibibyte = 1024 ** 3;
const neededBytes = 2 * gibibyte;
const neededFiles = 10_000;

/** Returns what a start would refuse, or warn of. */
export function checkHome({ settings }: Checkup): readonly Finding[] {
  const title = "Home";
  const { home, account, adminKeyFile } = settings;
  try {
    if (adminKeyFile) readGivenKey(adminKeyFile);
    if (!existsSync(home)) {
      accessSync(nearestFolder(home), constants.W_OK | constants.X_OK);
      return [{ title, words: `${home} is made at the first start` }];
    }
    // First, because a mistyped --home may name a folder whose owner nobody should change.
    const format = formatOf(home);
    const unwritable = checkFolder(title, home);
    if (unwritable.length > 0) return unwritable;
    keptAccount(home, account);
    readKeptKey(home);
    readRunSecret(home);
    const { mode } = statSync(home);
    if ((mode & writableByOthers) !== 0)
      return [{ title, words: writableWords(home, mode), mark: "wrong", fix: writableFix(home) }];
    const keys = statSync(keysPath(home), { throwIfNoEntry: false });
    if (keys !== undefined && (keys.mode & 0o077) !== 0) {
      const words = `${keysPath(home)} can be read by others`;
      return [{ title, words, mark: "wrong", fix: `Run: chmod 600 ${shellWord(keysPath(home))}` }];
    }
    if ((mode & openToOthers) !== 0) {
      const words = `Other users may look into ${home} (its mode is ${(mode & 0o777).toString(8)}); the next start makes it yours alone`;
      return [{ title, words, mark: "note", fix: `Run: chmod 700 ${shellWord(home)}` }];
    }
    if (format === undefined || format === homeFormat) return [{ title, words: home }];
    return [{ title, words: `${home} has format ${format}; the next start copies it beside itself and upgrades it` }];
  } catch (error) {
    return [findingOf(title, explainStartFailure(error, home))];
  }
}

/** Room for bodies, and for files: a disk without either fails jobs and uploads. */
export async function checkDisk({ settings }: Checkup): Promise<readonly Finding[]> {
  const title = "Disk";
  const { home } = settings;
  const { bavail, bsize, files, ffree } = await statfs(nearestFolder(home));
  const fix = existsSync(home)
    ? `Make room, or give a --home on another disk. Run: du -sh ${shellWord(home)}/*`
    : "Make room, or give a --home on another disk.";
  // Disks that make room for files on demand report that they hold none.
  if (files > 0 && ffree < neededFiles)
    return [{ title, words: `room for ${ffree} more files only, for ${home}`, mark: "wrong", fix }];
  const words = `${((bavail * bsize) / gibibyte).toFixed(1)} GiB free for ${home}`;
  return [bavail * bsize >= neededBytes ? { title, words } : { title, words, mark: "wrong", fix }];
}

/**
 * Whether this user can use a folder of a home and what lies directly in it. A start as root leaves files that belong
 * to root.
 */
export function checkFolder(title: string, folder: string): readonly Finding[] {
  if (!existsSync(folder)) return [];
  const { R_OK, W_OK, X_OK } = constants;
  let path = folder;
  try {
    accessSync(folder, R_OK | W_OK | X_OK);
    for (const name of readdirSync(folder)) {
      path = join(folder, name);
      if (existsSync(path)) accessSync(path, R_OK | W_OK);
    }
    return [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") return [findingOf(title, explainStartFailure(error, path))];
    const user = process.getuid?.();
    const fix = `Run: sudo chown -R ${user} ${shellWord(folder)}`;
    return [{ title, words: `${path} cannot be read and written by this user (${user})`, mark: "wrong", fix }];
  }
}

/** Returns the folder itself, or the nearest one above it that exists. */
const nearestFolder = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
