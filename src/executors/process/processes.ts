import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process id may be given to another process later; together with the start time it is unique. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
  /** The processor time that it and its ended children have taken; absent without /proc. */
  readonly cpuTicks?: number;
}

/** How long `ps` may take, where there is no /proc. */
const lookMilliseconds = 10_000;
const onLinux = process.platform === "linux";

/** Returns undefined when the process does not exist or is a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = onLinux ? linuxStartTime(pid) : portableStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(known: ProcessIdentity): boolean {
  return identify(known.pid)?.startTime === known.startTime;
}

/** Whether the process is stopped, as by SIGSTOP; false where that cannot be told. */
export function isStopped(pid: number): boolean {
  if (!onLinux) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat[stat.lastIndexOf(")") + 2] === "T";
  } catch {
    return false;
  }
}

/** Signals exactly that process, or with `group` the process group that it leads; false when it is gone. */
export function signalProcess(
  known: ProcessIdentity,
  signal: NodeJS.Signals,
  options: { group?: boolean } = {},
): boolean {
  return isAlive(known) && deliver(options.group ? -known.pid : known.pid, signal);
}

/** Sends a signal to a process or, for a negative number, to a process group; false when it does not exist. */
export function deliver(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/**
 * Sends SIGKILL to every process that was started with this variable in its environment, until none is left. It finds
 * processes that have left their process group and those without a parent. Without /proc it does nothing.
 */
export function killMarked(variable: string, value: string): void {
  if (!onLinux) return;
  const mark = `\0${variable}=${value}\0`;
  // A process may start another while the list is read, so the list is read again until it is empty.
  for (let look = 0; look < 10; look++) {
    const found = processIds().filter((pid) => `\0${environmentOf(pid)}`.includes(mark));
    if (found.length === 0) return;
    for (const pid of found) deliver(pid, "SIGKILL");
  }
}

/**
 * Returns the environment that a process was started with, each variable ended by a zero; empty when it cannot be read.
 */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

const processIds = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Returns the children in the order in which they were started. */
export function childrenOf(pid: number): number[] {
  return listProcesses()
    .filter((row) => row.parent === pid)
    .map((row) => row.pid)
    .sort((a, b) => a - b);
}

/** Returns the resident memory of a process and everything below it. */
export const residentBytesOfTree = (root: number): number => usageOfTrees([root])[0]!.memoryBytes;

/** Returns what several trees use, from one list of the machine's processes. */
export function usageOfTrees(
  roots: readonly number[],
): { readonly memoryBytes: number; readonly cpuSeconds?: number }[] {
  const rows = listProcesses();
  const byId = new Map(rows.map((row) => [row.pid, row]));
  const children = Map.groupBy(rows, ({ parent }) => parent);
  const sum = (pid: number, of: (row: ProcessRow) => number): number => {
    const own = byId.get(pid);
    return (children.get(pid) ?? []).reduce((total, child) => total + sum(child.pid, of), own ? of(own) : 0);
  };
  return roots.map((root) => ({
    memoryBytes: sum(root, ({ residentBytes }) => residentBytes),
    ...(onLinux && { cpuSeconds: sum(root, ({ cpuTicks = 0 }) => cpuTicks) / linuxTicksPerSecond }),
  }));
}

/** Returns the ids of a process and of everything below it. */
export function idsOfTree(root: number): number[] {
  const children = Map.groupBy(listProcesses(), ({ parent }) => parent);
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap((child) => below(child.pid))];
  return below(root);
}

/** Returns the fields of /proc/PID/stat from the third on. The second may contain spaces and parentheses. */
function linuxStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function linuxStartTime(pid: number): string | undefined {
  const stat = linuxStat(pid);
  if (!stat || stat[0] === "Z" || stat[0] === "X") return undefined;
  return stat[19];
}

function portableStartTime(pid: number): string | undefined {
  try {
    const [state = "Z", ...started] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      timeout: lookMilliseconds,
    })
      .trim()
      .split(/\s+/);
    return state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}

const linuxPageBytes = 4096;
/** The unit of the times in /proc, which is the same on every machine. */
const linuxTicksPerSecond = 100;
/** Where /proc/PID/stat has the time of a process, and of its children that have ended. */
const linuxTimes = [11, 12, 13, 14] as const;

function listProcesses(): ProcessRow[] {
  if (!onLinux) {
    const table = execFileSync("ps", ["-axo", "pid=,ppid=,rss="], { encoding: "utf8", timeout: lookMilliseconds })
      .trim()
      .split("\n");
    return table.map((line) => {
      const [pid, parent, kibibytes] = line.trim().split(/\s+/).map(Number);
      return { pid: pid!, parent: parent!, residentBytes: kibibytes! * 1024 };
    });
  }
  const rows: ProcessRow[] = [];
  for (const pid of processIds()) {
    const stat = linuxStat(pid);
    if (!stat) continue;
    const cpuTicks = linuxTimes.reduce((sum, place) => sum + Number(stat[place]), 0);
    rows.push({ pid, parent: Number(stat[1]), residentBytes: Number(stat[21]) * linuxPageBytes, cpuTicks });
  }
  return rows;
}
