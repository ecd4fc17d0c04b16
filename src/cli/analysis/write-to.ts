import { writeFileSync } from "node:fs";
import { CommandError } from "../define-command.ts";

/** Writes a text to a file, or for "-" to stdout. @throws CommandError where that is not possible */
export function writeTo(place: string, text: string): void {
  if (place === "-") {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(place, text);
  } catch (error) {
    throw new CommandError(`${place} cannot be written: ${(error as Error).message}`);
  }
  console.error(`Wrote ${place}.`);
}
