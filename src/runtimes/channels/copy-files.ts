import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";

/** Files up to this size are read whole: asking a thread for each step of a copy would take longer than the copy. */
const smallBytes = 512 * 1024;
/** So many small files are copied before the program looks at anything else. */
const filesATurn = 32;
/** How many large files are copied at the same time. */
const largeAtOnce = 2;

interface Copy {
  readonly from: string;
  readonly to: string;
}

/**
 * Copies files to places where there are none yet, large ones by sharing their blocks where the file system can.
 * @throws the error of the first that fails, with the copy that it is of
 */
export async function copyFiles(
  copies: readonly Copy[],
  failed: (copy: Copy, error: unknown) => unknown,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(smallBytes + 1);
  const large: Copy[] = [];
  for (const [at, copy] of copies.entries()) {
    if (at % filesATurn === filesATurn - 1) await nextTurn();
    try {
      if (!copySmall(copy, buffer)) large.push(copy);
    } catch (error) {
      throw failed(copy, error);
    }
  }
  const waiting = large.values();
  const copyOn = async () => {
    for (const copy of waiting) {
      try {
        await copyFile(copy.from, copy.to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      } catch (error) {
        throw failed(copy, error);
      }
    }
  };
  await Promise.all(Array.from({ length: largeAtOnce }, copyOn));
}

/** False when the file is not small. */
function copySmall({ from, to }: Copy, buffer: Buffer): boolean {
  const source = openSync(from, "r");
  let size: number;
  try {
    size = readSync(source, buffer, 0, buffer.length, 0);
  } finally {
    closeSync(source);
  }
  if (size === buffer.length) return false;
  const target = openSync(to, "wx");
  try {
    for (let at = 0; at < size; ) at += writeSync(target, buffer, at, size - at);
  } finally {
    closeSync(target);
  }
  return true;
}
