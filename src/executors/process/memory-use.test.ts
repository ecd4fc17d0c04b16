import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { exactMemory, memoryOfFiles } from "./memory-use.ts";
import { idsOfTree, residentBytesOfTree } from "./processes.ts";

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    const closed = once(child, "close");
    child.stdin!.end();
    await closed;
  }
});

/** Starts lines of a shell that end when their input does; undefined where they fail before they say that they are ready. */
async function start(command: readonly string[]): Promise<number | undefined> {
  const child = spawn(command[0]!, command.slice(1), { stdio: ["pipe", "pipe", "ignore"] });
  started.push(child);
  const [first] = await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  return String(first).trim() === "ready" ? child.pid : undefined;
}

const onLinux = process.platform === "linux";

it.runIf(onLinux)("counts once what processes share after a fork", async () => {
  const lines = `text=$(head -c 40000000 /dev/zero | tr '\\0' a)
    for _ in 1 2 3; do (read -r _ <&3) & done 3<&0
    echo ready; read -r _; wait`;
  const pid = await start(["sh", "-c", lines]);
  const tree = idsOfTree(pid!);
  expect(residentBytesOfTree(pid!)).toBeGreaterThan(140e6);
  expect(exactMemory(tree)).toBeGreaterThan(40e6);
  expect(exactMemory(tree)).toBeLessThan(120e6);
});

it.runIf(onLinux)("counts the files of a sandbox that are in memory, and none of the machine's", async (context) => {
  expect(memoryOfFiles([process.pid])).toBe(0);
  const lines = "mount -t tmpfs x /run && head -c 30000000 /dev/zero > /run/file && echo ready && read -r _";
  const pid = await start(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", lines]);
  if (pid === undefined) return context.skip("no mount namespace can be made here");
  const tree = idsOfTree(pid);
  expect(memoryOfFiles(tree)).toBeGreaterThanOrEqual(30e6);
  expect(memoryOfFiles([...tree, ...tree])).toBe(memoryOfFiles(tree));
  expect(exactMemory(tree)).toBeGreaterThanOrEqual(30e6);
});
