import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { identify, type ProcessIdentity, signalProcess } from "../../executors/process/processes.ts";
import { replaceFile } from "../home/replace-file.ts";

/** HOME/workers.json: the workers of the server that holds the home, or that was killed while it did. */
const recordPath = (home: string) => join(home, "workers.json");

/** Writes down which workers there are. */
export function recordWorkers(home: string, workers: Iterable<{ readonly pid: number }>): void {
  const known = [...workers].flatMap(({ pid }) => identify(pid) ?? []);
  if (known.length === 0) rmSync(recordPath(home), { force: true });
  else replaceFile(recordPath(home), `${JSON.stringify(known)}\n`);
}

/**
 * Kills the workers that a killed server has left. They end by themselves when it does, unless they are stopped
 * (SIGSTOP) or hang.
 */
export function endLeftWorkers(home: string): void {
  for (const worker of readRecord(home)) signalProcess(worker, "SIGKILL");
  rmSync(recordPath(home), { force: true });
}

function readRecord(home: string): readonly ProcessIdentity[] {
  try {
    return JSON.parse(readFileSync(recordPath(home), "utf8")) as ProcessIdentity[];
  } catch {
    // There is none, or a power cut has left half of one.
    return [];
  }
}
