import { closeSync, statSync, writeFileSync, writeSync } from "node:fs";
import { isDiskFull } from "../../base/is-disk-full.ts";
import type { RunExit } from "../port.ts";
import { closeInherited } from "./close-inherited.ts";
import { type Command, killedBy, startCommand } from "./command.ts";
import {
  type ControlGroup,
  countProcesses,
  createControlGroup,
  ranOutOfMemory,
  ranOutOfProcesses,
  removeControlGroups,
} from "./control-group.ts";
import { watchDisk } from "./disk-watch.ts";
import { type KeeperPipes, openPipes } from "./keeper-pipes.ts";
import { exactMemory, memoryBesidePages } from "./memory-use.ts";
import { identify, isAlive } from "./processes.ts";
import { createPulse, watchPulse } from "./pulse.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import {
  type DiskUse,
  type KeeperRecord,
  type Launch,
  noRoomCode,
  type RunFolder,
  readJson,
  runFolder,
  type StopRequest,
  writeJsonOnce,
} from "./run-folder.ts";

/**
 * The keeper of one run: `node keeper.ts RUN-FOLDER`, by way of `keeper-pipes.ts`. It starts the command, timestamps the lines that the command
 * prints, numbers the states that it tells, enforces its limits, ends it when asked (SIGTERM, with stop.json beside),
 * and last writes how it ended. It needs no server; when no server has renewed the lease for long, or the folder is
 * gone, it ends the run and itself.
 */
function keep(folder: RunFolder): void {
  // What a run makes has the modes that it would have in a container; its folder is the server's alone.
  process.umask(0o022);
  closeInherited();
  const pipes = openPipes(folder);
  const launch = readJson<Launch>(folder.launch);
  const self = identify(process.pid);
  if (!launch || !self) throw new Error(`there is no ${folder.launch} to keep`);
  const group = createControlGroup(String(process.pid), launch);
  // A signal may arrive as soon as the record is written. Until supervise listens, stop.json holds the request.
  process.on("SIGTERM", () => {});
  const record: KeeperRecord = { ...self, cgroup: group?.paths };
  let isFirst = false;
  try {
    isFirst = writeJsonOnce(folder.keeper, record);
  } finally {
    if (!isFirst && group) removeControlGroups(group.paths);
  }
  // Another keeper came first: the run was started before, or twice at the same time.
  if (!isFirst) return;
  tellStarter();

  const recorder = createRecorder(folder, launch.log);
  recorder.state("started", { sandbox: launch.sandbox, ml: launch.environment.SAGEBRUSH_ML_ROOT });
  if (launch.group?.words) recorder.lines([launch.group.words]);
  if (readJson<StopRequest>(folder.stop)) recorder.exit({ code: killedBy("SIGTERM"), reason: "stopped" });
  else supervise(folder, launch, pipes, group, recorder);
}

/**
 * The server that started this keeper waits for a line of its standard output, unless the server has died meanwhile.
 */
function tellStarter(): void {
  try {
    writeSync(1, "kept\n");
    closeSync(1);
  } catch {}
}

/** How often the limits, the lease and the folder are checked. */
const watchMilliseconds = 1000;
/** At how many looks in a row a run may have as many processes as it may have. */
const crowdedLooks = 3;
/** With so many of them it counts as crowded still, once it was refused one. */
const crowdedShare = 0.9;

const tooManyProcesses = (limit: number): string =>
  `The run has had ${limit} processes and threads, the most that it may have, and is ended.`;
const tooMuchOnDisk = (limit: number): string =>
  `The run's files take more than ${limit} bytes, the most that they may take, and it is ended.`;

const onLinux = process.platform === "linux";

/** The largest delay that setTimeout accepts. */
const longestTimerMilliseconds = 2 ** 31 - 1;

function supervise(
  folder: RunFolder,
  launch: Launch,
  pipes: KeeperPipes,
  group: ControlGroup | undefined,
  recorder: Recorder,
): void {
  let reason: RunExit["reason"];
  let killTimer: NodeJS.Timeout | undefined;
  let killAt = Number.POSITIVE_INFINITY;
  let alive = performance.now();
  /** When the command was last seen that it is not stopped. */
  let moving = alive;
  const command = startCommand(folder, launch, pipes, group, recorder, ended, () => {
    alive = performance.now();
  });
  kept = command;

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

  /** A look takes some milliseconds of the machine, so a run far below its limit is looked at every third time. */
  let passedOver = 0;
  function takesTooMuch(memoryBytes: number): boolean {
    if (passedOver > 0) {
      passedOver--;
      return false;
    }
    const processes = command.processes();
    const used = command.residentBytes() + memoryBesidePages(processes, folder.segments);
    if (used < memoryBytes / 4) passedOver = 2;
    // What several processes share is in `used` several times.
    return used > memoryBytes && (!onLinux || exactMemory(processes, folder.segments) > memoryBytes);
  }

  /** The same of a look at the processes, where the kernel does not count them. */
  let uncounted = 0;
  function countsTooMany(processes: number): boolean {
    if (uncounted > 0) {
      uncounted--;
      return false;
    }
    const count = command.processes().length;
    if (count < processes / 4) uncounted = 2;
    return count > processes;
  }

  /** How long the run has had as many processes as it may have. */
  let crowded = 0;
  function hasTooMany(processes: number): boolean {
    const counted = group && countProcesses(group);
    if (counted === undefined) return countsTooMany(processes);
    // A shell ends at the first fork that is refused, and leaves what it has started.
    const most = group && ranOutOfProcesses(group) ? processes * crowdedShare : processes;
    crowded = counted < most ? 0 : crowded + 1;
    return crowded >= crowdedLooks;
  }

  /** Says in the log why the run is ended. */
  function end(why: "processes" | "disk", words: string): void {
    if (reason !== undefined) return;
    recorder.lines([words]);
    stop(why, 0);
  }

  const watching = new AbortController();
  const { diskBytes } = launch;
  watchDisk(
    { folders: [folder.ml, folder.tmp], processes: command.processes },
    diskBytes,
    { seen: (bytes) => noteDisk(folder, bytes), over: () => end("disk", tooMuchOnDisk(diskBytes!)) },
    watching.signal,
  ).catch(console.error);

  const started = performance.now();
  const unrenewed = watchPulse(launch.lease.file);
  const beat = createPulse(folder.pulse);
  let looked = started;
  const watch = setInterval(() => {
    const now = performance.now();
    // This keeper itself was held up: what it was told meanwhile is still to be read.
    if (now - looked > 3 * watchMilliseconds) alive = moving = now;
    looked = now;
    beat();
    if (!isThere(folder.keeper)) {
      command.kill();
      process.exit(1);
    }
    recorder.tellStates();
    recorder.lines([]);
    if ((unrenewed() ?? now - started) > launch.lease.seconds * 1000) stop("lost", 0);
    if (launch.group && isThere(launch.group.failed)) stop("group", 0);
    // Without it the hosts would wait for each other without end.
    if (launch.group?.holder && !isAlive(launch.group.holder)) stop("lost", 0);
    const { memoryBytes, processes, runtimeSeconds, silenceSeconds, stoppedSeconds } = launch;
    if (runtimeSeconds && now - started > runtimeSeconds * 1000) stop("runtime", launch.graceSeconds);
    if (silenceSeconds && now - alive > silenceSeconds * 1000 && reason !== "silent") {
      recorder.lines([`The run's program has given no sign of life for ${silenceSeconds} s: it hangs, and is ended.`]);
      stop("silent", 0);
    }
    if (stoppedSeconds && !command.isStopped()) moving = now;
    if (stoppedSeconds && now - moving > stoppedSeconds * 1000 && reason !== "silent") {
      recorder.lines([`The run's program has been stopped for ${stoppedSeconds} s: it hangs, and is ended.`]);
      stop("silent", 0);
    }
    if (memoryBytes && !group?.memory && takesTooMuch(memoryBytes)) stop("memory", 0);
    if (processes && hasTooMany(processes)) end("processes", tooManyProcesses(processes));
  }, watchMilliseconds);

  function ended(code: number): void {
    clearInterval(watch);
    watching.abort();
    clearTimeout(killTimer);
    if (group && ranOutOfMemory(group)) reason ??= "memory";
    // What stages the run has the same limit, and may have failed by it before the keeper looked.
    if (group && code !== 0 && ranOutOfProcesses(group) && launch.processes)
      end("processes", tooManyProcesses(launch.processes));
    if (launch.group && code !== 0 && !endsAlone.has(reason)) noteFailure(launch.group.failed);
    writeExit({ code, reason });
  }

  function writeExit(exit: Omit<RunExit, "time">): void {
    try {
      recorder.exit(exit);
    } catch (error) {
      // The disk is full. A run without a keeper and an exit counts as lost, so the keeper stays until it can write.
      console.error(error);
      if (isThere(folder.keeper)) return void setTimeout(writeExit, watchMilliseconds, exit);
    }
    if (group) removeControlGroups(group.paths);
    process.exit(0);
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Reasons for which a run ends and its group does not, or ends by itself: each run has its results to save. */
const endsAlone: ReadonlySet<RunExit["reason"]> = new Set(["stopped", "runtime", "lost", "group"] as const);

/** On a full disk the server ends the others. */
function noteFailure(path: string): void {
  try {
    writeFileSync(path, "", { mode: 0o600 });
  } catch {}
}

/** What this keeper has started, for its last moment. */
let kept: Command | undefined;

/** A keeper that fails takes its run with it, and leaves its last words to the server. */
process.on("uncaughtException", (error) => {
  console.error(`The keeper failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  kept?.kill();
  process.exit(isDiskFull(error) ? noRoomCode : 1);
});

// On a full disk the error log cannot be written either, and an unhandled error of it would end the keeper.
process.stderr.on("error", () => {});
keep(runFolder(process.argv[2]!));

/** The figure is for people: on a full disk there is none. */
function noteDisk(folder: RunFolder, bytes: number): void {
  try {
    writeFileSync(folder.disk, JSON.stringify({ bytes } satisfies DiskUse), { mode: 0o600 });
  } catch {}
}
