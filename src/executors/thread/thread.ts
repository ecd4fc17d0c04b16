import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { productCommand } from "../../base/product-program.ts";
import { refusalOf } from "../choose-executor.ts";
import type { Executor, ExecutorAbilities, RunCondition, RunUsage } from "../port.ts";
import { followRun } from "../process/follow-run.ts";
import { lastWords } from "../process/last-words.ts";
import { compileCache, layFolder } from "../process/lay-run.ts";
import type { LogLimits } from "../process/log-allowance.ts";
import { listSegments, parseCursor, segmentsBefore } from "../process/log-segments.ts";
import { identify } from "../process/processes.ts";
import { createRecorder } from "../process/recorder.ts";
import { removeFolder } from "../process/remove-folder.ts";
import { type RunFolder, readExit, runFolder, writeJsonOnce } from "../process/run-folder.ts";
import { serverAccess } from "../process/server-access.ts";
import { createSocketReach } from "../process/socket-reach.ts";
import { startThread, type ThreadRun } from "./thread-run.ts";

export interface ThreadExecutorOptions {
  /** Holds a folder for every run; created when missing. */
  readonly folder: string;
  readonly addressFile: string;
  readonly productRoot: string;
  readonly node: string;
  readonly log?: LogLimits;
  /** Whether other processes reach the threads too: by sockets, and not by shared memory. */
  readonly bySockets: boolean;
}

/** An executor whose runs end with this process. */
export interface ThreadExecutor extends Executor {
  close(): Promise<void>;
}

const threadExecutorName = "thread";

const abilities: ExecutorAbilities = {
  ...{ gpus: false, nodes: "one", networkIsolation: false, containers: false, mounts: false },
  ...{ python: false, innerSandbox: false, cores: "shared" },
};

const lookMilliseconds = 1_000;
const usualSilenceSeconds = 60;
const stoppedCode = 143;

/**
 * Runs programs of the product in threads of this process, those that are made for it. It is only taken where it is named.
 * A run has the folder that it would have with a keeper; this process is its keeper, and records what the thread tells.
 */
export function createThreadExecutor(options: ThreadExecutorOptions): ThreadExecutor {
  endLeftRuns(options);
  const threads = new Map<string, ThreadRun>();
  const socketPath = createSocketReach(options.folder);
  let watch: NodeJS.Timeout | undefined;

  const folderOf = (runId: string): RunFolder => {
    if (!/^[\w-]+$/.test(runId)) throw new RangeError(`Run id ${JSON.stringify(runId)} is no plain word`);
    return runFolder(join(options.folder, runId));
  };

  function conditionOf(runId: string): RunCondition {
    const folder = folderOf(runId);
    if (!existsSync(folder.keeper)) return { state: "unknown" };
    const exit = readExit(folder);
    if (exit) return { state: "exited", exit };
    return threads.has(runId) ? { state: "running" } : { state: "lost", words: lastWords(folder).summary };
  }

  const watchThreads = () => {
    watch ??= setInterval(() => {
      for (const thread of threads.values()) thread.look();
    }, lookMilliseconds).unref();
  };

  const executor: ThreadExecutor = {
    name: threadExecutorName,
    abilities,
    onlyWhenNamed: true,
    lacks: async ({ program }) =>
      "script" in program ? undefined : `The executor "${threadExecutorName}" runs programs of the product alone.`,
    async start(runId, spec) {
      const refusal = refusalOf(executor, spec) ?? (await executor.lacks(spec));
      if (refusal !== undefined) throw new RangeError(refusal);
      const folder = folderOf(runId);
      if (existsSync(folder.keeper)) return;
      layFolder(folder, spec);
      if (!writeJsonOnce(folder.keeper, identify(process.pid))) return;
      const { memoryBytes = totalmem(), silenceSeconds = usualSilenceSeconds } = spec.limits;
      const recorder = createRecorder(folder, options.log);
      recorder.state("started", { thread: true });
      const [, file] = productCommand(spec.program as { script: string; arguments: readonly string[] }, options);
      const [socket] = spec.server.sockets;
      const thread = startThread({
        id: runId,
        file: file!,
        environment: {
          ...compileCache(),
          ...spec.environment,
          ...serverAccess(spec, options.addressFile).environment,
          SAGEBRUSH_ML_ROOT: folder.ml,
          SAGEBRUSH_MEMORY_BYTES: String(memoryBytes),
        },
        ...(options.bySockets && socket !== undefined && { socket: socketPath(runId, socket) }),
        ...{ memoryBytes, silenceSeconds, recorder },
      });
      threads.set(runId, thread);
      watchThreads();
      void thread.ended.then(() => {
        threads.delete(runId);
        if (threads.size > 0) return;
        clearInterval(watch);
        watch = undefined;
      });
    },
    find: async (runId) => conditionOf(runId),
    events: (runId, after, signal) => followRun(folderOf(runId), after, signal),
    async trim(runId, cursor) {
      const segments = segmentsBefore(listSegments(folderOf(runId).root), parseCursor(cursor).log);
      for (const { path } of segments) rmSync(path, { force: true });
    },
    async reach(runId, socket) {
      const thread = options.bySockets ? undefined : threads.get(runId);
      return thread ? { thread: thread.address } : { socketPath: socketPath(runId, socket) };
    },
    async usage(runIds) {
      const found = new Map<string, RunUsage>();
      for (const runId of runIds) {
        const thread = threads.get(runId);
        if (thread) found.set(runId, thread.usage());
      }
      return found;
    },
    async stop(runId, graceSeconds) {
      threads.get(runId)?.stop(graceSeconds);
    },
    async remove(runId) {
      const folder = folderOf(runId);
      const thread = threads.get(runId);
      thread?.stop(0);
      await thread?.ended;
      const doomed = join(options.folder, `.removed-${runId}`);
      if (!existsSync(folder.root)) return;
      // The folder is renamed first, because a half-removed run must not look like a lost one.
      renameSync(folder.root, doomed);
      await removeFolder(doomed);
    },
    async list() {
      return (await readdir(options.folder)).filter((name) => !name.startsWith("."));
    },
    async close() {
      const all = [...threads.values()];
      for (const thread of all) thread.stop(0);
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
  return executor;
}

/** Threads end with their process: when this one begins, no earlier one is there. It was stopped, and no run has failed. */
function endLeftRuns({ folder, log }: ThreadExecutorOptions): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const left = runFolder(join(folder, name));
    if (name.startsWith(".removed-")) removeFolder(left.root).catch(console.error);
    else if (existsSync(left.keeper) && !readExit(left))
      createRecorder(left, log).exit({ code: stoppedCode, reason: "stopped" });
  }
}
