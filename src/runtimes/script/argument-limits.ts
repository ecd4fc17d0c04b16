import { ScriptFault } from "./script-fault.ts";

/** What Linux takes of one argument or variable, and of all of them, bytes. */
const longestArgument = 128 * 1024;
const longestArguments = 2 * 1024 * 1024;

/** What Python says of a program that was given more; the training toolkit's failure begins with it. */
export const tooLong =
  "[Errno 7] Argument list too long: an argument or a variable of the script has more than 128 KiB. SM_HPS and SM_TRAINING_ENV have all hyperparameters.";

export function isTooLong(command: readonly string[], variables: Readonly<Record<string, string>>): boolean {
  const texts = [...command, ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)];
  const lengths = texts.map((text) => Buffer.byteLength(text) + 1);
  return Math.max(...lengths) > longestArgument || lengths.reduce((sum, length) => sum + length, 0) > longestArguments;
}

/**
 * Returns a script's arguments, each value after its name.
 * @throws ScriptFault for one that no program can be given
 */
export function passable(values: readonly string[]): readonly string[] {
  const at = values.findIndex((value) => value.includes("\0"));
  if (at < 0) return values;
  const name = values[at % 2 === 0 ? at : at - 1]!;
  throw new ScriptFault(
    `The hyperparameter ${JSON.stringify(name)} has a NUL character, which no argument of a program can have.`,
  );
}
