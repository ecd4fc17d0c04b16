import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { objectsOf } from "./channels/objects.fixture.ts";
import type { ObjectClient } from "./object-client.ts";
import { createOutputFiles } from "./output-files.ts";

let root: string;
let uploads: [key: string, text: string][];
let refuses = false;
const objects = {
  async upload(file: string, bucket: string, key: string) {
    if (refuses) throw new Error("refused");
    uploads.push([`${bucket}/${key}`, readFileSync(file, "utf8")]);
  },
} as Partial<ObjectClient> as ObjectClient;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "output-files-")));
  mkdirSync(join(root, "processing/out/deep"), { recursive: true });
  uploads = [];
  refuses = false;
});
afterEach(() => rmSync(root, { recursive: true }));

const filesOf = (prefix: string) => createOutputFiles({ folder: "processing/out", bucket: "b", prefix }, root);
const path = (name: string) => join(root, "processing/out", name);

it("uploads each file once, and again when it has changed", async () => {
  const files = filesOf("some/where");
  writeFileSync(path("a"), "1");
  writeFileSync(path("deep/b"), "2");
  await files.upload(objects, "all");
  await files.upload(objects, "closed");
  // Several go at a time.
  expect(uploads.toSorted()).toEqual([
    ["b/some/where/a", "1"],
    ["b/some/where/deep/b", "2"],
  ]);
  appendFileSync(path("a"), "3");
  await files.upload(objects, "closed");
  expect(uploads.slice(2)).toEqual([["b/some/where/a", "13"]]);
});

it("brings what is in S3 to the folder, uploads what changes there and removes what the program removes", async () => {
  const removed: string[] = [];
  const restored = {
    ...objectsOf({ "some/where/a": "1", "some/where/deep/er/b": "2", "some/where/folder/": "", "some/whereas": "no" }),
    upload: objects.upload,
    remove: async (bucket: string, key: string) => void removed.push(`${bucket}/${key}`),
  };
  const output = { folder: "processing/out", bucket: "b", prefix: "some/where", bothWays: true };
  const files = createOutputFiles(output, root);
  await files.restore(restored);
  expect(readFileSync(path("deep/er/b"), "utf8")).toBe("2");
  await files.upload(restored, "closed");
  expect(uploads).toEqual([]);

  appendFileSync(path("a"), "3");
  rmSync(path("deep/er"), { recursive: true });
  await files.upload(restored, "closed");
  expect(uploads).toEqual([["b/some/where/a", "13"]]);
  expect(removed).toEqual(["b/some/where/deep/er/b"]);
  await files.upload(restored, "all");
  // Files of a folder that is gone as a whole stay.
  rmSync(join(root, "processing"), { recursive: true });
  await files.upload(restored, "all");
  expect(removed).toHaveLength(1);
});

it("keeps the key of what was brought, with two slashes too", async () => {
  const removed: string[] = [];
  const client = {
    ...objectsOf({ "kept//x": "1" }),
    upload: objects.upload,
    remove: async (bucket: string, key: string) => void removed.push(`${bucket}/${key}`),
  };
  const files = createOutputFiles({ folder: "kept", bucket: "b", prefix: "kept", bothWays: true }, root);
  await files.restore(client);
  await files.upload(client, "all");
  expect(uploads).toEqual([]);
  appendFileSync(join(root, "kept/x"), "2");
  await files.upload(client, "all");
  expect(uploads).toEqual([["b/kept//x", "12"]]);
  rmSync(join(root, "kept/x"));
  await files.upload(client, "all");
  expect(removed).toEqual(["b/kept//x"]);
});

it("brings several files at once", async () => {
  const bodies = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`kept/${at}`, String(at)]));
  const client = objectsOf(bodies);
  const { promise: two, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const restored: ObjectClient = {
    ...client,
    async download(...what) {
      if (++begun === 2) resolve();
      await two; // which never comes when one is awaited before the next is begun
      await client.download(...what);
    },
  };
  await createOutputFiles({ folder: "kept", bucket: "b", prefix: "kept", bothWays: true }, root).restore(restored);
  expect(Object.keys(bodies).map((key) => readFileSync(join(root, key), "utf8"))).toEqual(Object.values(bodies));
});

it("removes nothing because it cannot be read, or was moved while the folder was looked through", async () => {
  const removed: string[] = [];
  let move = () => {};
  const client = {
    ...objects,
    async upload(...what: Parameters<ObjectClient["upload"]>) {
      await objects.upload(...what);
      move();
    },
    remove: async (bucket: string, key: string) => void removed.push(`${bucket}/${key}`),
  } as ObjectClient;
  const files = createOutputFiles({ folder: "processing/out", bucket: "b", prefix: "", bothWays: true }, root);
  writeFileSync(path("deep/b"), "2");
  await files.upload(client, "closed");

  rmSync(path("deep/b"));
  symlinkSync("/nowhere", path("deep/b"));
  await files.upload(client, "closed");
  expect(removed).toEqual([]);

  rmSync(path("deep/b"));
  writeFileSync(path("a"), "1");
  move = () => writeFileSync(path("moved"), "2");
  await files.upload(client, "closed");
  expect(removed).toEqual([]);
  move = () => {};
  await files.upload(client, "closed");
  expect(uploads.at(-1)).toEqual(["b/moved", "2"]);
  expect(removed).toEqual(["b/deep/b"]);
});

it("refuses a key that would lie outside the folder", async () => {
  const output = { folder: "processing/out", bucket: "b", prefix: "p", bothWays: true };
  const restoring = createOutputFiles(output, root).restore(objectsOf({ "p/../x": "1" }));
  await expect(restoring).rejects.toThrow(/Key "p\/\.\.\/x" of processing\/out cannot be the name of a file/);
});

it("uploads to the bucket itself, and what failed again", async () => {
  const files = filesOf("");
  writeFileSync(path("a"), "1");
  refuses = true;
  await expect(files.upload(objects, "all")).rejects.toThrow("refused");
  refuses = false;
  await files.upload(objects, "all");
  expect(uploads).toEqual([["b/a", "1"]]);
});

it("leaves a file that another process writes to until it is closed, and one that is read does not count", async () => {
  const files = filesOf("");
  const writer = spawn(
    "sh",
    ["-c", "echo 1 > read; exec 3> open 4< read; echo 2 >&3; echo ready; read line; exec 3>&-; echo closed; read line"],
    {
      cwd: path(""),
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  await once(writer.stdout, "data");
  await files.upload(objects, "closed");
  expect(uploads).toEqual([["b/read", "1\n"]]);
  writer.stdin.write("\n");
  await once(writer.stdout, "data");
  await files.upload(objects, "closed");
  expect(uploads.slice(1)).toEqual([["b/open", "2\n"]]);
  const ended = once(writer, "exit");
  writer.stdin.end("\n");
  await ended;
});
