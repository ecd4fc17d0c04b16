import { beforeEach, describe, expect, test } from "vitest";
import type { Context } from "../../../frame/context.ts";
import type { TestContext } from "../../../server/request/test-context.ts";
import { checkBucketName } from "./bucket-name.ts";
import {
  bodyOf,
  context,
  defaultBucket,
  documentOf,
  keysIn,
  make,
  namesFor,
  put,
  refusal,
  remove,
  turn,
  useBuckets,
} from "./buckets.fixture.ts";
import { multipartUpload } from "./multipart-upload.ts";
import { object } from "./object.ts";
import { objectCopy } from "./object-copy.ts";
import { objectDelete } from "./object-delete.ts";
import { objectListing } from "./object-listing.ts";
import { uploadPart } from "./upload-part.ts";

useBuckets();

describe("buckets", () => {
  test("are made in any region, which AWS need not have", async () => {
    const create = (region: string, LocationConstraint: string) =>
      context.at({ region }).call("s3", "CreateBucket", {
        Bucket: "far-away",
        CreateBucketConfiguration: { LocationConstraint: LocationConstraint as "us-west-2" },
      });
    expect(await refusal(create("us-east-1", "us-east-1"))).toBe("InvalidLocationConstraint");
    expect(await refusal(create("us-east-1", "far away"))).toBe("InvalidLocationConstraint");
    expect(await refusal(create("us-west-2", "mars-north-7"))).toBe("IllegalLocationConstraintException");
    await create("mars-north-7", "mars-north-7");
    expect(await documentOf("far-away")).toMatchObject({
      wanted: { region: "mars-north-7", owner: "123456789012" },
      labels: { owner: "123456789012" },
    });
  });

  test("are found by an object operation as soon as they are made", async () => {
    expect(await refusal(put("just-made", "a"))).toBe("NoSuchBucket");
    await make("just-made");
    expect(await refusal(put("just-made", "a"))).toBe("done");
  });

  test.each(["abc", "a.b-c.1", "1.2.3", "a".repeat(63)])("%s is a name for a bucket", (name) =>
    expect(() => checkBucketName(name)).not.toThrow(),
  );
});

describe("the default bucket", () => {
  test("of the account and region, and no other, appears when it is named", async () => {
    expect(await refusal(put("sagemaker-us-east-1-123456789012", "a"))).toBe("NoSuchBucket");
    expect(await refusal(put("sagemaker-us-west-2-999999999999", "a"))).toBe("NoSuchBucket");
    const elsewhere = context.at({ region: "eu-west-1" });
    expect(await keysIn("sagemaker-eu-west-1-123456789012", elsewhere)).toEqual([]);
    const named = { Bucket: "sagemaker-us-east-1-123456789012" };
    expect(await context.at({ region: "us-east-1" }).call("s3", "GetBucketLocation", named)).toEqual({});
    expect(await namesFor(context)).toEqual([
      "sagemaker-eu-west-1-123456789012",
      "sagemaker-us-east-1-123456789012",
      defaultBucket,
    ]);
  });

  test("is made by the control plane: once, however many object operations name it first", async () => {
    const calls: string[] = [];
    const asService = () => {
      const call = (service: "s3", operation: "CreateBucket", input: { Bucket: string }) => {
        calls.push(`${service}.${operation}`);
        return context.call(service, operation, input);
      };
      return { ...context, call: call as Context["call"] };
    };
    const user = { ...readOnly(context), asService };
    const puts = ["a", "b", "c"].map((Key) => object.operations.PutObject!(named(Key), user));
    await Promise.all(puts);
    expect(new Set(calls)).toEqual(new Set(["s3.CreateBucket"]));
    expect(await keysIn(defaultBucket)).toEqual(["a", "b", "c"]);
  });

  const named = (Key: string) => ({ Bucket: defaultBucket, Key, Body: bodyOf(Key) });

  test("is there for HeadBucket, and anew after its deletion", async () => {
    const head = () => context.call("s3", "HeadBucket", { Bucket: defaultBucket });
    expect(await head()).toMatchObject({ BucketRegion: "us-west-2" });
    const before = await documentOf(defaultBucket);
    await remove(defaultBucket);
    expect(await documentOf(defaultBucket)).toBeUndefined();
    await head();
    expect((await documentOf(defaultBucket))?.id).not.toBe(before?.id);
  });
});

/** A context whose handlers cannot write a document themselves. */
const readOnly = (from: Context): Context => ({
  ...from,
  resources: {
    ...from.resources,
    write: () => Promise.reject(new Error("a handler of the data plane writes a document")),
  },
});

test("no operation on objects writes a document", async () => {
  await make("objects");
  const user = readOnly(context);
  const at = { Bucket: "objects", Key: "a" };
  const run = async (unit: { operations: Readonly<Record<string, unknown>> }, name: string, input: object) =>
    (unit.operations[name] as (input: object, context: Context) => Promise<Record<string, string>>)(
      { ...at, ...input },
      user,
    );
  await run(object, "PutObject", { Body: bodyOf("a") });
  await run(object, "HeadObject", {});
  await run(objectCopy, "CopyObject", { Key: "b", CopySource: "objects/a" });
  await run(objectListing, "ListObjects", {});
  const { UploadId } = await run(multipartUpload, "CreateMultipartUpload", {});
  const { ETag } = await run(uploadPart, "UploadPart", { UploadId, PartNumber: 1, Body: bodyOf("a") });
  await run(uploadPart, "UploadPartCopy", { UploadId, PartNumber: 2, CopySource: "objects/a" });
  await run(multipartUpload, "CompleteMultipartUpload", {
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  await run(objectDelete, "DeleteObjects", { Delete: { Objects: [{ Key: "a" }, { Key: "b" }] } });
  expect(await keysIn("objects")).toEqual([]);
});

describe("two accounts", () => {
  const denied = "AccessDenied";
  let other: TestContext;
  beforeEach(async () => {
    other = context.at({ account: "999999999999" });
    await make("first-come");
    await put("first-come", "secret");
  });

  test("cannot have a bucket of the same name", async () => {
    await expect(make("first-come", other)).rejects.toMatchObject({
      code: "BucketAlreadyExists",
      status: 409,
      message:
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. " +
        "Please select a different name and try again.",
      members: { BucketName: "first-come" },
    });
    expect(await refusal(make("first-come"))).toBe("BucketAlreadyOwnedByYou");
    const [both] = await Promise.all([
      Promise.all([refusal(make("contested")), refusal(make("contested", other))]),
      turn(),
    ]);
    expect(both.sort()).toEqual(["BucketAlreadyExists", "done"]);
  });

  test("do not reach each other's buckets and objects", async () => {
    await make("second-come", other);
    const at = { Bucket: "first-come", Key: "secret" };
    const own = { Bucket: "second-come", Key: "stolen", CopySource: "first-come/secret" };
    const { UploadId } = await other.call("s3", "CreateMultipartUpload", { Bucket: "second-come", Key: "stolen" });
    const tries = [
      other.call("s3", "GetObject", at),
      other.call("s3", "HeadObject", at),
      other.call("s3", "PutObject", { ...at, Body: bodyOf("x") }),
      other.call("s3", "DeleteObject", at),
      other.call("s3", "DeleteObjects", { Bucket: "first-come", Delete: { Objects: [{ Key: "secret" }] } }),
      other.call("s3", "CopyObject", own),
      other.call("s3", "CopyObject", { ...at, CopySource: "first-come/secret", MetadataDirective: "REPLACE" }),
      other.call("s3", "UploadPartCopy", { ...own, UploadId: UploadId!, PartNumber: 1 }),
      other.call("s3", "CreateMultipartUpload", at),
      other.call("s3", "ListObjectsV2", { Bucket: "first-come" }),
      other.call("s3", "ListMultipartUploads", { Bucket: "first-come" }),
      other.call("s3", "HeadBucket", { Bucket: "first-come" }),
      other.call("s3", "GetBucketLocation", { Bucket: "first-come" }),
      other.call("s3", "DeleteBucket", { Bucket: "first-come" }),
    ];
    expect(await Promise.all(tries.map(refusal))).toEqual(tries.map(() => denied));
    await expect(other.call("s3", "HeadBucket", { Bucket: "first-come" })).rejects.toMatchObject({ status: 403 });
    expect(await keysIn("first-come")).toEqual(["secret"]);
    expect(await keysIn("second-come", other)).toEqual([]);
  });

  test("list their own buckets, each with its default bucket", async () => {
    await make("second-come", other);
    expect(await namesFor(context)).toEqual(["first-come", defaultBucket]);
    expect(await namesFor(other)).toEqual(["sagemaker-us-west-2-999999999999", "second-come"]);
  });

  test("may take a name one after the other, and the second sees nothing of the first", async () => {
    await context.call("s3", "DeleteObject", { Bucket: "first-come", Key: "secret" });
    await remove("first-come");
    await make("first-come", other);
    await turn();
    expect(await keysIn("first-come", other)).toEqual([]);
    expect(await refusal(keysIn("first-come"))).toBe(denied);
  });
});
