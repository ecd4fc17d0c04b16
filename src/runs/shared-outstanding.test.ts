import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSharedOutstanding, forgetOutstanding, type SharedOutstanding } from "./shared-outstanding.ts";

const run = "01K9ZZZZZZABCDEFGHJKMNPQRS";
const another = "01K9ZZZZZZABCDEFGHJKMNPQRT";
let folder: string;
let all: SharedOutstanding[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-outstanding-"));
  all = [0, 1, 2].map((own) => createSharedOutstanding(folder, own, 3));
});
afterEach(() => {
  for (const one of all) one.close();
  rmSync(folder, { recursive: true });
});

const counts = (runId: string) => all.map((one) => one.of(runId));

it("counts the requests of all processes, at once", () => {
  expect(counts(run)).toEqual([0, 0, 0]);
  const first = all[0]!.enter(run);
  const second = all[1]!.enter(run);
  all[1]!.enter(another);
  expect(counts(run)).toEqual([2, 2, 2]);
  expect(counts(another)).toEqual([1, 1, 1]);
  const third = all[2]!.enter(run, 5_000_000_000);
  all[0]!.enter(another, 7);
  expect(all.map((one) => one.bytesOf(run))).toEqual([5e9, 5e9, 5e9]);
  expect(all.map((one) => one.bytesOf(another))).toEqual([7, 7, 7]);
  third();
  first();
  first();
  expect(counts(run)).toEqual([1, 1, 1]);
  expect(all[1]!.bytesOf(run)).toBe(0);
  second();
  expect(counts(run)).toEqual([0, 0, 0]);
});

it("forgets those of a process that has ended, and begins anew in its place", () => {
  all[0]!.enter(run);
  all[1]!.enter(run);
  forgetOutstanding(folder, 0);
  expect(all[2]!.of(run)).toBe(1);
  all[0]!.close();
  all[0] = createSharedOutstanding(folder, 0, 3);
  expect(counts(run)).toEqual([1, 1, 1]);
  all[0]!.enter(run);
  expect(counts(run)).toEqual([2, 2, 2]);
});
