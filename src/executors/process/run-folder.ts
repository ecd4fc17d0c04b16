import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunExit } from "../port.ts";
import { segmentsName } from "./inner-sandbox.ts";
import type { LogLimits } from "./log-allowance.ts";
import type { ProcessIdentity } from "./processes.ts";

/**
 * What a run's folder holds. The keeper writes log, events and exit, the server the rest; neither needs the other
 * alive.
 *
 *     launch.json   what the keeper is to do (written before the keeper is started; holds the run's own secrets)
 *     keeper.json   who keeps the run: made once, by the first keeper
 *     command.json  the process that the keeper started
 *     stop.json     the request to end the run, with its grace in seconds
 *     ml/           what the run sees as /opt/ml
 *     tmp/          what a sandboxed run sees as /tmp and /var/tmp
 *     own/          a folder of the run's program, which what it starts in its inner sandbox does not see
 *     own/segments  what System V's objects take of the memory, where only a program of the sandbox can see it
 *     inner-sandbox the program that starts commands there
 *     log           "<epoch ms> <line>\n", times never going back; continued in log.<start>, see log-segments.ts
 *     room          what the run's end needs of a full disk: removed before the exit is written
 *     events        a RecordedState as JSON per line
 *     exit.json     a RunExit: the last thing written
 *     errors        the errors of the keeper itself
 *     pulse/keeper  touched by the keeper as long as it runs; in a folder of its own, because this one is watched
 *     pulse/disk.json  a DiskUse, written at each look
 */
export interface RunFolder {
  readonly root: string;
  readonly launch: string;
  readonly keeper: string;
  readonly command: string;
  readonly stop: string;
  readonly ml: string;
  readonly tmp: string;
  readonly own: string;
  readonly segments: string;
  readonly innerSandbox: string;
  readonly log: string;
  readonly events: string;
  readonly exit: string;
  readonly errors: string;
  readonly pulse: string;
  readonly disk: string;
}

/** What the run's files took of the disk at the keeper's last look. */
export interface DiskUse {
  readonly bytes: number;
}

/** The name of the folder that the run sees as /opt/ml. */
export const mlFolder = "ml";

export const runFolder = (root: string): RunFolder => ({
  root,
  launch: join(root, "launch.json"),
  keeper: join(root, "keeper.json"),
  command: join(root, "command.json"),
  stop: join(root, "stop.json"),
  ml: join(root, mlFolder),
  tmp: join(root, "tmp"),
  own: join(root, "own"),
  segments: join(root, "own", segmentsName),
  innerSandbox: join(root, "inner-sandbox"),
  log: join(root, "log"),
  events: join(root, "events"),
  exit: join(root, "exit.json"),
  errors: join(root, "errors"),
  pulse: join(root, "pulse", "keeper"),
  disk: join(root, "pulse", "disk.json"),
});

/** The keeper's instructions. The server has decided everything: the sandbox, the environment, the limits. */
export interface Launch {
  /** The whole command line, including the sandbox's. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** How the run is isolated. A sandbox's first process is the child of the command, and the run's program that one's. */
  readonly sandbox: "bubblewrap" | "unshare" | "plain";
  readonly memoryBytes?: number;
  readonly cores?: number;
  readonly processes?: number;
  readonly diskBytes?: number;
  readonly runtimeSeconds?: number;
  readonly silenceSeconds?: number;
  readonly stoppedSeconds?: number;
  readonly graceSeconds: number;
  /** Absent in those of older servers. */
  readonly log?: LogLimits;
  /** Present for a run of a group of several hosts. */
  readonly group?: LaunchGroup;
  /** The file that a running server touches, and how long it may stay untouched. */
  readonly lease: { readonly file: string; readonly seconds: number };
}

interface LaunchGroup {
  readonly id: string;
  /** Made by the keeper of a run that fails. The others look for it, and end theirs. */
  readonly failed: string;
  /** The process without which the hosts have no network; absent where they have the machine's. */
  readonly holder?: ProcessIdentity | undefined;
  /** What the log says of the network. */
  readonly words?: string | undefined;
}

/** The code with which a keeper ends that finds its disk full: there it leaves no words. */
export const noRoomCode = 75;

export interface StopRequest {
  readonly graceSeconds: number;
}

export interface KeeperRecord extends ProcessIdentity {
  /** The control groups of the run, which are removed with it; a single text in the records of older keepers. */
  readonly cgroup?: string | readonly string[];
}

/**
 * A line of `events`. `log` is the log's length when the state was told, by which both files merge in their exact
 * order.
 */
export interface RecordedState {
  readonly number: number;
  readonly time: number;
  readonly log: number;
  readonly state: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Returns undefined when the file is missing or damaged: a loss of power may leave any file empty. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Replaces a file's content; readers see the old content or the new, never a part. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(value), { mode: 0o600, flush: true });
  renameSync(temporary, path);
}

/** Writes a file once; false when it exists already. */
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
