import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { canLimitCores } from "./control-group.ts";
import { findProgram } from "./machine-needs.ts";

const isRoot = process.getuid?.() === 0;
/** The user that no files belong to. */
const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

/** Runs JavaScript in a sandbox of an ordinary user. */
function runAsUser(memoryBytes: number, source: string) {
  const program = join(import.meta.dirname, "user-run.fixture.ts");
  const words = [...(isRoot ? nobody : []), process.execPath, program, String(memoryBytes), source];
  const { stdout, stderr } = spawnSync(words[0]!, words.slice(1), {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  return stdout === "" ? { failure: stderr } : (JSON.parse(stdout) as { exit: unknown; lines: string[] });
}

/** Starts Python in the inner sandbox, and ends as it does. */
const python = (lines: string): string => `
  const { spawnSync } = require("node:child_process");
  const { stdout, stderr, status, signal } = spawnSync(process.env.SAGEBRUSH_INNER_SANDBOX, [
    ...["start", "--", "python3", "-c", ${JSON.stringify(lines)}],
  ], { encoding: "utf8" });
  console.log(stdout + stderr);
  process.exit(signal ? 1 : status);`;

const canTry = process.platform === "linux" && findProgram("python3") !== undefined && (isRoot || !canLimitCores());

it.runIf(canTry)(
  "a program in a sandbox of an ordinary user has no more memory by a segment that nobody has attached",
  async (context) => {
    const run = runAsUser(
      400e6,
      python(`
import ctypes, time
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
for count in range(6):
    segment = libc.shmget(0, 100_000_000, 0o1600)
    address = ctypes.c_void_p(libc.shmat(segment, None, 0))
    ctypes.memset(address, 1, 100_000_000)
    libc.shmdt(address)
time.sleep(20)
print("still there")`),
    );
    if ("failure" in run) return context.skip(`an ordinary user cannot run programs of this folder: ${run.failure}`);
    expect(run).toMatchObject({ exit: { code: 137, reason: "memory" } });
  },
);
