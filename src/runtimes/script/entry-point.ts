import { chmodSync, existsSync, readdirSync, realpathSync } from "node:fs";
import { isAbsolute, join, normalize, sep } from "node:path";
import { shellWord } from "../../base/shell-word.ts";
import { ScriptFault } from "./script-fault.ts";

/** How an entry point is run: as a file of Python, as a module of a package that is installed first, or by a shell. */
export type EntryPointKind = "program" | "package" | "command";

const advice =
  "Set the hyperparameter sagemaker_program to its path inside the source folder, for example train.py or bin/train.sh.";

/** @throws ScriptFault for a name that is no path inside the source folder, or names nothing there */
export function entryPointKind(name: string | undefined, folder: string): EntryPointKind {
  if (!name) throw new ScriptFault(`The job names no script. ${advice}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no path of a script has one
  if (isAbsolute(name) || /^\.\.(\/|$)|[\0-\x1f]/.test(normalize(name)))
    throw new ScriptFault(`The entry point ${JSON.stringify(name)} is no path inside the source folder. ${advice}`);
  const kind = kindOf(name, readdirSync(folder));
  if (kind === "package") return kind;
  const file = join(folder, name);
  if (!existsSync(file))
    throw new ScriptFault(`The script ${name} is not there. The source folder has ${listed(folder)}. ${advice}`);
  const real = realpathSync(file);
  if (!real.startsWith(realpathSync(folder) + sep))
    throw new ScriptFault(`The script ${name} leads out of the source folder. ${advice}`);
  if (kind === "command") chmodSync(real, 0o777);
  return kind;
}

function kindOf(name: string, files: readonly string[]): EntryPointKind {
  if (name.endsWith(".sh")) return "command";
  if (files.includes("setup.py")) return "package";
  return name.endsWith(".py") ? "program" : "command";
}

const shownFiles = 10;

function listed(folder: string): string {
  const files = readdirSync(folder).sort();
  if (files.length === 0) return "no files";
  return files.slice(0, shownFiles).join(", ") + (files.length > shownFiles ? " and others" : "");
}

/** The command that runs an entry point in the source folder. */
export function entryPointCommand(
  kind: EntryPointKind,
  name: string,
  words: readonly string[],
  python: string,
): string[] {
  if (kind === "package") return [python, "-m", normalize(name).replace(/\.py$/, ""), ...words];
  if (kind === "program") return [python, "--", name, ...words];
  return ["/bin/sh", "-c", `./${shellWord(name)} ${words.map(quoted).join(" ")}`];
}

/** As Python's shlex.quote does it. */
const quoted = (word: string): string =>
  word !== "" && /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
