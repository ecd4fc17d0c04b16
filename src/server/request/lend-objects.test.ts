import {
  linkSync,
  mkdirSync,
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
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Caller, Grant } from "../../aws/caller.ts";
import type { LendingWish } from "../../base/lending.ts";
import { createLender } from "./lend-objects.ts";

let root: string;
let own: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lending-"));
  own = join(root, "own");
  for (const folder of ["own", "bodies"]) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true }));

const whole: Grant = { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::data/*"] };
const runOf = (...grants: Grant[]): Caller => ({
  kind: "run",
  account: "123456789012",
  arn: "arn:aws:sts::123456789012:assumed-role/SagebrushRun/R1",
  userId: "R1",
  accessKeyId: "SBRNR1",
  runId: "R1",
  grants,
});

/** Lends of these keys, each a body of its own with the key as its text, in pages of two. */
function lending(keys: readonly string[], { folder = own, files = true, caller = runOf(whole) } = {}) {
  const path = (key: string) => join(root, "bodies", encodeURIComponent(key));
  for (const key of keys) writeFileSync(path(key), key);
  const lend = createLender({
    objects: files
      ? { localPath: async ({ key }: { key: string }) => (keys.includes(key) ? path(key) : undefined) }
      : {},
    executors: { all: [{ ownFolder: (runId: string) => (runId === "R1" ? folder : undefined) }] },
    cache: { get: async () => ({ id: "B1" }) },
  } as never);
  const call = async (_: string, __: string, { Prefix, StartAfter = "" }: { Prefix: string; StartAfter?: string }) => {
    const found = [...keys].sort().filter((key) => key.startsWith(Prefix) && key > StartAfter);
    return { Contents: found.slice(0, 2).map((Key) => ({ Key })), IsTruncated: found.length > 2 };
  };
  return (wish: Partial<LendingWish> = {}) =>
    lend(caller, call as never, { folder: "f", bucket: "data", prefix: "p/", ...wish });
}

it("links the bodies of a page into the run's folder, and again when it is asked again", async () => {
  const lend = lending(["p/a", "p/b/c", "p/b/d", "p/folder/", "p/z"]);
  expect(await lend()).toEqual({ paths: ["a", "b/c"], next: "p/b/c" });
  expect(await lend()).toEqual({ paths: ["a", "b/c"], next: "p/b/c" });
  expect(await lend({ after: "p/b/c" })).toEqual({ paths: ["b/d"], next: "p/folder/" });
  expect(await lend({ after: "p/folder/" })).toEqual({ paths: ["z"] });
  expect(readFileSync(join(own, "f/b/d"), "utf8")).toBe("p/b/d");
  expect(statSync(join(own, "f/a")).nlink).toBe(2);
});

it("lends objects by their names, all of them or none", async () => {
  const lend = lending(["p/a", "p/b/c", "p/not"]);
  expect(await lend({ names: ["b/c", "a"] })).toEqual({ paths: ["b/c", "a"] });
  expect(readdirSync(join(own, "f"), { recursive: true }).sort()).toEqual(["a", "b", "b/c"]);
  expect(await lend({ prefix: "p/no", names: ["t"], folder: "g" })).toEqual({ paths: ["t"] });
  expect(readFileSync(join(own, "g/t"), "utf8")).toBe("p/not");
  expect(await lend({ names: ["a", "missing"], folder: "h" })).toEqual({ cannot: "there is no p/missing" });
  expect(await lend({ names: ["../../x"], folder: "h" })).toEqual({ key: "p/../../x", problem: "name" });
  const narrow = lending(["p/a", "p/b"], { caller: runOf({ ...whole, resources: ["arn:aws:s3:::data/p/a"] }) });
  expect(await narrow({ names: ["a", "b"], folder: "i" })).toEqual({ cannot: "p/b is not granted" });
});

it("tells keys that are no file and keys of one place", async () => {
  expect(await lending(["p/../x"])()).toEqual({ key: "p/../x", problem: "name" });
  expect(await lending(["p/a", "p/a/b"])({ folder: "g" })).toEqual({ key: "p/a/b", problem: "taken" });
  expect(await lending(["tr/a", "tr/tr/a"])({ folder: "h", prefix: "tr" })).toEqual({ paths: ["a", "tr/a"] });
  const same = lending(["p/tr/a", "p/tra"]);
  linkSync(join(root, "bodies", encodeURIComponent("p/tra")), join(own, "taken"));
  mkdirSync(join(own, "i"));
  writeFileSync(join(own, "i/tra"), "another");
  expect(await same({ folder: "i", prefix: "p/" })).toEqual({ key: "p/tra", problem: "taken" });
});

it("lends only what the run may get, and only within the run's folder", async () => {
  const narrow = runOf({ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::data/p/a"] });
  expect(await lending(["p/a", "p/b"], { caller: narrow })()).toEqual({ cannot: "p/b is not granted" });
  expect(readdirSync(join(own, "f"))).toEqual(["a"]);
  symlinkSync(root, join(own, "out"));
  expect(await lending(["p/x"])({ folder: "out" })).toMatchObject({ cannot: expect.stringMatching(/leads out/) });
  expect(await lending(["p/x"])({ folder: "../x" })).toEqual({ cannot: "../x is no folder of the run" });
  expect(readdirSync(root).sort()).toEqual(["bodies", "own"]);
});

it("says that it cannot where there are no files, no folder of the run, or another disk", async () => {
  expect(await lending([], { files: false })()).toMatchObject({ cannot: expect.stringMatching(/no files/) });
  expect(await lending([], { caller: { ...runOf(), runId: "R2" } })()).toMatchObject({
    cannot: "the run has no folder on this machine",
  });
  const elsewhere = mkdtempSync("/dev/shm/lending-");
  try {
    expect(await lending(["p/a"], { folder: elsewhere })()).toEqual({ cannot: "a body cannot be linked (EXDEV)" });
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});
