import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listenBelow } from "./listen-below.ts";

test("a socket in a folder is reached by its path, whatever was left there, however deep it lies, and goes with the server", async () => {
  const root = mkdtempSync(join(tmpdir(), "listen-below-"));
  try {
    const folder = join(root, "deep".repeat(30));
    mkdirSync(folder);
    writeFileSync(join(folder, "socket"), "left by one that was killed");
    const server = createServer((client) => client.end("hello"));
    await listenBelow(server, folder, "socket");
    if (process.platform === "linux") expect(readFileSync("/proc/net/unix", "utf8")).not.toContain(folder);
    process.chdir(folder);
    const client = connect("socket");
    let said = "";
    for await (const part of client) said += part;
    expect(said).toBe("hello");
    await new Promise((resolve) => server.close(resolve));
    expect(existsSync(join(folder, "socket"))).toBe(false);
    if (process.platform === "linux") expect(openedFiles()).not.toContain(folder);
  } finally {
    process.chdir(import.meta.dirname);
    rmSync(root, { recursive: true, force: true });
  }
});

const openedFiles = (): string[] =>
  readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      // Another part of the process has closed it meanwhile.
      return [];
    }
  });
