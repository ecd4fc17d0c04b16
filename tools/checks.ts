import { join } from "node:path";
import { command, root, type Step, tests, tool } from "./steps.ts";

/** What `npm run check` runs, quickest first. */
export const checks: readonly Step[] = [
  tool("format and lint", "biome", "check", "."),
  tool("types", "tsc", "-p", "."),
  tool("types of the pure layers", "tsc", "-p", "tsconfig.pure.json"),
  command("layers", join(root, "tools", "layers.ts")),
  // Unit tests mostly wait for processes and disks, so twice as many run at once as conformance tests.
  tests("unit tests", "--project", "unit", "--maxWorkers", "4"),
];
