import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, it } from "vitest";
import { type ContractSkips, executorContract } from "../executor.contract.ts";
import type { ExecutorUnderTest } from "../script-run.fixture.ts";
import { canLimitCores } from "./control-group.ts";
import { findProgram } from "./machine-needs.ts";
import { probeSandbox } from "./probe-sandbox.ts";
import { createProcessExecutor, type ProcessExecutorOptions } from "./process.ts";

const serverUrl = "http://127.0.0.1:4620";
const productRoot = resolve(import.meta.dirname, "../../..");

export function createHome(changes: Partial<ProcessExecutorOptions> = {}) {
  const home = mkdtempSync(join(tmpdir(), "runs-"));
  const options = {
    folder: join(home, "runs"),
    home,
    lease: join(home, "lease"),
    addressFile: join(home, "address", "url"),
    productRoot,
    node: process.execPath,
    ...changes,
  };
  mkdirSync(join(home, "address"));
  writeFileSync(options.addressFile, serverUrl);
  mkdirSync(options.folder);
  writeFileSync(options.lease, "");
  return { home, options, executor: createProcessExecutor(options) };
}

export async function clear({ home, executor }: ReturnType<typeof createHome>): Promise<void> {
  for (const runId of await executor.list()) await executor.remove(runId);
  rmSync(home, { recursive: true });
}

export async function underTest(changes: Partial<ProcessExecutorOptions>): Promise<ExecutorUnderTest> {
  const made = createHome(changes);
  return { executor: made.executor, serverUrl, close: () => clear(made) };
}

export const skips: ContractSkips = {
  "container images": "it starts programs of the machine",
  ...(canLimitCores() ? {} : { "limit on cores": "this machine gives us no control group" }),
};

const folderOfUnshare = mkdtempSync(join(tmpdir(), "unshare-"));
for (const name of ["unshare", "mkfifo", "nsenter", "ip"]) {
  const program = findProgram(name);
  if (program !== undefined) symlinkSync(program, join(folderOfUnshare, name));
}
afterAll(() => rmSync(folderOfUnshare, { recursive: true }));

/** What each sandbox is made by: without bubblewrap on the PATH, util-linux makes it. */
export const sandboxes = [
  { title: "bubblewrap", path: process.env.PATH },
  { title: "unshare", path: folderOfUnshare },
].map((one) => ({ ...one, probe: probeSandbox(one.path) }));

/** Tests the executor with what makes its sandboxes; in CI both have to be there. */
export function sandboxContract(wanted: "bubblewrap" | "unshare"): void {
  const { path, probe } = sandboxes.find(({ title }) => title === wanted)!;
  if (probe.works && probe.kind === wanted)
    executorContract(`process executor, ${wanted}`, () => underTest({ path }), { skips });
  else
    it.skipIf(!process.env.CI)(`process executor, ${wanted}`, () => {
      throw new Error(`CI tests the sandbox too: ${JSON.stringify(probe)}`);
    });
}
