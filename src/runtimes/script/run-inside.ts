import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { stoppedCode } from "../run-program.ts";
import { type Inside, insideCommand } from "./inner-sandbox.ts";

interface InsideRun {
  readonly env: NodeJS.ProcessEnv;
  /** Asks the program to end, by SIGTERM, when it aborts. */
  readonly stopping: AbortSignal;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly graceSeconds: number;
  /** Called with each line of the program's errors. */
  readonly told?: (line: string) => void;
}

/** Runs a program in the inner sandbox to its end and returns its exit code as a shell reports it. */
export async function runInside(
  command: readonly string[],
  place: Inside,
  { env, stopping, graceSeconds, told }: InsideRun,
): Promise<number> {
  if (stopping.aborted) return stoppedCode;
  const [name, ...rest] = insideCommand(command, place);
  // The output is opened again because Node makes its own non-blocking, and a program sharing it would fail on a full
  // pipe.
  const output = openSync("/dev/stdout", "a");
  const child = spawn(name!, rest, { env, stdio: ["ignore", output, told ? "pipe" : output] });
  closeSync(output);
  if (told) {
    createInterface({ input: child.stderr! }).on("line", (line) => {
      process.stdout.write(`${line}\n`);
      told(line);
    });
  }
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    // A signal to bubblewrap itself would kill the program without a word.
    const inner = child.pid === undefined ? undefined : commandIn(child.pid);
    if (inner === undefined || !signal(inner)) child.kill("SIGKILL");
    killing = setTimeout(() => child.kill("SIGKILL"), graceSeconds * 1000);
  };
  stopping.addEventListener("abort", stop);
  try {
    // "close" comes when the errors have been read to their end too.
    const [code, ended] = (await once(child, told ? "close" : "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[ended!];
  } finally {
    stopping.removeEventListener("abort", stop);
    clearTimeout(killing);
  }
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
