import { spawn } from "node:child_process";
import { constants } from "node:os";
import { CommandError } from "./define-command.ts";

/** Runs it on this terminal. Returns a shell's exit code: 127 not found, 126 not executable, 128 + signal. */
export function runProgram(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
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
