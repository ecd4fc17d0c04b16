import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * What is there of a home's runs: their folders, and the ids of processes that work in one, by their command line or,
 * where a run has no sandbox, by the environment it was started with. What a sandbox hides from both, a script in the
 * inner one say, is found by its mounts.
 */
export function runsLeftIn(home: string): string[] {
  const folder = join(home, "runs");
  const mounted = mountedFrom(folder);
  const processes = readdirSync("/proc").filter((pid) => {
    const has = (file: string, text: string) => textOf(`/proc/${pid}/${file}`).includes(text);
    const isIn = has("cmdline", folder) || has("environ", folder);
    return isIn || (/^\d+$/.test(pid) && mounted !== undefined && has("mountinfo", mounted));
  });
  return [...readdirSync(folder), ...processes];
}

/**
 * How a mount of something in that folder begins in the mountinfo of a process, after the mount's own numbers: with the
 * disk's number and the place on the disk. Undefined where the system has no such file.
 */
function mountedFrom(folder: string): string | undefined {
  const path = realpathSync(folder);
  const mounts = textOf("/proc/self/mountinfo")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , , , point]) => point !== undefined && isBelow(path, point));
  // The deepest is the disk that has the folder, and of several on one point the last.
  const deepest = mounts.toSorted((a, b) => a[4]!.length - b[4]!.length).at(-1);
  if (deepest === undefined) return undefined;
  const [, , disk, root, point] = deepest;
  return ` ${disk} ${join(root!, relative(point!, path))}/`;
}

const isBelow = (path: string, point: string): boolean => point === "/" || path.startsWith(`${point}/`);

/** "" for what has gone, or is not to be read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
