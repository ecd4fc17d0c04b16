import { parseArgs } from "node:util";
import { shellWord } from "../base/shell-word.ts";
import { didYouMean } from "./did-you-mean.ts";

/** An option of a command. With a `value`, its name in the help, it takes a text; without one it is a switch. */
interface Option {
  readonly value?: string;
  /** One letter that stands for it after a single dash. */
  readonly short?: string;
  readonly words: string;
}

/** What a command was given. */
export interface Arguments {
  /** By the option's name. */
  readonly options: Readonly<Record<string, string>>;
  /** The words that are no options. */
  readonly words: readonly string[];
  /** The names of the switches. */
  readonly switches: ReadonlySet<string>;
  /** The words after `--`. */
  readonly rest: readonly string[];
}

/** One command of `sagebrush`: a file of commands/, found by `npm run gen`. */
export interface Command {
  readonly unit: "command";
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Option>>;
  /** How the words that it takes besides options are shown in the help: "ACTION [NAME...]". */
  readonly words?: string;
  /** How the rest of the line is shown in the help, for a command that runs another one: "COMMAND...". */
  readonly rest?: string;
  /** Lines after the options in the help. */
  readonly notes?: string;
  /** Returns the exit code. Throws a CommandError to refuse. */
  run(given: Arguments): Promise<number>;
}

/** A line of the generated list: enough for the overview, which loads no command. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** A refusal that is shown as it is, without a stack. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

const shared: Readonly<Record<string, Option>> = {
  home: { value: "DIR", words: "the home folder; else $SAGEBRUSH_HOME, else ~/.sagebrush" },
  help: { short: "h", words: "shows this" },
};

/** Declares a command. Every command takes --home and --help besides its own options. */
export const defineCommand = (command: Omit<Command, "unit">): Command => ({
  unit: "command",
  ...command,
  options: { ...command.options, ...shared },
});

/**
 * Reads the words after the command's name.
 * @throws CommandError (exit code 2) that names what is wrong and what is allowed
 */
export function readArguments(command: Command, words: readonly string[]): Arguments {
  const separator = words.indexOf("--");
  const own = separator < 0 ? words : words.slice(0, separator);
  const rest = separator < 0 ? [] : words.slice(separator + 1);
  const refuse = (problem: string) => new CommandError(`${problem}\n\n${renderHelp(command)}`, 2);
  const unknown = own.find((word) => isUnknown(command, word));
  if (unknown !== undefined) {
    const names = Object.keys(command.options).map((name) => `--${name}`);
    const [given = unknown] = unknown.split("=");
    throw refuse(`${command.name} has no option ${given}.${didYouMean(given, names)}`);
  }
  const bare = Object.entries(command.options).find(
    ([name, { value }]) => value !== undefined && lacksValue(own, name),
  );
  if (bare !== undefined) throw refuse(`--${bare[0]} needs a value: --${bare[0]} ${bare[1].value}.`);
  const types = Object.entries(command.options).map(
    ([name, { value, short }]) =>
      [name, { type: value === undefined ? "boolean" : "string", ...(short && { short }) }] as const,
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...own],
      options: Object.fromEntries(types),
      allowPositionals: true,
    });
    if (positionals.length > 0 && command.words === undefined) throw new Error(stray(command, positionals));
    if (rest.length > 0 && command.rest === undefined) throw new Error(`${command.name} takes nothing after --.`);
    const texts = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    const switches = Object.keys(values).filter((name) => values[name] === true);
    return { options: Object.fromEntries(texts), switches: new Set(switches), words: positionals, rest };
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** Whether an option has no word behind it, or another option. */
function lacksValue(words: readonly string[], name: string): boolean {
  const at = words.indexOf(`--${name}`);
  // A dash alone is a value: the standard input.
  return at >= 0 && /^-./.test(words[at + 1] ?? "--");
}

const isUnknown = ({ options }: Command, word: string): boolean =>
  word.startsWith("--") && options[word.slice(2).split("=")[0]!] === undefined;

/**
 * Returns the refusal of words where options belong. Most often they are a command to run that lacks the `--` before
 * it.
 */
const stray = (command: Command, words: readonly string[]): string =>
  command.rest === undefined
    ? `${command.name} takes options only, and was given "${words[0]}".`
    : `What ${command.name} runs is given after --, as in: ${command.name} -- ${words.map(shellWord).join(" ")}`;

export function renderHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, { value, words }]) => ({
    form: value === undefined ? `--${name}` : `--${name} ${value}`,
    words,
  }));
  const width = Math.max(...options.map(({ form }) => form.length)) + 2;
  const lines = options.map(({ form, words }) => `  ${form.padEnd(width)}${words}`);
  const words = command.words === undefined ? "" : ` ${command.words}`;
  const usage = `sagebrush ${command.name}${words} [OPTION...]${command.rest === undefined ? "" : ` -- ${command.rest}`}`;
  const notes = command.notes === undefined ? "" : `\n${command.notes}\n`;
  return `${usage}\n\n${command.summary}\n\n${lines.join("\n")}\n${notes}`;
}
