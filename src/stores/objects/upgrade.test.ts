import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createIds } from "../../base/ids.ts";
import { createRandom } from "../../base/random.ts";
import { bytesOf, inPieces } from "./contract.fixture.ts";
import { openFilesystemObjectStore } from "./filesystem.ts";
import { renameBuckets } from "./upgrade.ts";

let folder: string;
let now = 1_700_000_000_000;
const clock = { now: () => now++ };
const random = createRandom(4);
const ids = createIds(clock, (count) => Uint8Array.from({ length: count }, () => random.below(256)));
const open = () => openFilesystemObjectStore(folder, { clock, ids });
const indexFile = () => join(folder, "index.sqlite");
const bodies = () =>
  readdirSync(join(folder, "bodies"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .length;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-objects-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A store of the layout before the table of closed buckets, in which the bucket of an object is a name. */
async function fillOldStore() {
  const store = open();
  const put = (bucket: string, key: string) =>
    store.put({ bucket, key }, inPieces(Buffer.from(`${bucket}/${key}`)), { attributes: { ContentType: "x/y" } });
  for (const key of ["a", "b/c", "ü"]) await put("kept", key);
  await put("kept-too", "a");
  await put("orphaned", "alone");
  await store.copy({ bucket: "kept", key: "a" }, { bucket: "orphaned", key: "shared" }, {});
  const begin = async (bucket: string) => {
    const { uploadId } = await store.createUpload({ bucket, key: "m" }, { attributes: {} });
    const { etag } = await store.putPart({ bucket, key: "m" }, uploadId, 1, inPieces(bytesOf(10)), {});
    return { uploadId, part: { number: 1, etag } };
  };
  const upload = await begin("kept");
  await begin("orphaned");
  await store.close();
  const index = new Sqlite(indexFile());
  index.exec("drop table bucket");
  index.close();
  return upload;
}

const idOf = (name: string) => ({ kept: "01KEPT", "kept-too": "01KEPTTOO" })[name];

test("objects and uploads are found under the bucket's id, and those of a bucket without one are gone", async () => {
  const { uploadId, part } = await fillOldStore();
  expect(bodies()).toBe(7);
  renameBuckets(indexFile(), idOf);
  expect(bodies()).toBe(7);
  const store = open();
  expect((await store.list("01KEPT", { limit: 10 })).objects.map(({ key }) => key)).toEqual(["a", "b/c", "ü"]);
  expect((await store.list("01KEPTTOO", { limit: 10 })).objects).toHaveLength(1);
  const found = await store.get({ bucket: "01KEPT", key: "a" });
  expect(await text(found!.body)).toBe("kept/a");
  expect(found!.object.attributes).toEqual({ ContentType: "x/y" });
  const key = { bucket: "01KEPT", key: "m" };
  expect((await store.completeUpload(key, uploadId, [part], {})).sizeBytes).toBe(10);
  for (const bucket of ["kept", "kept-too", "orphaned"]) {
    expect((await store.list(bucket, { limit: 10 })).objects).toEqual([]);
    expect((await store.listUploads(bucket, { limit: 10 })).uploads).toEqual([]);
  }
  await store.close();
  // The body that "orphaned" shared has another use; its own one and that of its part are removed.
  expect(bodies()).toBe(5);
});

test("an index that has ids is left as it is", async () => {
  await fillOldStore();
  renameBuckets(indexFile(), idOf);
  renameBuckets(indexFile(), () => undefined);
  const store = open();
  expect((await store.list("01KEPT", { limit: 10 })).objects).toHaveLength(3);
  await store.close();
  renameBuckets(indexFile(), () => undefined);
  const again = open();
  expect((await again.list("01KEPT", { limit: 10 })).objects).toHaveLength(3);
  await again.close();
});

test("an upgrade that fails in the middle leaves the names", async () => {
  await fillOldStore();
  const broken = (name: string) => {
    if (name === "kept-too") throw new Error("the documents cannot be read");
    return "01KEPT";
  };
  expect(() => renameBuckets(indexFile(), broken)).toThrow("cannot be read");
  renameBuckets(indexFile(), idOf);
  const store = open();
  expect((await store.list("01KEPT", { limit: 10 })).objects).toHaveLength(3);
  expect((await store.list("01KEPTTOO", { limit: 10 })).objects).toHaveLength(1);
  await store.close();
});

test("a home whose store holds nothing yet gets an empty index", async () => {
  renameBuckets(indexFile(), idOf);
  const store = open();
  expect((await store.list("01KEPT", { limit: 10 })).objects).toEqual([]);
  await store.close();
});
