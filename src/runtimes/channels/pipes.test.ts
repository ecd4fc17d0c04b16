import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PlannedPipe } from "../../images/training-plan.ts";
import { createRecordCutter } from "../../ml/data/recordio.ts";
import { objectsOf } from "./objects.fixture.ts";
import type { PipedObjects } from "./pipe-items.ts";
import type { Pipes } from "./pipes.ts";

let root: string;
let folder: string;
let openPipes: typeof import("./pipes.ts").openPipes;
beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "pipes-")));
  folder = join(root, "input");
  mkdirSync(folder);
  vi.stubEnv("SAGEBRUSH_ML_ROOT", root);
  vi.resetModules();
  ({ openPipes } = await import("./pipes.ts"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const channel = (pipe: PlannedPipe = {}, more: Partial<PipedObjects> = {}): PipedObjects => ({
  name: "train",
  title: 'channel "train"',
  type: "S3Prefix",
  bucket: "b",
  key: "p/",
  pipe,
  ...more,
});
const read = (epoch: number, name = "train"): Promise<Buffer> => readFile(join(folder, `${name}_${epoch}`));

function records(bytes: Uint8Array): string[] {
  const found: string[] = [];
  const cutter = createRecordCutter({
    begin() {},
    take: (parts) => found.push(Buffer.concat(parts).toString()),
    refuse(problem) {
      throw new Error(problem);
    },
  });
  cutter.push(bytes);
  cutter.end();
  return found;
}

/** Opens the pipes, reads them by `work`, and ends them. */
async function piped<T>(
  channels: PipedObjects[],
  bodies: Readonly<Record<string, string | Uint8Array>>,
  work: (pipes: Pipes) => Promise<T>,
): Promise<T> {
  const pipes = await openPipes(channels, folder, objectsOf(bodies));
  try {
    const result = await work(pipes);
    expect(await pipes.end()).toBeUndefined();
    return result;
  } finally {
    await pipes.end();
  }
}

const letters = { "p/a": "aa", "p/b": "b", "p/c": "", "p/folder/": "", "p/d": "dddd" };

it("writes the objects into a pipe for each epoch, one after the other", async () => {
  await piped([channel(), channel({}, { name: "other", key: "p/b" })], letters, async () => {
    expect([await read(0), await read(1), await read(2)].map(String)).toEqual(["aabdddd", "aabdddd", "aabdddd"]);
    expect(String(await read(0, "other"))).toBe("b");
    expect(existsSync(join(folder, "train_0"))).toBe(false);
    expect(existsSync(join(folder, "train_3"))).toBe(true);
  });
});

it("makes a record of each object, unpacks them, and shuffles them by a seed, in each epoch anew", async () => {
  expect(await piped([channel({ recordIo: true })], letters, async () => records(await read(0)))).toEqual([
    ...["aa", "b", "", "dddd"],
  ]);
  const packed = Object.fromEntries(Object.entries(letters).map(([key, text]) => [key, gzipSync(text)]));
  const both = await piped([channel({ recordIo: true, gzip: true })], packed, async () => records(await read(0)));
  expect(both).toEqual(["aa", "b", "", "dddd"]);
  expect(String(await piped([channel({ gzip: true })], packed, () => read(0)))).toBe("aabdddd");

  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`p/${at}`, `${at} `]));
  const epochs = (shuffleSeed: number) =>
    piped([channel({ shuffleSeed })], many, async () => [await read(0), await read(1)].map(String));
  const [first, second] = await epochs(7);
  expect(first).not.toBe(Object.values(many).join(""));
  expect(second).not.toBe(first);
  expect(first!.split(" ").sort()).toEqual(Object.values(many).join("").split(" ").sort());
  expect(await epochs(7)).toEqual([first, second]);
  expect((await epochs(8))[0]).not.toBe(first);
});

it("writes the attributes of an augmented manifest in the order that is asked for", async () => {
  const lines = [
    '{"label": 1, "source-ref": "s3://b/p/a", "note": "x y"}',
    "",
    '{"source-ref":"s3://b/p/b","label":{"k":2}}',
  ];
  const bodies = { ...letters, m: lines.join("\n") };
  const augmented = (attributes: string[], pipe: PlannedPipe = {}) =>
    channel({ recordIo: true, attributes, ...pipe }, { type: "AugmentedManifestFile", key: "m" });
  const asked = augmented(["source-ref", "label"]);
  expect(await piped([asked], bodies, async () => records(await read(0)))).toEqual(["aa", "1", "b", '{"k":2}']);
  const plain = augmented(["label", "source-ref"], { recordIo: false });
  expect(String(await piped([plain], bodies, () => read(0)))).toBe('1aa{"k":2}b');
  await expect(openPipes([augmented(["note"])], folder, objectsOf(bodies))).rejects.toThrow(
    'line 3 of the manifest s3://b/m has no attribute "note"; it has source-ref, label',
  );
  await expect(openPipes([augmented(["label-ref"])], folder, objectsOf({ m: '{"label-ref": 3}' }))).rejects.toThrow(
    'line 1 of the manifest s3://b/m: the attribute "label-ref" is 3, and no s3://BUCKET/KEY',
  );
  await expect(openPipes([augmented(["x"])], folder, objectsOf({ m: "[1]" }))).rejects.toThrow(/is no object of JSON/);
});

it("says before the program starts that there is nothing to read", async () => {
  await expect(openPipes([channel()], folder, objectsOf({ "q/a": "a" }))).rejects.toThrow(
    'No objects are left under s3://b/p/ for channel "train"',
  );
});

it("breaks when an object cannot be written, and does not let that look like the end of the data", async () => {
  const bodies = { ...letters, "p/d": "not packed" };
  const packed = { ...bodies, "p/a": gzipSync("aa"), "p/b": gzipSync("b"), "p/c": gzipSync("") };
  const pipes = await openPipes([channel({ gzip: true })], folder, objectsOf(packed));
  let isAtEnd = false;
  const reading = read(0).then(() => {
    isAtEnd = true;
  });
  await once(pipes.broken, "abort");
  expect(isAtEnd).toBe(false);
  expect(await pipes.end()).toMatchObject({
    message: expect.stringMatching(/^s3:\/\/b\/p\/d of channel "train" is not compressed by gzip/),
  });
  await reading;
});

it("says that the program is in the way of its next pipe", async () => {
  const pipes = await openPipes([channel()], folder, objectsOf(letters));
  symlinkSync("/etc/passwd", join(folder, "train_1"));
  read(0).catch(() => {});
  await once(pipes.broken, "abort");
  expect(await pipes.end()).toMatchObject({
    message: `The pipe ${join(folder, "train_1")} cannot be made: something else is in its place, of another input or of the program.`,
  });
});

it("ends with pipes that nobody opens, that are read to their middle, and that the program has replaced", async () => {
  const large = { "p/a": Buffer.alloc(4 * 2 ** 20, "x") };
  const programs: ChildProcess[] = [];
  const channels = ["unread", "half", "held", "replaced", "linked"].map((name) => channel({}, { name }));
  await piped(channels, large, async () => {
    const half = spawn("head", ["-c", "100000", join(folder, "half_0")], { stdio: ["ignore", "pipe", "inherit"] });
    half.stdout.resume();
    await once(half, "exit");
    // What is closed before its end is followed by the next epoch.
    expect((await read(1, "half")).length).toBe(4 * 2 ** 20);
    const held = spawn("sh", ["-c", `exec 3< ${join(folder, "held_0")}; head -c 1 <&3; sleep 600`]);
    programs.push(held);
    await once(held.stdout, "data");
    writeFileSync(join(root, "secret"), "kept");
    for (const name of ["replaced", "linked"]) rmSync(join(folder, `${name}_0`));
    writeFileSync(join(folder, "replaced_0"), "kept");
    symlinkSync(join(root, "secret"), join(folder, "linked_0"));
  });
  for (const program of programs) program.kill("SIGKILL");
  expect(String(await readFile(join(root, "secret")))).toBe("kept");
  expect(String(await read(0, "replaced"))).toBe("kept");
});
