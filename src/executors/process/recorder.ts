import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { RunExit } from "../port.ts";
import { type RunFolder, writeJson } from "./run-folder.ts";

/** The only writer of a run's log, events and exit. */
export interface Recorder {
  /** Milliseconds since 1970, never going back, whatever the machine's clock does. */
  now(): number;
  lines(lines: readonly string[]): void;
  state(state: string, detail: object): void;
  /** Makes everything durable, then says how the run ended. Throws when the disk has no room for that. */
  exit(exit: Omit<RunExit, "time">): void;
}

export function createRecorder(folder: RunFolder): Recorder {
  const log = openSync(folder.log, "a", 0o600);
  const events = openSync(folder.events, "a", 0o600);
  let logBytes = 0;
  let eventBytes = 0;
  let states = 0;
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
    const event = { number: states + 1, time: now(), log: logBytes, state: name, detail };
    const written = append(events, eventBytes, `${JSON.stringify(event)}\n`);
    eventBytes += written;
    if (written > 0) states++;
  };

  const exit = (ended: Omit<RunExit, "time">) => {
    fsyncSync(log);
    fsyncSync(events);
    writeJson(folder.exit, { ...ended, time: now() });
    const root = openSync(folder.root, "r");
    fsyncSync(root);
    closeSync(root);
  };

  return { now, lines, state, exit };
}

/**
 * Appends all of a text or, on a full disk, nothing of it: a run goes on without its log rather than ending. Gives the
 * bytes written.
 */
function append(file: number, lengthBytes: number, text: string): number {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    return bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    ftruncateSync(file, lengthBytes);
    return 0;
  }
}
