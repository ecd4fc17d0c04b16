import { appendFileSync, closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { listSegments } from "./log-segments.ts";
import { type KeeperRecord, type RunFolder, readJson } from "./run-folder.ts";

const mostBytes = 4096;
const mostLines = 20;

/** What is known of the end of a run that has no exit, for its log and for messages. */
export interface LastWords {
  readonly lines: readonly string[];
  /** The line that says most. */
  readonly summary: string;
}

/** Reads what the keeper of a lost run said last. A keeper that was killed has said nothing. */
export function lastWords(folder: RunFolder): LastWords {
  const said = tailOf(folder.errors)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .slice(-mostLines);
  const pid = readJson<KeeperRecord>(folder.keeper)?.pid;
  const who = `The keeper of the run${pid === undefined ? "" : ` (process ${pid})`}`;
  const lines =
    said.length > 0
      ? [`${who} ended before the run had; its last words:`, ...said]
      : [`${who} ended without a word: it was killed, or the machine went down.`];
  const summary = said.find((line) => /error|cannot|fail|fatal|killed/i.test(line))?.trim() ?? said.at(-1) ?? lines[0]!;
  return { lines, summary };
}

/** Notes why a keeper is ended from outside, where its own last words are. */
export function noteLastWords(folder: RunFolder, words: string): void {
  // On a full disk the run is lost without words.
  try {
    appendFileSync(folder.errors, `${words}\n`, { mode: 0o600 });
  } catch {}
}

function tailOf(path: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, mostBytes));
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, size - buffer.length));
  } finally {
    closeSync(file);
  }
}

/** A file's time is that of the kernel's last tick, which may be so many milliseconds ago. */
const fileTimeLag = 10;

/** When a lost run was last heard of, in milliseconds since 1970: the same at each look. */
export function latestChange(folder: RunFolder): number {
  const files = [folder.errors, folder.events, listSegments(folder.root).at(-1)?.path];
  const times = files.map((path) => (path && statSync(path, { throwIfNoEntry: false })?.mtimeMs) || 0);
  return Math.ceil(Math.max(...times)) + fileTimeLag;
}
