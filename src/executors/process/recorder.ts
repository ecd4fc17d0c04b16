import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isDiskFull } from "../../base/is-disk-full.ts";
import type { RunExit } from "../port.ts";
import { createLogAllowance, type LogLimits, noLogLimits } from "./log-allowance.ts";
import { segmentBytes, segmentPath } from "./log-segments.ts";
import { type RunFolder, writeJson } from "./run-folder.ts";

/** The only writer of a run's log, events and exit. */
export interface Recorder {
  /** Milliseconds since 1970; never goes back, whatever the machine's clock does. */
  now(): number;
  /** Records what the run has printed, as far as it keeps to its limits; without lines, what a burst left out. */
  lines(lines: readonly string[]): void;
  /** Records a state. When the disk is full, the state is kept until it fits. */
  state(state: string, detail: object): void;
  /** Writes the states that are still kept; false while the disk has no room for them. */
  tellStates(): boolean;
  /** Makes everything durable, then writes how the run ended. Throws when the disk has no room for that. */
  exit(exit: Omit<RunExit, "time">): void;
}

/** A run has a handful of states; this limit keeps a run that tells states without end from filling the disk. */
const mostEventBytes = 8 * 1024 * 1024;

/** What the last states and the exit need; given back to a full disk when the run ends. */
const roomBytes = 64 * 1024;

export function createRecorder(folder: RunFolder, limits: LogLimits = noLogLimits): Recorder {
  const room = join(folder.root, "room");
  try {
    writeFileSync(room, incompressible(roomBytes), { mode: 0o600 });
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
  let log = openAppendable(folder.log);
  const events = openAppendable(folder.events);
  /** The offset in the whole log at which the current segment begins. */
  let segmentStart = 0;
  let logBytes = 0;
  let eventBytes = 0;
  let states = 0;
  /** Lines of `events` that the disk had no room for. */
  let untold: string[] = [];
  let tooManyStates = false;
  let lostLines = 0;
  let latest = 0;

  const now = () => {
    latest = Math.max(latest, Date.now());
    return latest;
  };

  /** Begins the next segment when this one is full. When the disk has no room for a new file, this segment grows on. */
  const turnOver = () => {
    if (logBytes - segmentStart < segmentBytes) return;
    try {
      fsyncSync(log);
      const next = openAppendable(segmentPath(folder.root, logBytes));
      closeSync(log);
      log = next;
      segmentStart = logBytes;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
  };

  const allowance = createLogAllowance(limits, () => performance.now());
  const lines = (printed: readonly string[]) => write(allowance.pass(printed));

  const write = (added: readonly string[]) => {
    if (added.length === 0) return;
    const time = now();
    const loss = lostLines > 0 ? `${time} (${lostLines} lines are lost: the disk was full)\n` : "";
    const text = loss + added.map((line) => `${time} ${line}\n`).join("");
    turnOver();
    const written = append(log, logBytes - segmentStart, text);
    logBytes += written;
    lostLines = written > 0 ? 0 : lostLines + added.length;
  };

  const state = (name: string, detail: object) => {
    if (tooManyStates) return;
    if (eventBytes > mostEventBytes) {
      tooManyStates = true;
      lines([`The run has told ${states} states of ${eventBytes} bytes; those that come after are dropped.`]);
      return;
    }
    states++;
    untold.push(`${JSON.stringify({ number: states, time: now(), log: logBytes, state: name, detail })}\n`);
    tellStates();
  };

  const tellStates = () => {
    if (untold.length === 0) return true;
    const written = append(events, eventBytes, untold.join(""));
    eventBytes += written;
    if (written > 0) untold = [];
    return written > 0;
  };

  const exit = (ended: Omit<RunExit, "time">) => {
    rmSync(room, { force: true });
    write(allowance.end());
    if (!tellStates()) throw new Error("The disk has no room for the states of the run");
    fsyncSync(log);
    fsyncSync(events);
    writeJson(folder.exit, { ...ended, time: now() });
    const root = openSync(folder.root, "r");
    fsyncSync(root);
    closeSync(root);
  };

  return { now, lines, state, tellStates, exit };
}

/** What no file system stores in less. Node's cryptography would take a keeper 4 ms to load. */
const incompressible = (bytes: number): Float64Array => Float64Array.from({ length: bytes / 8 }, Math.random);

const openAppendable = (path: string): number => openSync(path, "a", 0o600);

/**
 * Appends all of a text or, on a full disk, nothing of it: a run goes on without its log rather than ending. Returns
 * the number of bytes written.
 */
function append(file: number, lengthBytes: number, text: string): number {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(file, bytes, written);
    return bytes.length;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    if (written > 0) ftruncateSync(file, lengthBytes);
    return 0;
  }
}
