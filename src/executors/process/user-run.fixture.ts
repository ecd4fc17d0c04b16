import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runSpecToEnd, scriptSpec } from "../script-run.fixture.ts";
import { createProcessExecutor } from "./process.ts";

/**
 * A program for tests that begin as root and need an ordinary user: it runs JavaScript in a run with an inner sandbox, and
 * prints as JSON how that has ended.
 *
 *     node user-run.fixture.ts MEMORY-BYTES SOURCE
 */
const [memoryBytes, source] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), "user-run-"));
try {
  const path = (name: string): string => join(home, name);
  mkdirSync(path("runs"));
  mkdirSync(path("address"));
  writeFileSync(path("address/url"), "http://127.0.0.1:4620");
  writeFileSync(path("lease"), "");
  const executor = createProcessExecutor({
    ...{ home, folder: path("runs"), lease: path("lease"), addressFile: path("address/url") },
    ...{ productRoot: resolve(import.meta.dirname, "../../.."), node: process.execPath },
  });
  const { exit, lines } = await runSpecToEnd(
    executor,
    scriptSpec(source!, { innerSandbox: true, limits: { memoryBytes: Number(memoryBytes) } }),
  );
  for (const runId of await executor.list()) await executor.remove(runId);
  console.log(JSON.stringify({ exit, lines }));
} finally {
  rmSync(home, { recursive: true, force: true });
}
