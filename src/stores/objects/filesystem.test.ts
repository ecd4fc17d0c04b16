import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIds } from "../../base/ids.ts";
import { createRandom } from "../../base/random.ts";
import { bytesOf, inPieces } from "./contract.fixture.ts";
import { openFilesystemObjectStore } from "./filesystem.ts";
import { describeObjectStore } from "./object-store.contract.ts";
import type { ObjectStore } from "./port.ts";

describeObjectStore("filesystem", openFilesystemObjectStore);

describe("the filesystem object store", () => {
  let folder: string;
  let store: ObjectStore;
  let now = 1_700_000_000_000;
  const clock = { now: () => now++ };
  const random = createRandom(3);
  const ids = createIds(clock, (count) => Uint8Array.from({ length: count }, () => random.below(256)));
  const files = () =>
    readdirSync(join(folder, "bodies"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const put = (key: string, bytes: Uint8Array) => store.put({ bucket: "b", key }, inPieces(bytes), { attributes: {} });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sagebrush-objects-"));
    store = openFilesystemObjectStore(folder, { clock, ids });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test("leaves no file behind an object that is overwritten, refused, copied or deleted", async () => {
    await put("a", bytesOf(300_000));
    await put("a", bytesOf(10));
    await expect(
      store.put({ bucket: "b", key: "c" }, inPieces(bytesOf(600_000), 65_536, new Error("cut off")), {
        attributes: {},
      }),
    ).rejects.toThrow();
    expect(files()).toHaveLength(1);
    await store.copy({ bucket: "b", key: "a" }, { bucket: "b", key: "c" }, {});
    expect(files()).toHaveLength(1);
    await store.delete({ bucket: "b", key: "a" });
    expect(files()).toHaveLength(1);
    await store.delete({ bucket: "b", key: "c" });
    expect(files()).toHaveLength(0);
    expect(readdirSync(join(folder, "bodies"))).toHaveLength(0);
  });

  test("a closed bucket leaves no body of its uploads, and is closed after the next opening", async () => {
    const key = { bucket: "b", key: "m" };
    const { uploadId } = await store.createUpload(key, { attributes: {} });
    await store.putPart(key, uploadId, 1, inPieces(bytesOf(300_000)), {});
    await store.closeBucket("b", 1);
    expect(files()).toHaveLength(0);
    await expect(put("a", bytesOf(300_000))).rejects.toMatchObject({ code: "NoSuchBucket" });
    expect(files()).toHaveLength(0);
    await store.close();
    store = openFilesystemObjectStore(folder, { clock, ids });
    await expect(put("a", bytesOf(10))).rejects.toMatchObject({ code: "NoSuchBucket" });
  });

  test("is closed even where how far it was swept cannot be written", async () => {
    await put("a", bytesOf(10));
    const other = new Sqlite(join(folder, "index.sqlite"));
    other.exec("drop table swept");
    other.close();
    await store.close();
    store = openFilesystemObjectStore(folder, { clock, ids });
    expect((await store.head({ bucket: "b", key: "a" }))?.sizeBytes).toBe(10);
  });

  test("a body that is not read to its end is let go when its stream is destroyed", async () => {
    await put("a", bytesOf(2_000_000));
    const found = await store.get({ bucket: "b", key: "a" });
    await store.delete({ bucket: "b", key: "a" });
    expect(files()).toHaveLength(1);
    const closed = new Promise((resolve) => found!.body.once("close", resolve));
    found!.body.destroy();
    await closed;
    await store.close();
    expect(files()).toHaveLength(0);
    store = openFilesystemObjectStore(folder, { clock, ids });
  });

  test("opening removes what a crash left: files without a row, and no others", async () => {
    await put("a", bytesOf(10));
    const [kept] = files();
    const stray = join(dirname(kept!), ids.ulid());
    writeFileSync(stray, "half a body");
    // As after a crash, the folder is opened again without a close.
    const next = openFilesystemObjectStore(folder, { clock, ids });
    await next.close();
    expect(existsSync(stray)).toBe(false);
    expect(files()).toEqual([kept]);
  });

  test("localPath gives one file, of an object made of parts too, and its ETag and parts stay", async () => {
    const key = { bucket: "b", key: "m" };
    const { uploadId } = await store.createUpload(key, { attributes: {} });
    const whole = bytesOf(5 * 1024 * 1024 + 100);
    const cut = 5 * 1024 * 1024;
    const parts = [];
    for (const [number, bytes] of [whole.subarray(0, cut), whole.subarray(cut)].entries())
      parts.push(await store.putPart(key, uploadId, number + 1, inPieces(bytes), {}));
    const made = await store.completeUpload(
      key,
      uploadId,
      parts.map(({ number, etag }) => ({ number, etag })),
      {},
    );
    const [path, again] = await Promise.all([store.localPath!(key), store.localPath!(key)]);
    expect(again).toBe(path);
    expect(Buffer.compare(readFileSync(path!), whole)).toBe(0);
    expect(files()).toEqual([path]);
    expect(await store.head(key)).toEqual(made);
    expect(await store.localPath!({ bucket: "b", key: "none" })).toBeUndefined();
  });

  test("a refused copy of an object made of parts holds nothing back", async () => {
    const key = { bucket: "b", key: "m" };
    const { uploadId } = await store.createUpload(key, { attributes: {} });
    const { number, etag } = await store.putPart(key, uploadId, 1, inPieces(bytesOf(10)), {});
    await store.completeUpload(key, uploadId, [{ number, etag }], {});
    await expect(store.copy(key, key, { condition: "absent" })).rejects.toMatchObject({ code: "PreconditionFailed" });
    await store.delete(key);
    await store.close();
    expect(files()).toHaveLength(0);
    store = openFilesystemObjectStore(folder, { clock, ids });
  });

  test("a body whose file is gone is an error before anything is answered", async () => {
    await put("a", bytesOf(10));
    rmSync(files()[0]!);
    await expect(store.get({ bucket: "b", key: "a" })).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a body that was on its way when the store closed is removed at the next opening", async () => {
    let cutOff = (_: Error) => {};
    const never = new Promise<never>((_, reject) => {
      cutOff = reject;
    });
    let stalled = () => {};
    const begun = new Promise<void>((resolve) => {
      stalled = resolve;
    });
    async function* stalling() {
      yield bytesOf(300_000);
      yield bytesOf(300_000);
      stalled();
      await never;
    }
    const put = store.put({ bucket: "b", key: "late" }, stalling(), { attributes: {} });
    await begun;
    await store.close();
    expect(files()).toHaveLength(1);
    store = openFilesystemObjectStore(folder, { clock, ids });
    await store.close();
    expect(files()).toHaveLength(0);
    cutOff(new Error("the connection has ended"));
    await expect(put).rejects.toThrow("ended");
    store = openFilesystemObjectStore(folder, { clock, ids });
  });

  test("a full disk is said, keeps what was acknowledged, and is over when there is room", async (context) => {
    const disk = mkdtempSync(join(tmpdir(), "sagebrush-disk-"));
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", disk]);
    if (mounted.status !== 0) {
      rmSync(disk, { recursive: true });
      context.skip("a small disk cannot be mounted here: this takes root on Linux");
    }
    const small = openFilesystemObjectStore(join(disk, "objects"), { clock, ids });
    try {
      const key = (n: number) => ({ bucket: "b", key: `${n}` });
      let kept = 0;
      const fill = async () => {
        for (; kept < 100; kept++) await small.put(key(kept), inPieces(bytesOf(1_000_000, kept)), { attributes: {} });
      };
      await expect(fill()).rejects.toMatchObject({
        message: expect.stringMatching(/disk that holds .*bodies is full/),
      });
      expect(kept).toBeGreaterThan(5);
      for (let n = 0; n < kept; n++)
        expect(Buffer.compare(await buffer((await small.get(key(n)))!.body), bytesOf(1_000_000, n))).toBe(0);
      expect(await small.head(key(kept))).toBeUndefined();
      await small.delete(key(0));
      await small.put(key(kept), inPieces(bytesOf(1_000_000)), { attributes: {} });
    } finally {
      await small.close();
      spawnSync("umount", [disk]);
      rmSync(disk, { recursive: true });
    }
  });

  test("bodies are not held in memory", async () => {
    const piece = bytesOf(1024 * 1024);
    async function* many() {
      for (let at = 0; at < 256; at++) yield piece;
    }
    const before = process.memoryUsage().rss;
    await store.put({ bucket: "b", key: "big" }, many(), { attributes: {} });
    const found = await store.get({ bucket: "b", key: "big" });
    let read = 0;
    for await (const chunk of found!.body) read += chunk.length;
    expect(read).toBe(256 * 1024 * 1024);
    expect(statSync(files()[0]!).size).toBe(read);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});
