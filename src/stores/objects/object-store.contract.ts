import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../base/clock.ts";
import { createIds, type Ids } from "../../base/ids.ts";
import { createRandom } from "../../base/random.ts";
import { describeClosedBuckets } from "./closed-bucket.contract.ts";
import { bytesOf, inPieces, md5, mebibyte } from "./contract.fixture.ts";
import { describeObjectUploads } from "./object-uploads.contract.ts";
import type { ObjectStore } from "./port.ts";

/** What every object store promises; run on each driver. */
export function describeObjectStore(
  name: string,
  open: (folder: string, parts: { clock: Clock; ids: Ids }) => ObjectStore,
): void {
  describe(`${name}: the object store's contract`, () => {
    let folder: string;
    let now: number;
    let store: ObjectStore;
    const at = (key: string, bucket = "bucket") => ({ bucket, key });
    const put = (key: string, text = key, options = {}) =>
      store.put(at(key), inPieces(Buffer.from(text)), { attributes: {}, ...options });
    const read = async (key: string, range?: { first: number; last: number }) => {
      const found = await store.get(at(key), () => range);
      return found && (await buffer(found.body)).toString();
    };

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "sagebrush-objects-"));
      now = 1_700_000_000_000;
      const random = createRandom(5);
      const clock = { now: () => now++ };
      const ids = createIds(clock, (count) => Uint8Array.from({ length: count }, () => random.below(256)));
      store = open(folder, { clock, ids });
    });
    afterEach(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });

    test("keeps what is put, with its digests and attributes", async () => {
      const attributes = { ContentType: "text/csv", Metadata: { colour: "grün" } };
      const stored = await put("a", "123456789", { attributes, checksum: "CRC32" });
      expect(stored).toMatchObject({ key: "a", version: "null", sizeBytes: 9, attributes });
      expect(stored.etag).toBe(md5(Buffer.from("123456789")));
      expect(stored.checksum).toEqual({ algorithm: "CRC32", type: "FULL_OBJECT", value: "y/Q5Jg==" });
      expect(await store.head(at("a"))).toEqual(stored);
      expect(await read("a")).toBe("123456789");
      expect(await store.head(at("b"))).toBeUndefined();
      expect(await store.get(at("a", "other"))).toBeUndefined();
    });

    test("keeps bodies of any size, an empty one and one in many pieces", async () => {
      for (const bytes of [Buffer.alloc(0), bytesOf(1), bytesOf(3 * mebibyte + 17)]) {
        await store.put(at("big"), inPieces(bytes, 50_001), { attributes: {} });
        const found = await store.get(at("big"));
        expect(Buffer.compare(await buffer(found!.body), bytes)).toBe(0);
      }
    });

    test("reads ranges, of objects made of parts too", async () => {
      const { uploadId } = await store.createUpload(at("parts"), { attributes: {} });
      const first = bytesOf(5 * mebibyte, 1);
      const second = bytesOf(1000, 2);
      const parts = [];
      for (const [number, bytes] of [first, second].entries())
        parts.push(await store.putPart(at("parts"), uploadId, number + 1, inPieces(bytes), {}));
      await store.completeUpload(
        at("parts"),
        uploadId,
        parts.map(({ number, etag }) => ({ number, etag })),
        {},
      );
      const whole = Buffer.concat([first, second]);
      for (const [from, to] of [
        [0, 0],
        [10, 300_000],
        [first.length - 3, first.length + 3],
        [first.length, whole.length - 1],
      ] as const) {
        const found = await store.get(at("parts"), () => ({ first: from, last: to }));
        expect(Buffer.compare(await buffer(found!.body), whole.subarray(from, to + 1))).toBe(0);
      }
    });

    test("a refused, failing or cut-off body leaves what was there", async () => {
      await put("a", "before");
      const broken = inPieces(bytesOf(mebibyte), 64 * 1024, new Error("cut off"));
      await expect(store.put(at("a"), broken, { attributes: {} })).rejects.toThrow("cut off");
      const check = () => {
        throw new Error("refused");
      };
      await expect(store.put(at("a"), inPieces(bytesOf(mebibyte)), { attributes: {}, check })).rejects.toThrow(
        "refused",
      );
      await expect(put("new", "x", { check })).rejects.toThrow("refused");
      expect(await read("a")).toBe("before");
      expect(await store.head(at("new"))).toBeUndefined();
    });

    test("conditions are decided once for writers at the same time", async () => {
      const tries = await Promise.allSettled([1, 2, 3, 4].map((n) => put("once", `${n}`, { condition: "absent" })));
      expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
      expect(tries.find((one) => one.status === "rejected")?.reason).toMatchObject({
        code: "PreconditionFailed",
        status: 412,
      });
      const { etag } = (await store.head(at("once")))!;
      await expect(put("once", "x", { condition: { etag: "other" } })).rejects.toMatchObject({
        code: "PreconditionFailed",
      });
      await expect(put("none", "x", { condition: { etag } })).rejects.toMatchObject({ code: "NoSuchKey" });
      await put("once", "swapped", { condition: { etag } });
      await expect(store.delete(at("once"), { etag })).rejects.toMatchObject({ code: "PreconditionFailed" });
      expect(await read("once")).toBe("swapped");

      const { modified } = (await store.head(at("once")))!;
      const otherTime = store.delete(at("once"), { modified: modified - 1 });
      await expect(otherTime).rejects.toMatchObject({ code: "PreconditionFailed" });
      await expect(store.delete(at("none"), { modified })).rejects.toMatchObject({ code: "NoSuchKey" });
      expect(await store.delete(at("once"), { modified })).toMatchObject({ modified });
      expect(await store.head(at("once"))).toBeUndefined();
    });

    test("an object that is read stays whole while it is overwritten and deleted", async () => {
      const bytes = bytesOf(2 * mebibyte);
      await store.put(at("a"), inPieces(bytes), { attributes: {} });
      const found = await store.get(at("a"));
      await put("a", "other");
      await store.delete(at("a"));
      expect(Buffer.compare(await buffer(found!.body), bytes)).toBe(0);
    });

    test("deletes, and nothing twice", async () => {
      await put("a");
      expect(await store.delete(at("a"))).toMatchObject({ key: "a" });
      expect(await store.delete(at("a"))).toBeUndefined();
      expect(await read("a")).toBeUndefined();
    });

    test("keys are any text, in the order of their bytes", async () => {
      const keys = [
        "",
        "/",
        "//",
        "..",
        "../x",
        "a",
        "a/",
        "a/b",
        "a\u0000b",
        "a b",
        "ä",
        "\uFFFD",
        "😀",
        "~",
        "é".repeat(512),
      ];
      for (const key of keys) await put(key, `body of ${key}`);
      for (const key of keys) expect(await read(key)).toBe(`body of ${key}`);
      const listed = await store.list("bucket", { limit: 100 });
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(listed.objects.map(({ key }) => key)).toEqual(sorted);
    });

    test("lists by prefix and delimiter, page by page, each entry once", async () => {
      for (const key of ["a", "a/1", "a/2", "a/b/3", "b/1", "c", "c/1", "photos/2024/x", "photos/2025/y"])
        await put(key);
      await store.put(at("a/1", "other"), inPieces(Buffer.from("x")), { attributes: {} });
      const names = async (query: { prefix?: string; delimiter?: string; after?: string }, limit: number) => {
        const pages: string[] = [];
        for (let after = query.after; ; ) {
          const page = await store.list("bucket", { ...query, ...(after !== undefined && { after }), limit });
          expect(page.objects.length + page.prefixes.length).toBeLessThanOrEqual(limit);
          pages.push(...page.objects.map(({ key }) => key), ...page.prefixes.map((prefix) => `${prefix}*`));
          if (page.next === undefined) return pages.sort();
          after = page.next;
        }
      };
      for (const limit of [1, 2, 3, 100]) {
        expect(await names({ delimiter: "/" }, limit)).toEqual(["a", "a/*", "b/*", "c", "c/*", "photos/*"]);
        expect(await names({ prefix: "a/" }, limit)).toEqual(["a/1", "a/2", "a/b/3"]);
        expect(await names({ prefix: "a/", delimiter: "/" }, limit)).toEqual(["a/1", "a/2", "a/b/*"]);
        expect(await names({ prefix: "photos/20", delimiter: "/" }, limit)).toEqual(["photos/2024/*", "photos/2025/*"]);
        expect(await names({ delimiter: "/", after: "a/1" }, limit)).toEqual(["a/*", "b/*", "c", "c/*", "photos/*"]);
        expect(await names({ delimiter: "/", after: "a/" }, limit)).toEqual(["b/*", "c", "c/*", "photos/*"]);
        expect(await names({ delimiter: "tos" }, limit)).toContain("photos*");
      }
      expect(await store.list("empty", { limit: 10 })).toEqual({ objects: [], prefixes: [] });
    });

    test("copies onto another key and onto itself, with attributes of its own", async () => {
      await put("a", "text", { attributes: { ContentType: "text/plain" } });
      const copied = await store.copy(at("a"), at("b", "other"), {});
      expect(copied).toMatchObject({
        bucket: "other",
        key: "b",
        etag: md5(Buffer.from("text")),
        attributes: { ContentType: "text/plain" },
      });
      await store.copy(at("a"), at("a"), { attributes: () => ({ ContentType: "text/csv" }), checksum: "SHA256" });
      expect(await store.head(at("a"))).toMatchObject({
        attributes: { ContentType: "text/csv" },
        checksum: { algorithm: "SHA256" },
      });
      await store.delete(at("a"));
      const left = await store.get(at("b", "other"));
      expect((await buffer(left!.body)).toString()).toBe("text");
      expect(await store.copy(at("a"), at("c"), {})).toBeUndefined();
      await expect(store.copy(at("b", "other"), at("b", "other"), { condition: "absent" })).rejects.toMatchObject({
        code: "PreconditionFailed",
      });
    });

    test("attributes are set in place: nothing else of the object changes", async () => {
      const before = await put("a", "text", { attributes: { colour: "red" }, checksum: "CRC32" });
      await put("b", "other", { attributes: { colour: "red" } });
      const attributes = { colour: "grün" };
      expect(await store.setAttributes(at("a"), (found) => ({ ...found.attributes, ...attributes }))).toEqual({
        ...before,
        attributes,
      });
      expect(await store.head(at("a"))).toEqual({ ...before, attributes });
      expect(await read("a")).toBe("text");
      expect((await store.head(at("b")))!.attributes).toEqual({ colour: "red" });
      const refuse = () => {
        throw new Error("refused");
      };
      await expect(store.setAttributes(at("a"), refuse)).rejects.toThrow("refused");
      expect((await store.head(at("a")))!.attributes).toEqual(attributes);
      expect(await store.setAttributes(at("none"), refuse)).toBeUndefined();
    });

    test("attributes set at the same time are all kept", async () => {
      await put("a");
      const set = (name: number) => store.setAttributes(at("a"), ({ attributes }) => ({ ...attributes, [name]: true }));
      await Promise.all([1, 2, 3, 4, 5].map(set));
      expect(Object.keys((await store.head(at("a")))!.attributes)).toEqual(["1", "2", "3", "4", "5"]);
    });

    describeObjectUploads({ stored: () => store, at, put });
    describeClosedBuckets({ stored: () => store, at, put });

    test("clear leaves nothing, and the store goes on", async () => {
      await put("a");
      await store.createUpload(at("u"), { attributes: {} });
      await store.clear();
      expect(await store.list("bucket", { limit: 10 })).toEqual({ objects: [], prefixes: [] });
      expect((await store.listUploads("bucket", { limit: 10 })).uploads).toEqual([]);
      await put("b");
      expect(await read("b")).toBe("b");
    });
  });
}
