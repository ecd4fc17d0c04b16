import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { Socket } from "node:net";
import { constants as system } from "node:os";
import type { ControlGroup } from "./control-group.ts";
import type { KeeperPipes } from "./keeper-pipes.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { childrenOf, deliver, identify, idsOfTree, isStopped, killMarked, residentBytesOfTree } from "./processes.ts";
import type { Recorder } from "./recorder.ts";
import { type Launch, type RunFolder, writeJson } from "./run-folder.ts";

/** How long to wait for a process that has left the command's process group and still holds its output open. */
const drainMilliseconds = 2000;

export interface Command {
  /** Sends SIGTERM to the command itself, as `docker stop` does; false when it has ended. */
  terminate(): boolean;
  /** Sends SIGKILL to the command and everything below it. */
  kill(): void;
  /** Whether the command itself is stopped, as by SIGSTOP. */
  isStopped(): boolean;
  residentBytes(): number;
  /** The ids of the command and of everything below it. */
  processes(): readonly number[];
}

/**
 * Starts the command. `ended` is called once, when everything that the command printed is recorded, with the exit code
 * as a shell reports it; `alive` at each sign of life that it gives.
 */
export function startCommand(
  folder: RunFolder,
  launch: Launch,
  { output, states }: KeeperPipes,
  group: ControlGroup | undefined,
  recorder: Recorder,
  ended: (code: number) => void,
  alive: () => void,
): Command {
  const [program, ...rest] = group ? joining(group, launch.command) : launch.command;
  const child = spawn(program!, rest, {
    cwd: launch.workingFolder,
    env: { ...launch.environment },
    detached: true,
    stdio: ["ignore", output.writer, output.writer, states.writer],
  });
  closeSync(output.writer);
  closeSync(states.writer);
  const firstInside = () =>
    launch.sandbox === "plain" || child.pid === undefined ? undefined : childrenOf(child.pid)[0];
  if (child.pid !== undefined) noteCommand(folder, child.pid);

  const kill = () => {
    const inside = firstInside();
    if (inside !== undefined) deliver(inside, "SIGKILL");
    if (child.pid !== undefined) deliver(-child.pid, "SIGKILL");
    // A sandbox ends with its first process, but a child of a plain run may have left the process group.
    if (launch.sandbox === "plain") killMarked("SAGEBRUSH_ML_ROOT", folder.ml);
  };
  const own = () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return undefined;
    if (launch.sandbox === "plain") return child.pid;
    // A sandbox's own processes would end at a SIGTERM and kill the command with them.
    const inside = firstInside();
    return inside === undefined ? undefined : childrenOf(inside)[0];
  };
  const terminate = () => {
    const target = own();
    return target !== undefined && deliver(target, "SIGTERM");
  };
  let watched: number | undefined;

  const printed = follow(output.reader, (lines) => recorder.lines(lines));
  const told = follow(states.reader, (lines) => {
    for (const line of lines) recordState(line, recorder, alive);
  });
  const finish = async (code: number) => {
    kill();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, drainMilliseconds);
    });
    await Promise.race([Promise.all([printed.closed, told.closed]), patience]);
    clearTimeout(timer);
    printed.end();
    told.end();
    ended(code);
  };
  child.once("error", (error) => {
    recorder.lines([`The command cannot be started: ${error.message}`]);
    if (child.pid === undefined) finish(127);
  });
  child.once("exit", (code, signal) => finish(code ?? killedBy(signal!)));
  return {
    terminate,
    kill,
    isStopped() {
      watched ??= own();
      return watched !== undefined && isStopped(watched);
    },
    residentBytes: () => (child.pid === undefined ? 0 : residentBytesOfTree(child.pid)),
    processes: () => (child.pid === undefined ? [] : idsOfTree(child.pid)),
  };
}

/**
 * Notes the command's process. On a full disk the run continues without the note, and its leftovers are then found by
 * their environment alone.
 */
function noteCommand(folder: RunFolder, pid: number): void {
  try {
    writeJson(folder.command, identify(pid) ?? { pid, startTime: "" });
  } catch (error) {
    console.error(error);
  }
}

/**
 * Records a line of the events descriptor, {"state": "...", "detail": {...}}. {"alive": true} is a sign of life; any
 * other line goes into the log.
 */
function recordState(line: string, recorder: Recorder, alive: () => void): void {
  try {
    const { state, detail, alive: lives } = JSON.parse(line) as { state?: unknown; detail?: unknown; alive?: unknown };
    if (lives === true) {
      alive();
      return;
    }
    if (typeof state === "string" && state !== "") {
      recorder.state(state, typeof detail === "object" && detail !== null ? detail : {});
      return;
    }
  } catch {}
  recorder.lines([`Not a state, a line of JSON such as {"state":"Training"} is expected: ${line}`]);
}

function follow(descriptor: number, onLines: (lines: string[]) => void): { closed: Promise<void>; end(): void } {
  const splitter = createLineSplitter(onLines);
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  socket.on("data", (bytes) => splitter.push(bytes as Buffer));
  const closed = new Promise<void>((resolve) => {
    socket.once("close", resolve);
    socket.once("error", () => resolve());
  });
  return {
    closed,
    end() {
      socket.destroy();
      splitter.end();
    },
  };
}

/**
 * Returns a command line that enters the groups before it becomes the command, so that no child is ever outside them.
 */
const joining = (group: ControlGroup, command: readonly string[]): string[] => [
  ...["/bin/sh", "-c", 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 126; shift; done; shift; exec "$@"', "sh"],
  ...[...group.members, "--"],
  ...command,
];

/** Returns the exit code that a shell reports for a process ended by a signal. */
export const killedBy = (signal: NodeJS.Signals): number => 128 + system.signals[signal];
