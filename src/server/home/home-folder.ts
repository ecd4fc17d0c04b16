import { chmodSync, readdirSync, statSync } from "node:fs";
import { shellWord } from "../../base/shell-word.ts";
import { formatOf } from "./format.ts";
import { makeFolder } from "./make-folder.ts";
import { StartFailure } from "./start-failure.ts";

/** The modes of a folder by which its group or others may write to it, and may do anything with it. */
export const writableByOthers = 0o022;
export const openToOthers = 0o077;

/**
 * Makes the folder of a home where there is none, and one that is there its owner's alone: keys and data lie in it. A
 * refusal leaves everything as it was.
 * @throws StartFailure for a folder of other things, and for one in which others may have put something
 */
export function openHomeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    makeFolder(path);
    return;
  }
  formatOf(path);
  if ((found.mode & writableByOthers) !== 0 && readdirSync(path).length > 0)
    throw new StartFailure(`${writableWords(path, found.mode)}. ${writableFix(path)}`);
  if ((found.mode & openToOthers) !== 0) chmodSync(path, 0o700);
}

export const writableWords = (path: string, mode: number): string =>
  `Other users may write to ${path} (its mode is ${(mode & 0o777).toString(8)}), so its keys and data may be theirs`;

export const writableFix = (path: string): string => `If all that is in it is yours, run: chmod 700 ${shellWord(path)}`;
