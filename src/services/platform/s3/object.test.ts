import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, test } from "vitest";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { useObjectStore } from "../../../stores/objects/object-store.fixture.ts";
import type { ObjectStore } from "../../../stores/objects/port.ts";
import { bucket } from "./bucket.ts";
import { multipartUpload } from "./multipart-upload.ts";
import { object } from "./object.ts";
import { objectCopy } from "./object-copy.ts";
import { objectDelete } from "./object-delete.ts";
import { objectListing } from "./object-listing.ts";
import { uploadPart } from "./upload-part.ts";

const units = [bucket, object, objectCopy, objectDelete, objectListing, multipartUpload, uploadPart];
const openStore = useObjectStore();
let objects: ObjectStore;
let context: TestContext;

beforeEach(() => {
  objects = openStore();
  context = createTestContext({ units, objects });
});

const put = (Bucket: string, Key: string, body: string | Readable = Key) =>
  context.call("s3", "PutObject", {
    Bucket,
    Key,
    Body: typeof body === "string" ? Readable.from([Buffer.from(body)]) : body,
  });
const make = (Bucket: string) =>
  context.call("s3", "CreateBucket", { Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code as string,
  );

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
    const locked = { Bucket: "objects", Key: "a", Body: Readable.from(["x"]), ObjectLockMode: "GOVERNANCE" as const };
    await expect(context.call("s3", "PutObject", locked)).rejects.toMatchObject({
      code: "NotImplemented",
      status: 501,
      message: "ObjectLockMode is not built in Sagebrush 0.0.0; leave it out.",
    });
  });
});
