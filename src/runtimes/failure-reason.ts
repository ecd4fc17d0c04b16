import type { FileHandle } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { memoryAdvice } from "../images/training-plan.ts";
import { noRoom, wasFull } from "./disk-room.ts";
import { mlRoot } from "./ml-root.ts";
import { readOwnFile } from "./own-files.ts";

/** How many characters of the failure file AWS shows. */
const longestReason = 1024;
const mostBytes = 4 * longestReason;
/** The words of the system, which programs print, and ours. */
export const tellsOfDisk = new RegExp(`${noRoom}|no space left on device`, "i");
/** Of the kinds of failures, those that a program may say itself: others are the platform's, and are tried again. */
const prefixes = /^(AlgorithmError|ClientError):/;

/**
 * Returns AWS's wording of what the program wrote to /opt/ml/output/failure.
 * @param saysDiskIsFull whether the program has printed that
 */
export async function failureReason(code: number, saysDiskIsFull = false): Promise<string> {
  let text = (await readOwnFile(join(mlRoot, "output/failure"), beginning)) ?? "";
  if (text === "" && code === 128 + constants.signals.SIGKILL) {
    text = `ClientError: ${memoryAdvice}`;
  }
  if (!tellsOfDisk.test(text)) {
    if (wasFull()) text = `${text} (${noRoom}: the disk that holds the job's files was full.)`.trim();
    else if (saysDiskIsFull) text = `${text} (${noRoom}: see "No space left on device" in the job's log.)`.trim();
  }
  return `${prefixes.test(text) ? text : `AlgorithmError: ${text}`}, exit code: ${code}`;
}

async function beginning(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
  return buffer.toString("utf8", 0, bytesRead).slice(0, longestReason).trim();
}
