import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, write } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { type PlannedProgram, plannedCommand } from "../images/planned-program.ts";
import { serverAddress } from "./server-address.ts";

/** Hears whole lines of one of a program's outputs. */
export type Told = (lines: string, output: "stdout" | "stderr") => void;

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
  /** Called with the program's lines, some at a time; they are printed all the same. */
  readonly told?: Told;
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
  if ([...command, ...Object.values(environment)].some((text) => text?.includes("\0"))) {
    console.error(`${name} cannot be started: an argument or a variable of it has a NUL character.`);
    return 127;
  }
  // The output is opened again because Node makes its own non-blocking, and a program sharing it would fail on a full
  // pipe.
  const output = openSync("/dev/stdout", "a");
  const child = spawn(name!, rest, {
    env: environment,
    stdio: ["ignore", told ? "pipe" : output, told ? "pipe" : output, ...(tellsStates ? (["inherit"] as const) : [])],
  });
  if (child.pid !== undefined) started?.(child.pid);
  const printing = told
    ? Promise.all([
        print(child.stdout!, output, (lines) => told(lines, "stdout")),
        print(child.stderr!, output, (lines) => told(lines, "stderr")),
      ])
    : undefined;
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    const isAsked = ask && child.pid !== undefined ? ask(child.pid) : child.kill("SIGTERM");
    if (!isAsked) child.kill("SIGKILL");
    if (graceSeconds !== undefined) killing = setTimeout(() => child.kill("SIGKILL"), graceSeconds * 1000);
  };
  stopping.addEventListener("abort", stop);
  try {
    const [ended] = await Promise.all([once(child, "exit"), printing]);
    const [code, signal] = ended as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal!];
  } catch (error) {
    console.error(`${name} cannot be started: ${(error as Error).message}`);
    return 127;
  } finally {
    // After the program's end the timer would only keep this process alive.
    stopping.removeEventListener("abort", stop);
    clearTimeout(killing);
    closeSync(output);
  }
}

/** Longer pieces without an end of line are printed as they are. */
const longestPiece = 64 * 1024;

/** Prints a program's output, whole lines at a time, so that two outputs do not tear each other's lines. */
async function print(from: Readable, output: number, told: (lines: string) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  const take = async (bytes: Buffer) => {
    await writeWhole(output, bytes);
    told(bytes.toString());
  };
  for await (const chunk of from as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.length > longestPiece ? bytes.length : bytes.lastIndexOf("\n") + 1;
    rest = bytes.subarray(end);
    if (end > 0) await take(bytes.subarray(0, end));
  }
  if (rest.length > 0) await take(rest);
}

const writeSome = promisify(write);

async function writeWhole(file: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await writeSome(file, bytes, at)).bytesWritten;
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
