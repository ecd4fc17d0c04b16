import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { exactMemory, memoryBesidePages, memoryOfFiles } from "./memory-use.ts";
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

it.runIf(onLinux)("takes a file system whose size nobody can tell for endless", async (context) => {
  const lines = "mount -t ramfs x /mnt && echo ready && read -r _";
  const pid = await start(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", lines]);
  if (pid === undefined) return context.skip("no ramfs can be mounted here");
  expect(exactMemory(idsOfTree(pid))).toBe(Number.POSITIVE_INFINITY);
});

const python = (lines: string) => ["python3", "-c", `${lines}\nprint("ready", flush=True)\ninput()`];

it.runIf(onLinux)("counts a file in memory that has no name and is not mapped, once", async (context) => {
  const lines = `
import os
file = os.memfd_create("x")
os.write(file, bytes(30_000_000))
others = [os.dup(file) for _ in range(3)]`;
  const pid = await start(python(lines));
  if (pid === undefined) return context.skip("there is no python3");
  expect(memoryBesidePages([pid, pid])).toBeGreaterThanOrEqual(30e6);
  expect(memoryBesidePages([pid, pid])).toBeLessThan(40e6);
  expect(exactMemory([pid])).toBeGreaterThanOrEqual(30e6);
});

it.runIf(onLinux)("counts a shared segment that nobody has attached, and a tmpfs wherever it is", async (context) => {
  const lines = `
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(0, 20_000_000, 0o1600)
address = libc.shmat(segment, None, 0)
ctypes.memset(address, 1, 20_000_000)
libc.shmdt(ctypes.c_void_p(address))
libc.mount(b"x", b"/opt", b"tmpfs", 0, None)
open("/opt/file", "wb").write(bytes(30_000_000))`;
  const pid = await start(["unshare", "--user", "--map-root-user", "--mount", "--ipc", ...python(lines)]);
  if (pid === undefined) return context.skip("no namespaces can be made here, or there is no python3");
  expect(memoryBesidePages(idsOfTree(pid))).toBeGreaterThanOrEqual(50e6);
});
