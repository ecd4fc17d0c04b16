import { Readable } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import type { Context } from "../../../frame/context.ts";
import { decide } from "../../../server/request/authorize.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { useObjectStore } from "../../../stores/objects/object-store.fixture.ts";
import { bucket } from "./bucket.ts";
import { multipartUpload } from "./multipart-upload.ts";
import { object } from "./object.ts";
import { objectCopy } from "./object-copy.ts";
import { objectTagging } from "./object-tagging.ts";
import { checkedTags, tagsOfHeader } from "./object-tags.ts";
import { uploadPart } from "./upload-part.ts";

const Bucket = "tagged";
const openStore = useObjectStore();
let context: TestContext;

beforeEach(async () => {
  const units = [bucket, object, objectCopy, objectTagging, multipartUpload, uploadPart];
  context = createTestContext({ units, objects: openStore() });
  await context.call("s3", "CreateBucket", {
    Bucket,
    CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
  });
});

const put = (Key: string, Tagging?: string) =>
  context.call("s3", "PutObject", { Bucket, Key, Body: Readable.from([Buffer.from(Key)]), Tagging });
const head = (Key: string, from: Context = context) => from.call("s3", "HeadObject", { Bucket, Key });
const tags = async (Key: string) =>
  (await context.call("s3", "GetObjectTagging", { Bucket, Key })).TagSet!.map(({ Key: key, Value }) => [key, Value]);
const setTags = (Key: string, pairs: readonly (readonly [string, string])[]) => {
  const TagSet = pairs.map(([key, Value]) => ({ Key: key, Value }));
  return context.call("s3", "PutObjectTagging", { Bucket, Key, Tagging: { TagSet } });
};
/** The context of a caller who may do these actions, and nothing else. */
function only(...actions: string[]): Context {
  const grants = [{ actions, resources: ["*"] }];
  const caller: Context["caller"] = { ...context.caller, kind: "run", runId: "run", grants };
  return { ...context, caller, decide: (permission) => decide(caller, permission) };
}

describe("tags of an object", () => {
  test("are set, read and removed, and nothing else of the object changes", async () => {
    await put("a");
    expect(await tags("a")).toEqual([]);
    const before = await head("a");
    context.passTime(60_000);
    await setTags("a", [
      ["team", "größe"],
      ["cost", ""],
    ]);
    expect(await tags("a")).toEqual([
      ["cost", ""],
      ["team", "größe"],
    ]);
    expect(await head("a")).toEqual({ ...before, TagCount: 2 });
    await setTags("a", [["only", "this"]]);
    expect(await tags("a")).toEqual([["only", "this"]]);
    await context.call("s3", "DeleteObjectTagging", { Bucket, Key: "a" });
    expect(await tags("a")).toEqual([]);
    expect(await head("a")).toEqual(before);
  });

  test("of an object that is missing are NoSuchKey", async () => {
    for (const work of [
      tags("none"),
      setTags("none", []),
      context.call("s3", "DeleteObjectTagging", { Bucket, Key: "none" }),
    ])
      await expect(work).rejects.toMatchObject({ code: "NoSuchKey", status: 404 });
  });

  test("come with a new object, whole or in parts, and go when it is overwritten", async () => {
    await put("a", "team=my%20own+team&flag");
    expect(await tags("a")).toEqual([
      ["flag", ""],
      ["team", "my own team"],
    ]);
    await put("a");
    expect(await tags("a")).toEqual([]);

    const { UploadId } = await context.call("s3", "CreateMultipartUpload", { Bucket, Key: "m", Tagging: "a=b" });
    const part = { Bucket, Key: "m", UploadId: UploadId!, PartNumber: 1 };
    const { ETag } = await context.call("s3", "UploadPart", { ...part, Body: Readable.from([Buffer.from("x")]) });
    const Parts = [{ PartNumber: 1, ETag: ETag! }];
    await context.call("s3", "CompleteMultipartUpload", { ...part, MultipartUpload: { Parts } });
    expect(await tags("m")).toEqual([["a", "b"]]);
  });

  test("go with a copy, unless it brings its own", async () => {
    await put("a", "from=source");
    const copy = (Key: string, more: object = {}) =>
      context.call("s3", "CopyObject", { Bucket, Key, CopySource: `${Bucket}/a`, ...more });
    await copy("b");
    await copy("c", { TaggingDirective: "COPY", Tagging: "ignored=yes", MetadataDirective: "REPLACE" });
    await copy("d", { TaggingDirective: "REPLACE", Tagging: "own=one" });
    await copy("e", { TaggingDirective: "REPLACE" });
    expect(await Promise.all(["b", "c", "d", "e"].map(tags))).toEqual([
      [["from", "source"]],
      [["from", "source"]],
      [["own", "one"]],
      [],
    ]);
  });

  test("are counted and copied only for a caller who may read them", async () => {
    await put("a", "a=b&c=d");
    await put("plain");
    const reader = only("s3:GetObject", "s3:PutObject");
    const headAs = (caller: Context) => object.operations.HeadObject!({ Bucket, Key: "a" }, caller);
    expect(await headAs(reader)).not.toHaveProperty("TagCount");
    expect(await headAs(only("s3:GetObjectTagging"))).toMatchObject({ TagCount: 2 });
    const copyAs = (caller: Context, source: string, more: object = {}) =>
      objectCopy.operations.CopyObject!({ Bucket, Key: "copy", CopySource: `${Bucket}/${source}`, ...more }, caller);
    for (const few of [reader, only("s3:GetObjectTagging"), only("s3:PutObjectTagging")])
      await expect(copyAs(few, "a")).rejects.toMatchObject({ code: "AccessDenied", status: 403 });
    await copyAs(only("s3:GetObjectTagging", "s3:PutObjectTagging"), "a");
    await copyAs(reader, "plain");
    await copyAs(reader, "a", { TaggingDirective: "REPLACE" });
  });
});

describe("the limits of tags", () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ Key: `k${at}`, Value: "" }));
  const [longKey, longValue] = ["k".repeat(129), "v".repeat(257)];

  test("ten tags, keys of 128 and values of 256 characters are taken", () => {
    const most = many(10).map(({ Key }) => ({ Key: Key.padEnd(128, "ä"), Value: "ß+-=._:/@ 1".padEnd(256, "x") }));
    expect(checkedTags(most)).toHaveLength(10);
  });

  test.each([
    ["eleven", many(11), "BadRequest", "Object tags cannot be greater than 10", {}],
    [
      "a long key",
      [{ Key: longKey, Value: "" }],
      "InvalidTag",
      "The TagKey you have provided is invalid",
      { TagKey: longKey },
    ],
    ["no key", [{ Key: "", Value: "v" }], "InvalidTag", "The TagKey you have provided is invalid", { TagKey: "" }],
    [
      "a sign in the key",
      [{ Key: "a,b", Value: "" }],
      "InvalidTag",
      "The TagKey you have provided is invalid",
      { TagKey: "a,b" },
    ],
    [
      "a long value",
      [{ Key: "k", Value: longValue }],
      "InvalidTag",
      "The TagValue you have provided is invalid",
      { TagKey: "k", TagValue: longValue },
    ],
    [
      "a key of AWS",
      [{ Key: "aws:x", Value: "" }],
      "InvalidTag",
      "System tags cannot be added/updated by requester",
      { TagKey: "aws:x" },
    ],
    [
      "a key twice",
      [
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ],
      "InvalidTag",
      "Cannot provide multiple Tags with the same key",
      { TagKey: "a" },
    ],
  ])("%s", (_, given, code, message, members) => {
    expect(() => checkedTags(given)).toThrow(expect.objectContaining({ code, message, members, status: 400 }));
  });

  test.each(["a=1&a=2", "a=b=c", "a=%zz", "TagSet=[{Key=string,Value=string}]"])("the header %s", (header) => {
    expect(() => tagsOfHeader(header)).toThrow(
      expect.objectContaining({
        code: "InvalidArgument",
        members: { ArgumentName: "x-amz-tagging", ArgumentValue: header },
      }),
    );
  });

  test("a header that encodes something else than tags is an invalid key", () => {
    expect(() => tagsOfHeader("TagSet%3D%5B%7BKey%3Dstring%7D%5D")).toThrow("The TagKey you have provided is invalid");
  });
});
