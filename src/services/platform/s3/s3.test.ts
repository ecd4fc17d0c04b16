import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { createIds } from "../../../base/ids.ts";
import { createRandom } from "../../../base/random.ts";
import { createTestContext, type TestContext } from "../../../server/test-context.ts";
import { openFilesystemObjectStore } from "../../../stores/objects/filesystem.ts";
import type { ObjectStore } from "../../../stores/objects/port.ts";
import { bucket } from "./bucket.ts";
import { checkBucketName } from "./bucket-name.ts";
import { multipartUpload } from "./multipart-upload.ts";
import { object } from "./object.ts";
import { objectCopy } from "./object-copy.ts";
import { objectDelete } from "./object-delete.ts";
import { objectListing } from "./object-listing.ts";
import { uploadPart } from "./upload-part.ts";

const units = [bucket, object, objectCopy, objectDelete, objectListing, multipartUpload, uploadPart];
let folder: string;
let objects: ObjectStore;
let context: TestContext;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-s3-"));
  const random = createRandom(1);
  const ids = createIds(systemClock, (count) => Uint8Array.from({ length: count }, () => random.below(256)));
  objects = openFilesystemObjectStore(folder, { clock: systemClock, ids });
  context = createTestContext({ units, objects });
});
afterEach(async () => {
  await objects.close();
  rmSync(folder, { recursive: true });
});

const put = (Bucket: string, Key: string, body: string | Readable = Key) =>
  context.call("s3", "PutObject", {
    Bucket,
    Key,
    Body: typeof body === "string" ? Readable.from([Buffer.from(body)]) : body,
  });
const make = (Bucket: string) =>
  context.call("s3", "CreateBucket", { Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
const bucketOf = async (name: string) =>
  (await context.resources.get({ account: context.account, region: "-", kind: "bucket", name }))!;
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code as string,
  );

describe("buckets", () => {
  test("are made in any region, which AWS need not have", async () => {
    const create = (region: string, LocationConstraint: string) =>
      bucket.operations.CreateBucket!(
        { Bucket: "far-away", CreateBucketConfiguration: { LocationConstraint } },
        { ...context, region },
      );
    expect(await refusal(create("us-east-1", "us-east-1"))).toBe("InvalidLocationConstraint");
    expect(await refusal(create("us-east-1", "far away"))).toBe("InvalidLocationConstraint");
    expect(await refusal(create("us-west-2", "mars-north-7"))).toBe("IllegalLocationConstraintException");
    await create("mars-north-7", "mars-north-7");
    expect((await bucketOf("far-away")).wanted).toMatchObject({ region: "mars-north-7" });
  });

  describe("an object is stored while its bucket is deleted", () => {
    const remove = () => refusal(context.call("s3", "DeleteBucket", { Bucket: "contested" }));
    const left = async () => ({
      bucket: await refusal(context.call("s3", "HeadBucket", { Bucket: "contested" })),
      objects: (await objects.list("contested", { limit: 10 })).objects.length,
    });
    /** Lets something happen around the listings by which DeleteBucket looks twice whether the bucket is empty. */
    const around = (listing: number, when: "before" | "after", happens: () => Promise<unknown>) => {
      let listings = 0;
      const list: ObjectStore["list"] = async (...query) => {
        const now = ++listings === listing;
        if (now && when === "before") await happens();
        const page = await objects.list(...query);
        if (now && when === "after") await happens();
        return page;
      };
      context = createTestContext({ units, objects: { ...objects, list } });
    };

    test("before it looks, or between its two looks: the deletion is refused", async () => {
      for (const listing of [1, 2]) {
        around(listing, "before", () => put("contested", "a"));
        await make("contested");
        expect(await remove()).toBe("BucketNotEmpty");
        expect(await left()).toEqual({ bucket: "done", objects: 1 });
        expect(await refusal(put("contested", "b"))).toBe("done");
        await objects.clear();
      }
    });

    test("after its last look: the deletion is stopped", async () => {
      around(2, "after", () => put("contested", "a"));
      await make("contested");
      expect(await remove()).toBe("OperationAborted");
      expect(await left()).toEqual({ bucket: "done", objects: 1 });
    });

    test("and the deletion was faster: the object is refused, and goes", async () => {
      const putting: ObjectStore["put"] = async (...body) => {
        const stored = await objects.put(...body);
        await context.resources.write([{ delete: (await bucketOf("contested")).key, expected: 1 }]);
        return stored;
      };
      context = createTestContext({ units, objects: { ...objects, put: putting } });
      await make("contested");
      expect(await refusal(put("contested", "a"))).toBe("NoSuchBucket");
      expect(await left()).toEqual({ bucket: "NotFound", objects: 0 });
    });
  });

  test("a bucket whose deletion a crash cut off goes on", async () => {
    await make("half-deleted");
    const { version, ...document } = await bucketOf("half-deleted");
    await context.resources.write([{ put: { ...document, status: "Deleting" }, expected: version }]);
    expect(await refusal(put("half-deleted", "a"))).toBe("done");
    expect((await bucketOf("half-deleted")).status).toBe("Active");
    expect(await refusal(context.call("s3", "DeleteBucket", { Bucket: "half-deleted" }))).toBe("BucketNotEmpty");
    await context.call("s3", "DeleteObject", { Bucket: "half-deleted", Key: "a" });
    expect(await refusal(context.call("s3", "DeleteBucket", { Bucket: "half-deleted" }))).toBe("done");
  });

  test("the default bucket of the region, and only that, appears when it is asked for", async () => {
    const name = "sagemaker-us-west-2-123456789012";
    const { Buckets } = await context.call("s3", "ListBuckets", {});
    expect(Buckets?.map(({ Name }) => Name)).toEqual([name]);
    expect(await refusal(put(name, "a"))).toBe("done");
    expect(await refusal(put("sagemaker-us-east-1-123456789012", "a"))).toBe("NoSuchBucket");
  });

  test("deleting a bucket ends its uploads", async () => {
    await make("uploads");
    const { UploadId } = await context.call("s3", "CreateMultipartUpload", { Bucket: "uploads", Key: "a" });
    await context.call("s3", "DeleteBucket", { Bucket: "uploads" });
    await make("uploads");
    const part = { Bucket: "uploads", Key: "a", UploadId: UploadId!, PartNumber: 1 };
    expect(await refusal(context.call("s3", "UploadPart", { ...part, Body: Readable.from(["x"]) }))).toBe(
      "NoSuchUpload",
    );
  });

  test.each(["abc", "a.b-c.1", "1.2.3", "a".repeat(63)])("%s is a name for a bucket", (name) =>
    expect(() => checkBucketName(name)).not.toThrow(),
  );
});

describe("objects", () => {
  beforeEach(() => make("objects"));

  test("a body that is refused is not left half read", async () => {
    const body = Readable.from([Buffer.alloc(10), Buffer.alloc(10)]);
    expect(await refusal(put("no-such-bucket", "a", body))).toBe("NoSuchBucket");
    expect(body.destroyed).toBe(true);
  });

  test("a body that breaks off leaves the object that was there", async () => {
    await put("objects", "a", "before");
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from("half");
        throw Object.assign(new Error("cut off"), { code: "IncompleteBody" });
      })(),
    );
    expect(await refusal(put("objects", "a", broken))).toBe("IncompleteBody");
    const { Body } = await context.call("s3", "GetObject", { Bucket: "objects", Key: "a" });
    expect(await text(Body as Readable)).toBe("before");
  });

  test("how a body was framed is not kept as its encoding", async () => {
    for (const [given, kept] of [
      ["aws-chunked", undefined],
      ["gzip,aws-chunked", "gzip"],
      ["aws-chunked, gzip", "gzip"],
      ["gzip", "gzip"],
    ] as const) {
      await context.call("s3", "PutObject", {
        Bucket: "objects",
        Key: "a",
        Body: Readable.from([]),
        ContentEncoding: given,
      });
      expect((await context.call("s3", "HeadObject", { Bucket: "objects", Key: "a" })).ContentEncoding).toBe(kept);
    }
  });

  test("what is not built is refused by name", async () => {
    const tagged = { Bucket: "objects", Key: "a", Body: Readable.from(["x"]), Tagging: "a=b" };
    await expect(context.call("s3", "PutObject", tagged)).rejects.toMatchObject({
      code: "NotImplemented",
      status: 501,
      message: "Tagging is not built in Sagebrush 0.0.0; leave it out. What is built: docs/coverage.md.",
    });
  });
});
