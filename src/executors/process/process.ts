import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import { dirname, extname, isAbsolute, join, normalize, relative } from "node:path";
import type { Executor, RunCondition, RunSpec } from "../port.ts";
import { followRun } from "./follow-run.ts";
import { removeMemoryGroup } from "./memory-group.ts";
import { isAlive, type ProcessIdentity, signalProcess } from "./processes.ts";
import {
  type KeeperRecord,
  type Launch,
  type RunFolder,
  readExit,
  readJson,
  runFolder,
  writeJson,
} from "./run-folder.ts";
import { mlRootInSandbox, probeSandbox, programFolders, type SandboxProbe, sandboxCommand } from "./sandbox.ts";
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
    if (readJson(folder.keeper)) return;
    mkdirSync(folder.ml, { recursive: true, mode: 0o700 });
    layFiles(folder, spec);
    writeJson(folder.launch, prepare(folder, spec, sandbox(), options));
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
    writeJson(folder.stop, { graceSeconds });
    signalProcess(readJson<KeeperRecord>(folder.keeper)!, "SIGTERM");
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
    const names = await readdir(options.folder).catch(() => []);
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

export function conditionOf(folder: RunFolder): RunCondition {
  const ended = (): RunCondition | undefined => {
    const exit = readExit(folder);
    return exit && { state: "exited", exit };
  };
  const keeper = readJson<KeeperRecord>(folder.keeper);
  if (!keeper) return { state: "unknown" };
  // A keeper writes the exit and ends: so the exit is looked for once more after it was found gone.
  return ended() ?? (isAlive(keeper) ? { state: "running" } : (ended() ?? { state: "lost" }));
}

/** Under bubblewrap the tree has ended with its keeper; a plain one has not. */
function killLeftovers(folder: RunFolder): void {
  const command = readJson<ProcessIdentity>(folder.command);
  if (command) signalProcess(command, "SIGKILL", { group: true });
}

function prepare(folder: RunFolder, spec: RunSpec, sandbox: SandboxProbe, options: ProcessExecutorOptions): Launch {
  const shared = {
    memoryBytes: spec.limits.memoryBytes,
    runtimeSeconds: spec.limits.runtimeSeconds,
    graceSeconds: spec.graceSeconds,
    lease: { file: options.lease, seconds: options.leaseSeconds ?? 600 },
    workingFolder: folder.ml,
  };
  const environment = {
    PATH: searchPath,
    HOME: "/tmp",
    ...compileCache(),
    ...spec.environment,
    SAGEBRUSH_EVENTS_FD: "3",
  };
  if (!sandbox.works) {
    linkMounts(folder, spec);
    return {
      ...shared,
      command: spec.command,
      environment: { ...environment, SAGEBRUSH_ML_ROOT: folder.ml },
      sandbox: "plain",
      note: `Runs as a plain process of this machine, which does not keep it apart (${sandbox.reason}). /opt/ml is ${folder.ml}.`,
    };
  }
  const hosts = join(folder.root, "hosts");
  writeFileSync(hosts, "127.0.0.1 localhost algo-1\n::1 localhost\n");
  const command = sandboxCommand({
    ml: folder.ml,
    hosts,
    programs: programFolders(options.productRoot, options.node),
    hidden: realpathSync(options.home),
    mounts: spec.mounts,
    command: spec.command,
  });
  return {
    ...shared,
    command,
    environment: { ...environment, SAGEBRUSH_ML_ROOT: mlRootInSandbox },
    sandbox: "bubblewrap",
    note: "Runs in a sandbox of its own (bubblewrap): it sees /opt/ml, the system and Sagebrush read-only, and no other process.",
  };
}

/** What the server has compiled, its keepers and runs need not compile again: they start in half the time. */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  // Node appends a folder of its own version to the one it is given.
  return folder ? { NODE_COMPILE_CACHE: dirname(folder) } : {};
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Each file appears whole, so laying them a second time under a command that reads them does no harm. */
function layFiles(folder: RunFolder, spec: RunSpec): void {
  for (const [name, text] of Object.entries(spec.files)) {
    const path = join(folder.ml, name);
    if (isAbsolute(name) || normalize(name).startsWith("..")) throw new RangeError(`File ${name} is not below /opt/ml`);
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  }
}

/** Without a sandbox a mount is a link: below /opt/ml, or none at all where the run looks for it at its own path. */
function linkMounts(folder: RunFolder, spec: RunSpec): void {
  for (const { source, target } of spec.mounts) {
    if (source === target) continue;
    const below = relative(mlRootInSandbox, target);
    if (below === "" || below.startsWith("..")) throw new RangeError(`A plain run cannot have ${source} at ${target}`);
    const path = join(folder.ml, below);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync(source, path);
  }
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
