import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * Calls with each line of a stream. One that breaks off has no more lines: whoever made the stream sees why. (Node's readline repeats an
 * error of its input as one of its own, which would end the process.)
 */
export function readLines(input: Readable, read: (line: string) => void): void {
  createInterface({ input })
    .on("error", () => {})
    .on("line", read);
}
