import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { productRoot } from "../../server/process/product.ts";
import { clientEnvironment } from "../client-environment.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { needServer, settingsOf } from "../running-server.ts";

const pythonClients = join(productRoot, "clients", "python");

export const exec = defineCommand({
  name: "exec",
  summary: "Runs a command with the environment that points AWS clients at the server.",
  options: {},
  rest: "COMMAND...",
  notes: "Python programs are also led to the server where a library asks for an address of amazonaws.com.",
  async run(given) {
    const [program, ...words] = given.rest;
    if (program === undefined)
      throw new CommandError("There is no command after --, as in: bin/sagebrush exec -- aws s3 ls", 2);
    const { set, unset } = clientEnvironment(needServer(settingsOf(given)), process.env);
    const environment: NodeJS.ProcessEnv = { ...process.env, ...set };
    for (const name of unset) delete environment[name];
    environment.PYTHONPATH = [pythonClients, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
    return await runProgram(program, words, environment);
  },
});

/** Runs it on this terminal. Gives a shell's exit code: 127 not found, 126 not executable, 128 + signal. */
function runProgram(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, words, { stdio: "inherit", env });
  // A terminal sends Ctrl-C to the program too.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") reject(new CommandError(`${program} is not found on the PATH.`, 127));
      else reject(new CommandError(`${program} cannot be run: ${error.message}`, 126));
    });
    child.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}
