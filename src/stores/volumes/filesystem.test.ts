import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFilesystemVolumeStore } from "./filesystem.ts";
import { VolumeMissing, type VolumeStore } from "./port.ts";

let folder: string;
let volumes: VolumeStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "volumes-"));
  volumes = createFilesystemVolumeStore(join(folder, "volumes"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a folder keeps its files when it is made again, and is its owner's alone", async () => {
  await volumes.make("fs-1");
  await volumes.makeFolder("fs-1", "200001");
  const path = volumes.pathOf("fs-1", "200001");
  writeFileSync(join(path, "notes.txt"), "kept");
  await volumes.make("fs-1");
  await volumes.makeFolder("fs-1", "200001");
  expect(readFileSync(join(path, "notes.txt"), "utf8")).toBe("kept");
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test("removals are whole, can be repeated, and follow no link", async () => {
  writeFileSync(join(folder, "elsewhere"), "stays");
  await volumes.make("fs-1");
  for (const name of ["200001", "200002"]) await volumes.makeFolder("fs-1", name);
  symlinkSync(join(folder, "elsewhere"), join(volumes.pathOf("fs-1", "200001"), "link"));
  for (let times = 0; times < 2; times++) await volumes.removeFolder("fs-1", "200001");
  expect(readdirSync(join(folder, "volumes", "fs-1"))).toEqual(["200002"]);
  for (let times = 0; times < 2; times++) await volumes.remove("fs-1");
  expect(readdirSync(join(folder, "volumes"))).toEqual([]);
  expect(existsSync(join(folder, "elsewhere"))).toBe(true);
});

test("a folder of a volume that is gone is told", async () => {
  await expect(volumes.makeFolder("fs-1", "200001")).rejects.toThrow(new VolumeMissing("fs-1"));
});

test.each(["..", ".removed", "a/b", "", "A", "-a"])("%j names nothing", (name) => {
  expect(() => volumes.pathOf("fs-1", name)).toThrow(RangeError);
  expect(() => volumes.pathOf(name, "200001")).toThrow(RangeError);
});

test("clear removes all of it", async () => {
  await volumes.clear();
  await volumes.make("fs-1");
  await volumes.clear();
  expect(readdirSync(join(folder, "volumes"))).toEqual([]);
});
