import { statfsSync } from "node:fs";
import { EnvironmentFault } from "./environment-fault.ts";

const gibibyte = 1024;

/** "5.2 GiB", "320 MiB". */
export const sizeWords = (mebibytes: number): string =>
  mebibytes >= gibibyte ? `${(mebibytes / gibibyte).toFixed(1)} GiB` : `${Math.round(mebibytes)} MiB`;

/**
 * Refuses an environment where the disk has less than twice its size left: what is fetched takes as much as what is
 * installed, and a full disk would end other jobs.
 */
export function checkRoom(name: string, folder: string, mebibytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 1024 ** 2;
  if (free >= 2 * mebibytes) return;
  throw new EnvironmentFault(
    `The Python environment ${name} takes ${sizeWords(mebibytes)}, and making it twice that. The disk of ${folder} has ${sizeWords(free)} left. ` +
      "Free some of it, for example with `sagebrush environments prune`, or name another folder with SAGEBRUSH_ENVIRONMENTS.",
  );
}
