import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { RunExit } from "../port.ts";
import { type RunFolder, writeJson } from "./run-folder.ts";

/** The only writer of a run's log, events and exit. */
export interface Recorder {
  /** Milliseconds since 1970, never going back, whatever the machine's clock does. */
  now(): number;
  lines(lines: readonly string[]): void;
  /** A state that the disk has no room for is kept until it has. */
  state(state: string, detail: object): void;
  /** Writes the states that are still kept; false while there is no room for them. */
  tellStates(): boolean;
  /** Makes everything durable, then says how the run ended. Throws when the disk has no room for that. */
  exit(exit: Omit<RunExit, "time">): void;
}

export function createRecorder(folder: RunFolder): Recorder {
  const log = openSync(folder.log, "a", 0o600);
  const events = openSync(folder.events, "a", 0o600);
  let logBytes = 0;
  let eventBytes = 0;
  let states = 0;
  /** Lines of `events` that the disk had no room for. */
  let untold: string[] = [];
  let lostLines = 0;
  let latest = 0;

  const now = () => {
    latest = Math.max(latest, Date.now());
    return latest;
  };

  const lines = (added: readonly string[]) => {
    if (added.length === 0) return;
    const time = now();
    const loss = lostLines > 0 ? `${time} (${lostLines} lines are lost: the disk was full)\n` : "";
    const text = loss + added.map((line) => `${time} ${line}\n`).join("");
    const written = append(log, logBytes, text);
    logBytes += written;
    lostLines = written > 0 ? 0 : lostLines + added.length;
  };

  const state = (name: string, detail: object) => {
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

/**
 * Appends all of a text or, on a full disk, nothing of it: a run goes on without its log rather than ending. Gives the
 * bytes written.
 */
function append(file: number, lengthBytes: number, text: string): number {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(file, bytes, written);
    return bytes.length;
  } catch (error) {
    if (!["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    if (written > 0) ftruncateSync(file, lengthBytes);
    return 0;
  }
}
