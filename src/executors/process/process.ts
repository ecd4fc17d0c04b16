import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDiskFull } from "../../base/is-disk-full.ts";
import { refusalOf } from "../choose-executor.ts";
import type { Executor, ExecutorAbilities, RunCondition, RunNeeds, RunSpec, RunUsage } from "../port.ts";
import { canLimitCores, removeControlGroups } from "./control-group.ts";
import { followRun } from "./follow-run.ts";
import { createGroupFolders, type RunsGroup, sweepGroups } from "./group-folders.ts";
import { type GroupNetworks, probeGroupNetworks } from "./group-network.ts";
import { lastWords, noteLastWords } from "./last-words.ts";
import { layRun, type RunPlace } from "./lay-run.ts";
import { cursorText, listSegments, parseCursor, segmentsBefore } from "./log-segments.ts";
import { missingNeeds } from "./machine-needs.ts";
import { probeSandbox, type SandboxProbe } from "./probe-sandbox.ts";
import { isAlive, killMarked, type ProcessIdentity, signalProcess, usageOfTrees } from "./processes.ts";
import { removeFolder } from "./remove-folder.ts";
import {
  type DiskUse,
  type KeeperRecord,
  type Launch,
  type RunFolder,
  readExit,
  readJson,
  runFolder,
  writeJson,
} from "./run-folder.ts";
import { adviseOnSandbox } from "./sandbox-advice.ts";
import { createSocketReach } from "./socket-reach.ts";
import { spreadFolders } from "./spread-folders.ts";
import { startKeeper } from "./start-keeper.ts";

export interface ProcessExecutorOptions extends RunPlace {
  /** Holds a folder for every run; created when missing. */
  readonly folder: string;
  /** `auto`, the default: bubblewrap where it works, else util-linux. */
  readonly sandbox?: "auto" | "plain";
  /** The PATH on which programs of this machine are found. */
  readonly path?: string | undefined;
  /** For how long a keeper may give no sign of life; half a minute by default. */
  readonly keeperSilenceMilliseconds?: number;
}

const name = "process";

/** Runs programs on this machine, each under a keeper process of its own that outlives the server. */
export function createProcessExecutor(options: ProcessExecutorOptions): Executor {
  sweepHalfRemoved(options.folder);
  sweepGroups(options.folder);
  void spreadFolders(options.folder, options.path);

  const folderOf = (runId: string): RunFolder => {
    if (!/^[\w-]+$/.test(runId)) throw new RangeError(`Run id ${JSON.stringify(runId)} is no plain word`);
    return runFolder(join(options.folder, runId));
  };

  let probe: SandboxProbe | undefined;
  const sandbox = (): SandboxProbe => {
    probe ??=
      options.sandbox === "plain" ? { works: false, reason: "the settings ask for none" } : probeSandbox(options.path);
    return probe;
  };

  let networks: Promise<GroupNetworks> | undefined;
  const groupNetworks = (): Promise<GroupNetworks> => {
    networks ??= probeGroupNetworks(options.path);
    return networks;
  };
  const groups = createGroupFolders(options.folder, groupNetworks, options);

  /** Several hosts that are to have no other network need one of their own. */
  async function lacksNetwork({ group, network }: RunNeeds): Promise<string | undefined> {
    if ((group?.size ?? 1) === 1 || network === "host") return undefined;
    const found = await groupNetworks();
    return found.works
      ? undefined
      : `Several hosts without any other network need one of their own, and this machine has none: ${found.reason}.`;
  }

  let cores: ExecutorAbilities["cores"] | undefined;
  const abilities = (): ExecutorAbilities => {
    cores ??= canLimitCores() ? "limited" : "shared";
    const probed = sandbox();
    const innerSandbox = probed.works && probed.nests;
    const networkIsolation = probed.works && probed.isolates;
    const python = options.pythons !== undefined;
    return {
      ...{ gpus: false, nodes: "many", networkIsolation, containers: false, mounts: true },
      ...{ python, innerSandbox, cores },
    };
  };

  function advise(ability: keyof ExecutorAbilities): string | undefined {
    const probed = sandbox();
    if ((ability !== "innerSandbox" && ability !== "networkIsolation") || options.sandbox === "plain") return undefined;
    if (probed.works) return "A sandbox works here, but not inside another one; `sagebrush doctor` says more.";
    const { problem, fix } = adviseOnSandbox(probed)!;
    return `No sandbox works here: ${problem}. ${fix} Then start the server again.`;
  }

  async function lacks(needs: RunNeeds): Promise<string | undefined> {
    const { python } = needs;
    const provided = python && (await options.pythons?.provide(python));
    return provided && "refusal" in provided ? provided.refusal : lacksNetwork(needs);
  }

  async function start(runId: string, spec: RunSpec): Promise<void> {
    const refusal = refusalOf({ name, abilities: abilities() }, spec);
    if (refusal !== undefined) throw new RangeError(refusal);
    const folder = folderOf(runId);
    if (existsSync(folder.keeper)) return;
    const missing = missingNeeds(options.path);
    if (missing.length > 0) throw new Error(missing.map(({ words }) => `${words}.`).join(" "));
    const group = await joined(runId, spec);
    writeJson(folder.launch, await layRun(folder, spec, sandbox(), options, group));
    await startKeeper(folder, options.node, options.path);
  }

  /** A run that reaches the server has a network of its group's own where the server has a socket for it. */
  async function joined(runId: string, { group, server }: RunSpec): Promise<RunsGroup | undefined> {
    if (!group || group.size === 1) return undefined;
    return groups.join(runId, group, sandbox().works && (!server.address || options.relay !== undefined));
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
      if (!isDiskFull(error)) throw error;
      // A stop without grace needs no file: the keeper and its run are killed from here. With grace, the keeper takes
      // the run's own.
      if (graceSeconds === 0) {
        signalProcess(keeper, "SIGKILL");
        killLeftovers(folder);
        return;
      }
    }
    signalProcess(keeper, "SIGTERM");
    endLater(runId, graceSeconds * 1000 + endMilliseconds);
  }

  /** Kills a keeper that was asked to end and has not: one that hangs does not hear the signal. */
  const endings = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  function endLater(runId: string, milliseconds: number): void {
    const at = performance.now() + milliseconds;
    const before = endings.get(runId);
    if (milliseconds > longestTimerMilliseconds || (before && before.at <= at)) return;
    clearTimeout(before?.timer);
    const timer = setTimeout(() => {
      endings.delete(runId);
      const folder = folderOf(runId);
      const keeper = readJson<KeeperRecord>(folder.keeper);
      if (!keeper || conditionOf(folder).state !== "running") return;
      noteLastWords(folder, "The keeper did not end when it was asked to, and was killed by the server.");
      signalProcess(keeper, "SIGKILL");
      killLeftovers(folder);
    }, milliseconds).unref();
    endings.set(runId, { at, timer });
  }

  async function remove(runId: string): Promise<void> {
    const folder = folderOf(runId);
    if (conditionOf(folder).state === "running") {
      await stop(runId, 0);
      for await (const _ of followRun(folder, latestCursor(folder), AbortSignal.timeout(endMilliseconds)));
    }
    const keeper = readJson<KeeperRecord>(folder.keeper);
    if (keeper) signalProcess(keeper, "SIGKILL");
    killLeftovers(folder);
    removeControlGroups([keeper?.cgroup ?? []].flat());
    const groupId = readJson<Launch>(folder.launch)?.group?.id;
    if (groupId !== undefined) groups.leave(runId, groupId);
    // The folder is renamed first, because a half-removed run must not look like a lost one.
    const doomed = join(options.folder, `.removed-${runId}`);
    try {
      renameSync(folder.root, doomed);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    await removeFolder(doomed);
  }

  async function list(): Promise<readonly string[]> {
    const names = await readdir(options.folder).catch((error) => {
      // The home was removed, and its runs with it.
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return names.filter((name) => !name.startsWith("."));
  }

  /**
   * A segment that a reader has open stays readable until the reader closes it; the keeper never writes to it again.
   */
  async function trim(runId: string, cursor: string): Promise<void> {
    const { log } = parseCursor(cursor);
    for (const { path } of segmentsBefore(listSegments(folderOf(runId).root), log)) rmSync(path, { force: true });
  }

  async function usage(runIds: readonly string[]): Promise<ReadonlyMap<string, RunUsage>> {
    const keepers = runIds.flatMap((runId) => {
      const folder = folderOf(runId);
      const isRunning = conditionOf(folder).state === "running";
      return isRunning ? [{ runId, folder, pid: readJson<KeeperRecord>(folder.keeper)!.pid }] : [];
    });
    const trees = usageOfTrees(keepers.map(({ pid }) => pid));
    return new Map(
      keepers.map(({ runId, folder }, index) => {
        const disk = readJson<DiskUse>(folder.disk);
        return [runId, { ...trees[index]!, ...(disk && { diskBytes: disk.bytes }) }];
      }),
    );
  }

  const socketPath = createSocketReach(options.folder);
  return {
    name,
    get abilities() {
      return abilities();
    },
    advise,
    lacks,
    start,
    find,
    events: (runId, after, signal) => followRun(folderOf(runId), after, signal, options.keeperSilenceMilliseconds),
    trim,
    ownFolder(runId) {
      const { own } = folderOf(runId);
      return existsSync(own) ? own : undefined;
    },
    reach: async (runId, socket) => ({ socketPath: socketPath(runId, socket) }),
    usage,
    stop,
    remove,
    list,
  };
}

/** Finishes removals that a killed server had begun. */
function sweepHalfRemoved(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.startsWith(".removed-")) removeFolder(join(folder, name)).catch(console.error);
  }
}

/** Returns the cursor after everything that the run has recorded, for a follower that waits for the exit alone. */
function latestCursor(folder: RunFolder): string {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const last = listSegments(folder.root).at(-1);
  return cursorText({ log: last ? last.start + sizeOf(last.path) : 0, events: sizeOf(folder.events) });
}

/** The largest delay that setTimeout accepts. */
const longestTimerMilliseconds = 2 ** 31 - 1;

/** How long a killed run may take to end. */
const endMilliseconds = 10_000;

function conditionOf(folder: RunFolder): RunCondition {
  const ended = (): RunCondition | undefined => {
    const exit = readExit(folder);
    return exit && { state: "exited", exit };
  };
  if (!existsSync(folder.keeper)) return { state: "unknown" };
  const keeper = readJson<KeeperRecord>(folder.keeper);
  // A keeper writes the exit and ends, so a keeper that has ended may have written it after the first look.
  return (
    ended() ??
    (keeper && isAlive(keeper)
      ? { state: "running" }
      : (ended() ?? { state: "lost", words: lastWords(folder).summary }))
  );
}

/** Kills what a run without a keeper left. In a sandbox a run ends with its keeper; a plain run does not. */
function killLeftovers(folder: RunFolder): void {
  const command = readJson<ProcessIdentity>(folder.command);
  if (command) signalProcess(command, "SIGKILL", { group: true });
  const sandbox = readJson<Launch>(folder.launch)?.sandbox;
  if (sandbox === undefined || sandbox === "plain") killMarked("SAGEBRUSH_ML_ROOT", folder.ml);
}
