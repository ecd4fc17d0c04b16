import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Microseconds of user and system time a process has used (Linux: /proc; undefined elsewhere). */
export async function cpuMicroseconds(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  // Fields after the command name, which may hold spaces: utime and stime are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6;
}

/** The process and all below it. */
export function processTree(pid: number): number[] {
  const found = [pid];
  for (const one of found)
    for (const task of tasksOf(one)) {
      const children = readIfThere(`/proc/${one}/task/${task}/children`).trim();
      if (children !== "") found.push(...children.split(" ").map(Number));
    }
  return found;
}

/** Time on a core of all threads of these processes. */
export const ranMicroseconds = (pids: readonly number[]): number =>
  pids
    .flatMap((pid) => tasksOf(pid).map((task) => readIfThere(`/proc/${pid}/task/${task}/schedstat`)))
    .reduce((sum, text) => sum + Number(text.split(" ")[0]) / 1e3, 0);

const tasksOf = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
};

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** A server is idle when it has started and nobody has asked for anything so long. */
export const idleMilliseconds = 4_000;

/** Resident memory of a process in MiB. */
export async function residentMebibytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

/** Counts the fsync and fdatasync calls of a process and its threads while `work` runs; undefined without strace. */
export async function countSyncs<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ result: T; syncs: number | undefined }> {
  const present = await promisify(execFile)("strace", ["-V"]).then(
    () => true,
    () => false,
  );
  if (!present) return { result: await work(), syncs: undefined };
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-bench-"));
  const file = join(folder, "strace");
  const tracer = spawn("strace", ["-f", "-e", "trace=fsync,fdatasync", "-o", file, "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    await once(tracer.stderr, "data");
    const result = await work();
    tracer.kill("SIGINT");
    await once(tracer, "exit");
    const calls = (await readFile(file, "utf8")).match(/\b(?:fsync|fdatasync)\(/g)?.length ?? 0;
    return { result, syncs: calls };
  } finally {
    tracer.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
}
