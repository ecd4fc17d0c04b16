import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { searchPath } from "./search-path.ts";

/** Something of the machine without which no run can be started. */
interface Need {
  /** The name of a program on the PATH, or the path of a file. */
  readonly what: string;
  readonly words: string;
  /** The package that has it. */
  readonly package?: string;
  readonly platforms?: readonly NodeJS.Platform[];
}

const needs: readonly Need[] = [
  { what: "mkfifo", words: "makes the pipes by which a run's output is read", package: "coreutils" },
  { what: "/bin/sh", words: "starts a run and puts it into its control group", package: "dash" },
  { what: "ps", words: "tells processes apart", package: "procps", platforms: ["darwin", "freebsd", "openbsd"] },
  { what: "/proc/self/stat", words: "tells processes apart; /proc must be mounted", platforms: ["linux"] },
  { what: "/dev/stdout", words: "is the output of what a run starts; /dev and /proc must be mounted" },
];

export interface MissingNeed {
  /** "mkfifo is not on the PATH: it makes ..." */
  readonly words: string;
  readonly package?: string;
}

/** Returns what a run needs and this machine lacks. */
export function missingNeeds(path = searchPath, platform = process.platform): readonly MissingNeed[] {
  return needs.flatMap(({ what, words, package: name, platforms }) => {
    if (platforms?.includes(platform) === false) return [];
    const isFile = what.startsWith("/");
    if (isFile ? isThere(what, constants.F_OK) : findProgram(what, path) !== undefined) return [];
    return [{ words: `${what} is ${isFile ? "missing" : "not on the PATH"}: it ${words}`, package: name }];
  });
}

/** Words for the machine's needs that are met, for a check. */
export const neededHere = (platform = process.platform): string =>
  needs
    .filter(({ platforms }) => platforms?.includes(platform) !== false)
    .map(({ what }) => what)
    .join(", ");

/** Returns the path of a program; undefined when no folder of the PATH has it. */
export function findProgram(name: string, path = searchPath): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => isThere(file, constants.X_OK));
}

function isThere(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
