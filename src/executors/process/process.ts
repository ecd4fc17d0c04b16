import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Executor, RunCondition, RunSpec } from "../port.ts";
import { followRun } from "./follow-run.ts";
import { compileCache, layRun } from "./lay-run.ts";
import { removeMemoryGroup } from "./memory-group.ts";
import { isAlive, killMarked, type ProcessIdentity, signalProcess } from "./processes.ts";
import {
  type KeeperRecord,
  type Launch,
  type RunFolder,
  readExit,
  readJson,
  runFolder,
  writeJson,
} from "./run-folder.ts";
import { probeSandbox, type SandboxProbe } from "./sandbox.ts";
import { createSocketReach } from "./socket-reach.ts";

export interface ProcessExecutorOptions {
  /** Holds a folder for every run; made when it is missing. */
  readonly folder: string;
  /** What runs must not see even where the product's folder holds it. */
  readonly home: string;
  /** The file that the server touches every minute while it lives. */
  readonly lease: string;
  /** How long the lease may stay untouched before keepers end their runs. Default 600. */
  readonly leaseSeconds?: number;
  readonly productRoot: string;
  readonly node: string;
  /** `auto`, the default: bubblewrap where it works. */
  readonly sandbox?: "auto" | "plain";
}

/** Runs commands on this machine, each under a keeper process of its own that outlives the server. */
export function createProcessExecutor(options: ProcessExecutorOptions): Executor {
  sweepHalfRemoved(options.folder);

  const folderOf = (runId: string): RunFolder => {
    if (!/^[\w-]+$/.test(runId)) throw new RangeError(`Run id ${JSON.stringify(runId)} is no plain word`);
    return runFolder(join(options.folder, runId));
  };

  let probe: SandboxProbe | undefined;
  const sandbox = (): SandboxProbe => {
    probe ??= options.sandbox === "plain" ? { works: false, reason: "the settings ask for none" } : probeSandbox();
    return probe;
  };

  async function start(runId: string, spec: RunSpec): Promise<void> {
    if (spec.network === "none") throw new RangeError("The process executor cannot take the network from a run");
    const folder = folderOf(runId);
    if (existsSync(folder.keeper)) return;
    writeJson(folder.launch, layRun(folder, spec, sandbox(), options));
    await startKeeper(folder, options.node);
  }

  async function find(runId: string): Promise<RunCondition> {
    return conditionOf(folderOf(runId));
  }

  async function stop(runId: string, graceSeconds: number): Promise<void> {
    const folder = folderOf(runId);
    const condition = conditionOf(folder);
    if (condition.state === "lost") killLeftovers(folder);
    if (condition.state !== "running") return;
    const keeper = readJson<KeeperRecord>(folder.keeper)!;
    try {
      writeJson(folder.stop, { graceSeconds });
    } catch (error) {
      if (graceSeconds > 0) throw error;
      // A full disk: without the words there is no grace, so nothing is to be lost by ending it from here.
      signalProcess(keeper, "SIGKILL");
      killLeftovers(folder);
      return;
    }
    signalProcess(keeper, "SIGTERM");
  }

  async function remove(runId: string): Promise<void> {
    const folder = folderOf(runId);
    if (conditionOf(folder).state === "running") {
      await stop(runId, 0);
      for await (const _ of followRun(folder, undefined, AbortSignal.timeout(endMilliseconds)));
    }
    const keeper = readJson<KeeperRecord>(folder.keeper);
    if (keeper) signalProcess(keeper, "SIGKILL");
    killLeftovers(folder);
    if (keeper?.cgroup) removeMemoryGroup(keeper.cgroup);
    // Out of sight first: a run that is half removed must not be taken for a lost one.
    const doomed = join(options.folder, `.removed-${runId}`);
    try {
      renameSync(folder.root, doomed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    await rm(doomed, { recursive: true, force: true });
  }

  async function list(): Promise<readonly string[]> {
    const names = await readdir(options.folder);
    return names.filter((name) => !name.startsWith("."));
  }

  return {
    name: "process",
    abilities: { gpus: false, nodes: "one", networkIsolation: false, containers: false },
    start,
    find,
    events: (runId, after, signal) => followRun(folderOf(runId), after, signal),
    socket: createSocketReach(options.folder),
    stop,
    remove,
    list,
  };
}

/** What a server that was killed had begun to remove. */
function sweepHalfRemoved(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.startsWith(".removed-")) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** How long a run that was killed may take to be gone. */
const endMilliseconds = 10_000;

function conditionOf(folder: RunFolder): RunCondition {
  const ended = (): RunCondition | undefined => {
    const exit = readExit(folder);
    return exit && { state: "exited", exit };
  };
  if (!existsSync(folder.keeper)) return { state: "unknown" };
  const keeper = readJson<KeeperRecord>(folder.keeper);
  // A keeper writes the exit and ends: so the exit is looked for once more after it was found gone.
  return ended() ?? (keeper && isAlive(keeper) ? { state: "running" } : (ended() ?? { state: "lost" }));
}

/** Under bubblewrap the tree has ended with its keeper; a plain one has not. */
function killLeftovers(folder: RunFolder): void {
  const command = readJson<ProcessIdentity>(folder.command);
  if (command) signalProcess(command, "SIGKILL", { group: true });
  if (readJson<Launch>(folder.launch)?.sandbox !== "bubblewrap") killMarked("SAGEBRUSH_ML_ROOT", folder.ml);
}

/** Returns when a keeper has the run, this one or an earlier one. */
async function startKeeper(folder: RunFolder, node: string): Promise<void> {
  const errors = openSync(folder.errors, "a", 0o600);
  // "keeper.ts" among the sources, "keeper.js" in what is built of them.
  const program = join(import.meta.dirname, `keeper${extname(import.meta.filename)}`);
  const keeper = spawn(node, ["--max-old-space-size=64", program, folder.root], {
    detached: true,
    stdio: ["ignore", "pipe", errors],
    cwd: "/",
    env: { PATH: process.env.PATH, ...compileCache() },
  });
  closeSync(errors);
  keeper.unref();
  const said = keeper.stdout!.resume();
  await Promise.race([once(said, "close"), once(keeper, "error").then(([error]) => Promise.reject(error))]);
  if (!readJson(folder.keeper)) throw new Error(`The keeper of ${folder.root} did not start; see ${folder.errors}`);
}
