import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunExit } from "../port.ts";
import type { ProcessIdentity } from "./processes.ts";

/**
 * What a run's folder holds. The keeper writes it, the server reads it; neither needs the other to be alive.
 *
 *     launch.json   what the keeper is to do (written before the keeper is started; holds the run's own secrets)
 *     keeper.json   who keeps the run: made once, by the keeper that won
 *     command.json  the process that the keeper started
 *     stop.json     that the run is to end, and within how many seconds
 *     ml/           what the run sees as /opt/ml
 *     log           "<epoch ms> <line>\n", times never going back
 *     events        a RecordedState as JSON per line
 *     exit.json     a RunExit: the last thing written
 *     errors        what went wrong in the keeper itself
 */
export interface RunFolder {
  readonly root: string;
  readonly launch: string;
  readonly keeper: string;
  readonly command: string;
  readonly stop: string;
  readonly ml: string;
  readonly log: string;
  readonly events: string;
  readonly exit: string;
  readonly errors: string;
}

/** The name of what the run sees as /opt/ml. */
export const mlFolder = "ml";

export const runFolder = (root: string): RunFolder => ({
  root,
  launch: join(root, "launch.json"),
  keeper: join(root, "keeper.json"),
  command: join(root, "command.json"),
  stop: join(root, "stop.json"),
  ml: join(root, mlFolder),
  log: join(root, "log"),
  events: join(root, "events"),
  exit: join(root, "exit.json"),
  errors: join(root, "errors"),
});

/** What the keeper is told. Everything that needs thinking (the sandbox, the environment) is decided by the server. */
export interface Launch {
  /** The whole command line, the sandbox's included. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** How the run is kept apart; with bubblewrap the command tells its process id on file descriptor 4. */
  readonly sandbox: "bubblewrap" | "plain";
  /** The first line of the log. */
  readonly note: string;
  readonly memoryBytes?: number;
  readonly runtimeSeconds?: number;
  readonly graceSeconds: number;
  /** The file that a living server touches, and how long it may stay untouched. */
  readonly lease: { readonly file: string; readonly seconds: number };
}

export interface StopRequest {
  readonly graceSeconds: number;
}

export interface KeeperRecord extends ProcessIdentity {
  /** The control group that holds the run's memory, when there is one; removed with the run. */
  readonly cgroup?: string;
}

/** A line of `events`. `log` is the length of the log when it happened, so both files merge into one exact order. */
export interface RecordedState {
  readonly number: number;
  readonly time: number;
  readonly log: number;
  readonly state: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** undefined when it is not there, or damaged: a machine that loses its power may leave any file empty. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Readers see the old content or the new, never a part. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(value), { mode: 0o600, flush: true });
  renameSync(temporary, path);
}

/** The same, but only the first writer wins: false when the file is there already. */
export function writeJsonOnce(path: string, value: unknown): boolean {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(value), { mode: 0o600, flush: true });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

export const readExit = (folder: RunFolder): RunExit | undefined => readJson<RunExit>(folder.exit);
