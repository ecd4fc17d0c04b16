import { readdirSync, readFileSync } from "node:fs";

/** What a process and all below it have done so far, as Linux counts it; cheap to ask. */
export interface Glance {
  /** Time on a core of the first threads, in nanoseconds. */
  readonly ran: number;
  /** Time on a core of all threads, in the kernel's ticks of 10 ms. */
  readonly ticks: number;
  /** Whether all of them sleep, each able to go on at once: none is stopped or held by the kernel. */
  readonly sleeps: boolean;
}

/** Returns undefined where the system does not say it, and for a process that is gone. */
export function glanceAt(pid: number): Glance | undefined {
  return gather(pid, (process) => {
    const stat = read(process, "stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ran = Number.parseInt(read(process, "schedstat"), 10);
    return { ran, ticks: Number(fields[11]) + Number(fields[12]), sleeps: fields[0] === "S" };
  })?.reduce((sum, one) => ({
    ran: sum.ran + one.ran,
    ticks: sum.ticks + one.ticks,
    sleeps: sum.sleeps && one.sleeps,
  }));
}

/**
 * Returns the time that all threads of a process and of those below it were on a core or in the queue for one, in
 * nanoseconds: what a busy process wants on a crowded machine.
 */
export function effortOf(pid: number): number | undefined {
  return gather(pid, (process) =>
    readdirSync(`/proc/${process}/task`)
      .map((thread) => read(process, `task/${thread}/schedstat`).split(" "))
      .reduce((sum, [ran, queued]) => sum + Number(ran) + Number(queued), 0),
  )?.reduce((sum, one) => sum + one);
}

/** Looks at a process and all below it. A child that ends meanwhile is left out. */
function gather<T>(pid: number, look: (process: number) => T): T[] | undefined {
  try {
    const below = read(pid, `task/${pid}/children`).trim();
    const children = below === "" ? [] : below.split(" ").flatMap((child) => gather(Number(child), look) ?? []);
    return [look(pid), ...children];
  } catch {
    return undefined;
  }
}

const read = (process: number, file: string): string => readFileSync(`/proc/${process}/${file}`, "latin1");
