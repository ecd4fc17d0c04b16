import packageFile from "../../package.json" with { type: "json" };
import { guidePath } from "../base/guide-path.ts";
import { strayVariables } from "../server/settings/settings.ts";
import { commands } from "./commands/commands.gen.ts";
import { type Command, CommandError, readArguments, renderHelp } from "./define-command.ts";
import { didYouMean } from "./did-you-mean.ts";

const asksForHelp = ["--help", "-h", "help"];
const asksForVersion = ["--version", "-V", "version"];

/** Runs `sagebrush` with the words after its name and returns the exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  // A full disk or a closed pipe does not end a server: output that cannot be written is lost.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const [name = "help", ...rest] = words;
  const isHelp = asksForHelp.includes(name);
  if (asksForVersion.includes(name) || (isHelp && (rest[0] ?? "-").startsWith("-"))) {
    console.log(isHelp ? overview() : packageFile.version);
    return 0;
  }
  try {
    // "help start" is "start --help".
    const command = await find(isHelp ? rest[0]! : name);
    const given = readArguments(command, isHelp ? ["--help"] : rest);
    if (given.switches.has("help")) {
      console.log(renderHelp(command));
      return 0;
    }
    for (const line of strayVariables(process.env)) console.error(line);
    return await command.run(given);
  } catch (error) {
    // A refusal has an exit code; any other error is a mistake in Sagebrush and is shown with its stack.
    const exitCode = (error as { exitCode?: unknown }).exitCode;
    console.error(typeof exitCode === "number" ? (error as Error).message : error);
    return typeof exitCode === "number" ? exitCode : 70;
  }
}

/** @throws CommandError (exit code 2) when no command has that name */
async function find(name: string): Promise<Command> {
  const entry = commands.find((command) => command.name === name);
  if (entry) return entry.load();
  const names = [...commands.map((command) => command.name), "help", "version"];
  throw new CommandError(`${name} is no command of sagebrush.${didYouMean(name, names)}\n\n${overview()}`, 2);
}

function overview(): string {
  const rows = [
    ...commands,
    { name: "help", summary: "Shows this; with the name of a command its options, as COMMAND --help does." },
    { name: "version", summary: "Prints the version." },
  ];
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return `sagebrush COMMAND [OPTION...]\n\n${lines.join("\n")}

A running server shows the guide at ${guidePath}; here it is in docs/guide.`;
}
