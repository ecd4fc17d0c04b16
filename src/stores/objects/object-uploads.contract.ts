import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ObjectContract } from "./contract.fixture.ts";
import { bytesOf, inPieces, mebibyte } from "./contract.fixture.ts";
import type { ObjectStore } from "./port.ts";

/** What every object store promises of multipart uploads. */
export function describeObjectUploads({ stored, at }: ObjectContract): void {
  describe("multipart uploads", () => {
    const begin = (key: string, checksum?: Parameters<ObjectStore["createUpload"]>[1]["checksum"]) =>
      stored().createUpload(at(key), { attributes: { ContentType: "x/y" }, ...(checksum && { checksum }) });
    const part = (key: string, uploadId: string, number: number, bytes: Uint8Array) =>
      stored().putPart(at(key), uploadId, number, inPieces(bytes), {});

    test("make an object of their parts, any order, the last of a number counting", async () => {
      const { uploadId } = await begin("m", { algorithm: "CRC64NVME", type: "FULL_OBJECT" });
      const [first, second] = [bytesOf(5 * mebibyte, 3), bytesOf(10, 4)];
      await part("m", uploadId, 7, bytesOf(20, 9));
      const b = await part("m", uploadId, 7, second);
      const a = await part("m", uploadId, 2, first);
      await part("m", uploadId, 9, bytesOf(5, 9));
      expect(await stored().listParts(at("m"), uploadId, 2, 1)).toEqual([b]);
      expect(await stored().head(at("m"))).toBeUndefined();
      const made = await stored().completeUpload(
        at("m"),
        uploadId,
        [a, b].map(({ number, etag }) => ({ number, etag })),
        {},
      );
      const joined = createHash("md5").update(a.etag, "hex").update(b.etag, "hex").digest("hex");
      expect(made).toMatchObject({
        etag: `${joined}-2`,
        sizeBytes: first.length + 10,
        uploadId,
        attributes: { ContentType: "x/y" },
      });
      expect(made.parts?.map(({ sizeBytes }) => sizeBytes)).toEqual([first.length, 10]);
      const whole = await stored().put(at("whole"), inPieces(Buffer.concat([first, second])), {
        attributes: {},
        checksum: "CRC64NVME",
      });
      expect(made.checksum).toEqual(whole.checksum);
      const copied = await stored().copy(at("m"), at("copy"), {});
      expect(copied).toMatchObject({ etag: whole.etag, checksum: whole.checksum });
      await expect(part("m", uploadId, 1, second)).rejects.toMatchObject({ code: "NoSuchUpload" });
      await expect(stored().listParts(at("m"), uploadId, 0, 1)).rejects.toMatchObject({
        code: "NoSuchUpload",
        status: 404,
      });
    });

    test("refuse parts that are missing, altered, out of order or too small, and go on", async () => {
      const { uploadId } = await begin("m");
      const small = await part("m", uploadId, 1, bytesOf(10));
      const last = await part("m", uploadId, 2, bytesOf(10));
      const complete = (...parts: { number: number; etag: string }[]) =>
        stored().completeUpload(at("m"), uploadId, parts, {});
      await expect(complete(small, { number: 3, etag: small.etag })).rejects.toMatchObject({ code: "InvalidPart" });
      await expect(complete({ number: 1, etag: last.etag.replace(/./, "x") })).rejects.toMatchObject({
        code: "InvalidPart",
      });
      await expect(complete(last, small)).rejects.toMatchObject({ code: "InvalidPartOrder" });
      await expect(complete(small, last)).rejects.toMatchObject({
        code: "EntityTooSmall",
        members: { PartNumber: 1 },
      });
      expect(await complete(small)).toMatchObject({ sizeBytes: 10 });
    });

    test("are listed by key and age, and are gone when aborted", async () => {
      const ids: string[] = [];
      for (const key of ["b/1", "a", "b/2", "a"]) ids.push((await begin(key)).uploadId);
      const keys: string[] = [];
      for (let after: { key: string; uploadId?: string } | undefined; ; ) {
        const page = await stored().listUploads("bucket", { ...(after && { after }), limit: 1 });
        keys.push(...page.uploads.map(({ key, uploadId }) => `${key} ${ids.indexOf(uploadId)}`));
        if (!page.next) break;
        after = page.next;
      }
      expect(keys).toEqual(["a 1", "a 3", "b/1 0", "b/2 2"]);
      const folded = await stored().listUploads("bucket", { delimiter: "/", limit: 10 });
      expect(folded).toMatchObject({ uploads: [{ key: "a" }, { key: "a" }], prefixes: ["b/"] });
      expect((await stored().listUploads("bucket", { after: { key: "a" }, limit: 10 })).uploads).toHaveLength(2);
      await stored().abortUpload(at("a"), ids[1]!);
      expect(await stored().getUpload(at("a"), ids[1]!)).toBeUndefined();
      await expect(stored().abortUpload(at("a"), ids[1]!)).rejects.toMatchObject({ code: "NoSuchUpload" });
    });
  });
}
