import { closeSync, statSync, writeSync } from "node:fs";
import type { RunExit } from "../port.ts";
import { killedBy, startCommand } from "./command.ts";
import { createMemoryGroup, type MemoryGroup, ranOutOfMemory, removeMemoryGroup } from "./memory-group.ts";
import { identify } from "./processes.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import {
  type KeeperRecord,
  type Launch,
  type RunFolder,
  readJson,
  runFolder,
  type StopRequest,
  writeJsonOnce,
} from "./run-folder.ts";

/**
 * The keeper of one run: `node keeper.ts RUN-FOLDER`. It starts the command, stamps what it prints, numbers the states it
 * tells, holds it to its limits, ends it when asked (SIGTERM, with stop.json beside), and last writes how it ended. It
 * needs no server; when none has been there for long, or its folder is gone, it ends the run and itself.
 */
function keep(folder: RunFolder): void {
  const launch = readJson<Launch>(folder.launch);
  const self = identify(process.pid);
  if (!launch || !self) throw new Error(`there is no ${folder.launch} to keep`);
  const group = launch.memoryBytes ? createMemoryGroup(String(process.pid), launch.memoryBytes) : undefined;
  // A signal may come as soon as the record is there; it is then answered by the listener that supervise adds.
  process.on("SIGTERM", () => {});
  const record: KeeperRecord = { ...self, cgroup: group?.path };
  if (!writeJsonOnce(folder.keeper, record)) {
    // Another server, or the same one before it was killed, was first.
    if (group) removeMemoryGroup(group.path);
    return;
  }
  tellStarter();

  const recorder = createRecorder(folder);
  recorder.state("started", { sandbox: launch.sandbox });
  recorder.lines([launch.note]);
  if (readJson<StopRequest>(folder.stop)) recorder.exit({ code: killedBy("SIGTERM"), reason: "stopped" });
  else supervise(folder, launch, group, recorder);
}

/** The server that started this keeper waits for its standard output to say so; it may be gone. */
function tellStarter(): void {
  try {
    writeSync(1, "kept\n");
    closeSync(1);
  } catch {}
}

/** How often limits that nothing tells of are looked at. */
const watchMilliseconds = 1000;
/** setTimeout takes no more. */
const longestTimerMilliseconds = 2 ** 31 - 1;

function supervise(folder: RunFolder, launch: Launch, group: MemoryGroup | undefined, recorder: Recorder): void {
  let reason: RunExit["reason"];
  let killTimer: NodeJS.Timeout | undefined;
  let killAt = Number.POSITIVE_INFINITY;
  const command = startCommand(folder, launch, group, recorder, ended);

  function stop(why: NonNullable<RunExit["reason"]>, graceSeconds: number): void {
    reason ??= why;
    const at = performance.now() + graceSeconds * 1000;
    if (at >= killAt) return;
    killAt = at;
    clearTimeout(killTimer);
    if (graceSeconds > 0 && command.terminate())
      killTimer = setTimeout(command.kill, Math.min(graceSeconds * 1000, longestTimerMilliseconds));
    else command.kill();
  }

  process.on("SIGTERM", () => {
    stop("stopped", readJson<StopRequest>(folder.stop)?.graceSeconds ?? launch.graceSeconds);
  });

  const started = performance.now();
  const unrenewed = createLeaseWatch(launch.lease.file);
  const watch = setInterval(() => {
    if (!isThere(folder.keeper)) {
      command.kill();
      process.exit(1);
    }
    recorder.tellStates();
    if (unrenewed() > launch.lease.seconds * 1000) stop("lost", 0);
    const { memoryBytes, runtimeSeconds } = launch;
    if (runtimeSeconds && performance.now() - started > runtimeSeconds * 1000) stop("runtime", launch.graceSeconds);
    if (memoryBytes && !group && command.residentBytes() > memoryBytes) stop("memory", 0);
  }, watchMilliseconds);

  function ended(code: number): void {
    clearInterval(watch);
    clearTimeout(killTimer);
    if (group && ranOutOfMemory(group)) reason ??= "memory";
    writeExit({ code, reason });
  }

  function writeExit(exit: Omit<RunExit, "time">): void {
    try {
      recorder.exit(exit);
    } catch (error) {
      // A full disk: nobody may take the run for lost, so the keeper stays until there is room, or nothing to write to.
      console.error(error);
      if (isThere(folder.keeper)) return void setTimeout(writeExit, watchMilliseconds, exit);
    }
    if (group) removeMemoryGroup(group.path);
    process.exit(0);
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Milliseconds since the file was last seen to change, by a clock that neither jumps nor counts the machine's sleep. */
function createLeaseWatch(file: string): () => number {
  let seen: number | undefined;
  let since = performance.now();
  return () => {
    const modified = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (modified !== undefined && modified !== seen) {
      seen = modified;
      since = performance.now();
    }
    return performance.now() - since;
  };
}

// A full disk takes no word of what went wrong either; that must not end the run.
process.stderr.on("error", () => {});
keep(runFolder(process.argv[2]!));
