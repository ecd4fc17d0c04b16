import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { type PlannedProgram, plannedCommand } from "../images/planned-program.ts";
import { serverAddress } from "./server-address.ts";

/** A program that a run starts after its preparations and before its clean-up. */
export interface Program {
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Asks the program to end, by SIGTERM, when it aborts. */
  readonly stopping: AbortSignal;
  /** Seconds from SIGTERM to SIGKILL; absent when only the keeper kills. */
  readonly graceSeconds?: number;
  /** Whether the program tells states itself, as a program of the platform may. */
  readonly tellsStates?: boolean;
  /** Called with the process id of the program. */
  readonly started?: (pid: number) => void;
  /** Called with each line of the program's errors; they are printed all the same. */
  readonly told?: (line: string) => void;
  /** Asks the program to end where a signal to its own process does not; false when it cannot, and it is killed. */
  readonly ask?: (pid: number) => boolean;
}

/** The exit code of a run that was stopped. */
export const stoppedCode = 128 + constants.signals.SIGTERM;

/** Runs a program to its end and returns its exit code as a shell reports it: 127 when it cannot be started. */
export async function runProgram(program: Program): Promise<number> {
  const { command, environment, stopping, graceSeconds, tellsStates, started, told, ask } = program;
  if (stopping.aborted) return stoppedCode;
  const [name, ...rest] = command;
  // The output is opened again because Node makes its own non-blocking, and a program sharing it would fail on a full
  // pipe.
  const output = openSync("/dev/stdout", "a");
  const child = spawn(name!, rest, {
    env: environment,
    stdio: ["ignore", output, told ? "pipe" : output, ...(tellsStates ? (["inherit"] as const) : [])],
  });
  closeSync(output);
  if (child.pid !== undefined) started?.(child.pid);
  if (told)
    createInterface({ input: child.stderr! }).on("line", (line) => {
      process.stdout.write(`${line}\n`);
      told(line);
    });
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    const isAsked = ask && child.pid !== undefined ? ask(child.pid) : child.kill("SIGTERM");
    if (!isAsked) child.kill("SIGKILL");
    if (graceSeconds !== undefined) killing = setTimeout(() => child.kill("SIGKILL"), graceSeconds * 1000);
  };
  stopping.addEventListener("abort", stop);
  try {
    // "close" comes when the errors have been read to their end too.
    const [code, signal] = (await once(child, told ? "close" : "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal!];
  } catch (error) {
    console.error(`${name} cannot be started: ${(error as Error).message}`);
    return 127;
  } finally {
    // After the program's end the timer would only keep this process alive.
    stopping.removeEventListener("abort", stop);
    clearTimeout(killing);
  }
}

/** Aborts at SIGTERM, which asks the run to end. */
export function abortedBySigterm(): AbortController {
  const stopping = new AbortController();
  process.on("SIGTERM", () => stopping.abort());
  return stopping;
}

/** Returns the command line of a plan's program, in the product that this file belongs to. */
export const commandOf = (plan: PlannedProgram): readonly string[] =>
  plannedCommand(plan, { node: process.execPath, productRoot: dirname(dirname(import.meta.dirname)) });

/**
 * Returns the variables of a plan's program: the job's own, then the run's identity and those of the contract, which
 * win. The variable of the events descriptor is left out, because only the platform tells states.
 */
export function programEnvironment(
  own: Readonly<Record<string, string>>,
  contract: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const { SAGEBRUSH_EVENTS_FD: _, ...platform } = process.env;
  return { ...own, ...platform, AWS_ENDPOINT_URL: serverAddress(), ...contract };
}
