import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { entriesBelow } from "./entries-below.ts";

const folder = mkdtempSync(join(tmpdir(), "entries-below-"));
// A path to what lies there would be too long for what removes it in this process.
afterAll(() => execFileSync("rm", ["-rf", folder]));

async function sizesBelow(root: string): Promise<number[]> {
  const sizes: number[] = [];
  for await (const entry of entriesBelow(root)) if (entry.isFile()) sizes.push(entry.size);
  return sizes.sort((a, b) => a - b);
}

it("finds what is in a folder and below it, follows no link, and finds nothing where there is none", async () => {
  const root = join(folder, "plain");
  mkdirSync(join(root, "a/b"), { recursive: true });
  for (const [path, size] of [
    ["one", 1],
    ["a/two", 2],
    ["a/b/three", 3],
  ] as const)
    writeFileSync(join(root, path), "x".repeat(size));
  symlinkSync("/etc", join(root, "link"));
  expect(await sizesBelow(root)).toEqual([1, 2, 3]);
  expect(await sizesBelow(join(folder, "none"))).toEqual([]);
  expect(await sizesBelow(join(root, "link"))).toEqual([]);
});

it.runIf(process.platform === "linux")("finds what is in a folder that its owner may not enter", async () => {
  const root = join(folder, "closed");
  mkdirSync(join(root, "in/side"), { recursive: true });
  writeFileSync(join(root, "in/side/file"), "xx");
  for (const path of ["in/side", "in"]) chmodSync(join(root, path), 0);
  expect(await sizesBelow(root)).toEqual([2]);
});

it.runIf(process.platform === "linux")(
  "finds what lies deeper than a path can say, and keeps nothing open",
  async () => {
    const root = join(folder, "deep");
    mkdirSync(root);
    // A shell enters each folder by its name: no path is long enough for the last.
    const name = "d".repeat(200);
    const shell = `for i in $(seq 60); do mkdir ${name} side; printf sss > side/file; cd -P ${name}; done; printf bottom > file`;
    execFileSync("sh", ["-c", shell], { cwd: root });
    const before = readdirSync("/proc/self/fd").length;
    expect(await sizesBelow(root)).toEqual([...Array(60).fill(3), 6]);
    for await (const entry of entriesBelow(root)) if (entry.size === 3) break;
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  },
);
