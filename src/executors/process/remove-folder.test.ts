import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeFolder } from "./remove-folder.ts";

it("removes what is there, however deep, and takes what is not there as removed", async () => {
  const place = mkdtempSync(join(tmpdir(), "remove-folder-"));
  const folder = join(place, "run");
  mkdirSync(join(folder, "a/b"), { recursive: true });
  writeFileSync(join(folder, "a/b/file"), "x");
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);

  mkdirSync(folder);
  // A shell enters each folder by its name: no path is long enough for the last.
  const name = "d".repeat(200);
  execFileSync("sh", ["-c", `for i in $(seq 60); do mkdir side ${name}; cd -P ${name}; echo x > file; done`], {
    cwd: folder,
  });
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
  await removeFolder(folder);
  rmdirSync(place);
});
