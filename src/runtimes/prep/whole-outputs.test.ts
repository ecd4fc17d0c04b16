import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWholeOutputs } from "./whole-outputs.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "whole-outputs-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = (path: string) => readFileSync(join(root, path), "utf8");

it("shows outputs when they are published, in the place of what was there", () => {
  write("output/a/b/part-00001_0.csv", "of an earlier run");
  write("output/other.csv", "of another");
  const whole = createWholeOutputs(root, "aside");
  write(join(whole.folder("output/a/b"), "part-00000_0.csv"), "rows");
  // Nodes may have dots in their names.
  write(join(whole.folder("output/a/b/c"), "part-00000_0.csv"), "more");
  write(whole.file("output/learned.flow"), "{}");
  expect(readdirSync(join(root, "output/a/b"))).toEqual(["part-00001_0.csv"]);
  whole.publish();
  expect(readdirSync(join(root, "output/a/b")).sort()).toEqual(["c", "part-00000_0.csv"]);
  expect([read("output/a/b/c/part-00000_0.csv"), read("output/learned.flow"), read("output/other.csv")]).toEqual([
    "more",
    "{}",
    "of another",
  ]);
});

it("forgets what an earlier try left, and what an output had before it was begun again", () => {
  write("aside/output/a/part-00000_0.csv", "half");
  const whole = createWholeOutputs(root, "aside");
  whole.publish();
  expect(existsSync(join(root, "output"))).toBe(false);
  write(join(whole.folder("output/a"), "part-00001_0.csv"), "half");
  write(join(whole.folder("output/a"), "part-00000_0.csv"), "rows");
  whole.publish();
  expect(readdirSync(join(root, "output/a"))).toEqual(["part-00000_0.csv"]);
});
