import { lstatSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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

/** Says before any work where files cannot be written as asked. @throws CommandError */
export function checkPlaces(options: Readonly<Record<string, string>>, names: readonly string[]): void {
  const given = names.flatMap((name) => (options[name] === undefined ? [] : [{ name, place: options[name] }]));
  const first = new Map<string, string>();
  for (const { name, place } of given) {
    const other = first.get(place);
    const what = place === "-" ? "stdout" : place;
    if (other !== undefined)
      throw new CommandError(`--${other} and --${name} both write ${what}; give one of them another file.`, 2);
    first.set(place, name);
    const folder = dirname(place);
    if (place !== "-" && !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new CommandError(`--${name} is ${place}, and there is no folder ${folder}. Make it, or give another.`, 2);
  }
}
