import packageFile from "../../package.json" with { type: "json" };
import { nearest } from "../base/nearest.ts";
import { commands } from "./commands/commands.gen.ts";
import { CommandError, readArguments, renderHelp } from "./define-command.ts";

/** Runs `sagebrush` with the words after its name and gives the exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  // A full disk or a closed pipe does not end a server: output that cannot be written is lost.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const [name = "--help", ...rest] = words;
  if (name === "--help" || name === "-h" || name === "help" || name === "--version") {
    console.log(name === "--version" ? packageFile.version : overview());
    return 0;
  }
  try {
    const entry = commands.find((command) => command.name === name);
    if (entry === undefined) throw new CommandError(`${unknown(name)}\n\n${overview()}`, 2);
    const command = await entry.load();
    const given = readArguments(command, rest);
    if (given.switches.has("help")) {
      console.log(renderHelp(command));
      return 0;
    }
    return await command.run(given);
  } catch (error) {
    // A refusal has an exit code; any other error is a mistake in Sagebrush and is shown with its stack.
    const exitCode = (error as { exitCode?: unknown }).exitCode;
    console.error(typeof exitCode === "number" ? (error as Error).message : error);
    return typeof exitCode === "number" ? exitCode : 70;
  }
}

function unknown(name: string): string {
  const meant = nearest(
    name,
    commands.map((command) => command.name),
  );
  return `${name} is no command of sagebrush.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}

function overview(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}`);
  return `sagebrush COMMAND [OPTION...]\n\n${lines.join("\n")}\n\nsagebrush COMMAND --help shows the options of a command.`;
}
