import { lstatSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { CommandError } from "../define-command.ts";

/**
 * Writes a text to a file, or for "-" to stdout. A file is there whole or not at all, whenever the program is killed.
 * @throws CommandError where that is not possible
 */
export function writeTo(place: string, text: string): void {
  if (place === "-") {
    process.stdout.write(text);
    return;
  }
  const part = `${place}.part-${process.pid}`;
  try {
    // A pipe, a device or a link is written where it is.
    const isOther = lstatSync(place, { throwIfNoEntry: false })?.isFile() === false;
    if (isOther) writeFileSync(place, text);
    else {
      writeFileSync(part, text);
      renameSync(part, place);
    }
  } catch (error) {
    rmSync(part, { force: true });
    throw new CommandError(`${place} cannot be written: ${(error as Error).message.replace(part, place)}`);
  }
  console.error(`Wrote ${place}.`);
}
