import { join } from "node:path";
import { tests } from "./run-tests.ts";
import { command, root, type Step, tool } from "./steps.ts";

/** What is known of the types is kept, so that the next check reads what has changed since. */
const kept = ["--incremental", "--tsBuildInfoFile", join(root, ".cache", "types.json")];

/** What `npm run check` runs, quickest first. */
export const checks: readonly (Step | readonly Step[])[] = [
  [
    tool("format and lint", "biome", "check", "."),
    tool("types of the pure layers", "tsc", "-p", "tsconfig.pure.json"),
    command("layers", join(root, "tools", "layers.ts")),
    tool("types", "tsc", "-p", ".", ...kept),
    tool("types of Studio", "tsc", "-p", "studio"),
  ],
  // Unit tests mostly wait for processes and disks, so more files run at once than of conformance tests.
  tests("unit tests", { project: "unit", atOnce: 5 }),
];
