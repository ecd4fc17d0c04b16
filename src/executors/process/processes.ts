import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process id alone may be given to another process later; with the start time it never is. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
}

const onLinux = process.platform === "linux";

/** undefined when there is no such process, or when it has ended and waits for its parent. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = onLinux ? linuxStartTime(pid) : portableStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(known: ProcessIdentity): boolean {
  return identify(known.pid)?.startTime === known.startTime;
}

/** Signals exactly that process, or with `group` the process group it leads; false when it is gone. */
export function signalProcess(
  known: ProcessIdentity,
  signal: NodeJS.Signals,
  options: { group?: boolean } = {},
): boolean {
  return isAlive(known) && deliver(options.group ? -known.pid : known.pid, signal);
}

/** `kill` that answers whether anybody was there. */
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
 * SIGKILL to every process that was started with this in its environment, until none is left: those that left their
 * process group, or whose parents are gone, are among them. Where the system does not tell (no /proc) it does nothing.
 */
export function killMarked(variable: string, value: string): void {
  if (!onLinux) return;
  const mark = `\0${variable}=${value}\0`;
  // A process may start another while it is looked for: so once more, as long as somebody was found.
  for (let look = 0; look < 10; look++) {
    const found = processIds().filter((pid) => `\0${environmentOf(pid)}`.includes(mark));
    if (found.length === 0) return;
    for (const pid of found) deliver(pid, "SIGKILL");
  }
}

/** As the process was started, each variable ended by a zero; empty for one that has ended or belongs to another user. */
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

/** Children in the order they were started. */
export function childrenOf(pid: number): number[] {
  return listProcesses()
    .filter((row) => row.parent === pid)
    .map((row) => row.pid)
    .sort((a, b) => a - b);
}

/** Memory in use by a process and everything below it. */
export function residentBytesOfTree(root: number): number {
  const rows = listProcesses();
  const members = new Set([root]);
  // Parents may be listed after their children (ids wrap around), so go on until nobody joins.
  for (let before = 0; before !== members.size; ) {
    before = members.size;
    for (const row of rows) if (members.has(row.parent)) members.add(row.pid);
  }
  return rows.reduce((sum, row) => (members.has(row.pid) ? sum + row.residentBytes : sum), 0);
}

/** The fields of /proc/PID/stat from the third on: the second may hold spaces and parentheses. */
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
    })
      .trim()
      .split(/\s+/);
    return state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}

const linuxPageBytes = 4096;

function listProcesses(): ProcessRow[] {
  if (!onLinux) {
    const table = execFileSync("ps", ["-axo", "pid=,ppid=,rss="], { encoding: "utf8" }).trim().split("\n");
    return table.map((line) => {
      const [pid, parent, kibibytes] = line.trim().split(/\s+/).map(Number);
      return { pid: pid!, parent: parent!, residentBytes: kibibytes! * 1024 };
    });
  }
  const rows: ProcessRow[] = [];
  for (const pid of processIds()) {
    const stat = linuxStat(pid);
    if (stat) rows.push({ pid, parent: Number(stat[1]), residentBytes: Number(stat[21]) * linuxPageBytes });
  }
  return rows;
}
