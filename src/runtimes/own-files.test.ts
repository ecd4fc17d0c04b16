import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openedPath, ownFiles, readOwnFile } from "./own-files.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "own-files-")));
  mkdirSync(join(folder, "job/deep"), { recursive: true });
  writeFileSync(join(folder, "job/a"), "one");
  writeFileSync(join(folder, "job/deep/b"), "two");
  mkdirSync(join(folder, "secret"));
  writeFileSync(join(folder, "secret/key"), "key");
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (path: string) => readOwnFile(join(folder, path), (file) => file.readFile("utf8"));

it("reads a file, also by the path of what is open when another is in its place", async () => {
  expect(await read("job/a")).toBe("one");
  const text = await readOwnFile(join(folder, "job/a"), async (file) => {
    rmSync(join(folder, "job/a"));
    symlinkSync(join(folder, "secret/key"), join(folder, "job/a"));
    return readFile(openedPath(file), "utf8");
  });
  expect(text).toBe("one");
});

it("reads no link, nothing below one, no pipe, no folder, nothing that is not there", async () => {
  symlinkSync(join(folder, "secret/key"), join(folder, "job/link"));
  symlinkSync(join(folder, "secret"), join(folder, "job/folder"));
  execFileSync("mkfifo", [join(folder, "job/pipe")]);
  const paths = ["job/link", "job/folder/key", "job/pipe", "job/deep", "job/none", "job/a/none"];
  for (const path of paths) expect(await read(path), path).toBeUndefined();
});

it("lists the files below a folder and follows no link", async () => {
  symlinkSync(join(folder, "secret"), join(folder, "job/folder"));
  symlinkSync(join(folder, "secret/key"), join(folder, "job/link"));
  execFileSync("mkfifo", [join(folder, "job/pipe")]);
  writeFileSync(Buffer.concat([Buffer.from(join(folder, "job/bad")), Buffer.from([0xff])]), "x");
  const left: string[] = [];
  const leaveOut = (path: string, why: string) => void left.push(`${path} ${why}`);
  expect(await ownFiles(join(folder, "job"), leaveOut)).toEqual(["a", "deep/b"]);
  expect(left.sort()).toEqual([
    "bad\ufffd has a name that is no UTF-8",
    "folder is a symbolic link",
    "link is a symbolic link",
  ]);
  expect(await ownFiles(join(folder, "none"), leaveOut)).toEqual([]);
  for (const other of ["job/folder", "job/a"]) expect(await ownFiles(join(folder, other), leaveOut)).toEqual([]);
  expect(left.slice(3)).toEqual([" is a symbolic link", " is no folder"]);
});
