import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What is there of a home's runs: their folders, and the ids of processes that work in one, by their command line or,
 * where a run has no sandbox, by the environment it was started with.
 */
export function runsLeftIn(home: string): string[] {
  const folder = join(home, "runs");
  const processes = readdirSync("/proc").filter((pid) =>
    ["cmdline", "environ"].some((file) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8").includes(folder);
      } catch {
        return false;
      }
    }),
  );
  return [...readdirSync(folder), ...processes];
}
