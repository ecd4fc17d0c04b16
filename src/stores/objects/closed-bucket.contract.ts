import { describe, expect, test } from "vitest";
import type { ObjectContract } from "./contract.fixture.ts";
import { inPieces } from "./contract.fixture.ts";

/** What every object store promises of a bucket that is closed for its deletion. */
export function describeClosedBuckets({ stored, at, put }: ObjectContract): void {
  describe("a closed bucket", () => {
    const gone = { code: "NoSuchBucket", status: 404 };
    const notEmpty = { code: "BucketNotEmpty", status: 409 };
    const body = () => inPieces(Buffer.from("x"));

    test("takes no object, copy, upload or part any more, and its uploads are gone", async () => {
      const { uploadId } = await stored().createUpload(at("m"), { attributes: {} });
      const { number, etag } = await stored().putPart(at("m"), uploadId, 1, body(), {});
      await stored().put(at("a", "other"), body(), { attributes: {} });
      await stored().closeBucket("bucket", 1);
      await stored().closeBucket("bucket", 1);
      const writes = [
        () => put("a"),
        () => stored().copy(at("a", "other"), at("a"), {}),
        () => stored().copy(at("a", "other"), at("a"), { checksum: "SHA256" }),
        () => stored().createUpload(at("m"), { attributes: {} }),
        () => stored().putPart(at("m"), uploadId, 1, body(), {}),
        () => stored().completeUpload(at("m"), uploadId, [{ number, etag }], {}),
      ];
      for (const write of writes) await expect(write()).rejects.toMatchObject(gone);
      expect(await stored().list("bucket", { limit: 10 })).toEqual({ objects: [], prefixes: [] });
      expect((await stored().listUploads("bucket", { limit: 10 })).uploads).toEqual([]);
      expect(await stored().getUpload(at("m"), uploadId)).toBeUndefined();
      expect(await stored().delete(at("a"))).toBeUndefined();
      await stored().clear();
      await expect(put("a")).rejects.toMatchObject(gone);
      await stored().put(at("b", "other"), body(), { attributes: {} });
    });

    test("held no object, whichever of a write and the close came first", async () => {
      await stored().put(at("a", "other"), body(), { attributes: {} });
      const write = () => stored().copy(at("a", "other"), at("a"), {});
      const close = () => stored().closeBucket("bucket", 1);
      const [written, refused] = await Promise.allSettled([write(), close()]);
      expect([written.status, refused]).toMatchObject(["fulfilled", { reason: notEmpty }]);
      await stored().delete(at("a"));
      const [closed, late] = await Promise.allSettled([stored().closeBucket("bucket", 2), write()]);
      expect([closed.status, late]).toMatchObject(["fulfilled", { reason: gone }]);
      expect(await stored().head(at("a"))).toBeUndefined();
    });

    test("refuses a body that was on its way when it was closed", async () => {
      let go = () => {};
      const waiting = new Promise<void>((resolve) => {
        go = resolve;
      });
      async function* slow() {
        yield Buffer.from("x");
        await waiting;
      }
      const putting = stored().put(at("late"), slow(), { attributes: {} });
      await stored().closeBucket("bucket", 1);
      go();
      await expect(putting).rejects.toMatchObject(gone);
      expect(await stored().head(at("late"))).toBeUndefined();
    });

    test("is refused for good to the attempt that met an object, and to those before", async () => {
      await put("a");
      await expect(stored().closeBucket("bucket", 2)).rejects.toMatchObject(notEmpty);
      await stored().delete(at("a"));
      await expect(stored().closeBucket("bucket", 2)).rejects.toMatchObject(notEmpty);
      await expect(stored().closeBucket("bucket", 1)).rejects.toMatchObject(notEmpty);
      await put("b");
      await stored().delete(at("b"));
      await stored().closeBucket("bucket", 3);
      await stored().closeBucket("bucket", 1);
      await expect(put("c")).rejects.toMatchObject(gone);
    });
  });
}
