import { readFileSync } from "node:fs";
import { type Program, runProgram } from "../run-program.ts";
import { type Inside, insideCommand } from "./inner-sandbox.ts";

interface InsideRun extends Pick<Program, "stopping" | "graceSeconds" | "told"> {
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a program in the inner sandbox to its end and returns its exit code as a shell reports it. */
export const runInside = (command: readonly string[], place: Inside, { env, ...run }: InsideRun): Promise<number> =>
  runProgram({ ...run, command: insideCommand(command, place), environment: env, ask: askInside });

/** A signal to bubblewrap itself would kill the program without a word. */
function askInside(bubblewrap: number): boolean {
  const inner = commandIn(bubblewrap);
  return inner !== undefined && signal(inner);
}

/** The command of a sandbox: the child of its first process, which is the child of bubblewrap. */
function commandIn(bubblewrap: number): number | undefined {
  const first = childrenOf(bubblewrap)[0];
  return first === undefined ? undefined : childrenOf(first)[0];
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signal(pid: number): boolean {
  try {
    process.kill(pid, "SIGTERM");
    return true;
  } catch {
    return false;
  }
}
