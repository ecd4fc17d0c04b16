import { existsSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { mlRoot } from "../ml-root.ts";
import { readOwnFile, replaceOwnFile } from "../own-files.ts";
import type { Told } from "../run-program.ts";

/** What the SageMaker SDK's driver writes of everything that fails before the user's script, the cause left out. */
const withoutCause = /^Training Execution failed\. .*/;
/** How pip, the first thing that fails there, says why, and Python, for example that a module is missing. */
const cause = /^(?:ERROR: |ModuleNotFoundError: |ImportError: ).+$/gm;
const longestCause = 300;
/** What the driver writes is short; a script may have written anything. */
const longestFailure = 64 * 1024;

/**
 * Listens to a job of the SDK's driver (its version 3), which names a failed installation of requirements in the log alone.
 * Returns undefined for a command of another kind.
 */
export function listenToDriver(): { readonly told: Told; tellCause(): Promise<void> } | undefined {
  if (!existsSync(join(mlRoot, "input/data/sm_drivers"))) return undefined;
  let last: string | undefined;
  return {
    told(lines) {
      if (lines.includes("Error: ") || lines.includes("ERROR: ")) last = lines.match(cause)?.at(-1) ?? last;
    },
    /** Adds the cause to the first line of what the driver wrote. */
    async tellCause() {
      const file = join(mlRoot, "output/failure");
      if (last === undefined) return;
      const read = async (opened: FileHandle) =>
        (await opened.stat()).size > longestFailure ? "" : await opened.readFile("utf8");
      const text = (await readOwnFile(file, read)) ?? "";
      if (withoutCause.test(text))
        replaceOwnFile(
          file,
          text.replace(withoutCause, (line) => `${line} (${last?.slice(0, longestCause)})`),
        );
    },
  };
}
