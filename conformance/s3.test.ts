import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { Bucket, md5, mebibyte, pattern, refusal, s3, textOf, useBucket } from "./s3-bucket.ts";

const server = useBucket();

describe("buckets", () => {
  test("are made, found, listed and deleted", async () => {
    const name = "another-bucket";
    await s3.send(
      new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } }),
    );
    expect(await s3.send(new HeadBucketCommand({ Bucket: name }))).toMatchObject({ BucketRegion: "us-west-2" });
    const { Buckets, Owner } = await s3.send(new ListBucketsCommand());
    expect(Buckets?.find(({ Name }) => Name === name)?.CreationDate).toBeInstanceOf(Date);
    expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    expect((await s3.send(new GetBucketLocationCommand({ Bucket: name }))).LocationConstraint).toBe("us-west-2");
    expect(await refusal(s3.send(new CreateBucketCommand({ Bucket: name })))).toMatchObject({
      name: "BucketAlreadyOwnedByYou",
      status: 409,
      BucketName: name,
    });
    await s3.send(new PutObjectCommand({ Bucket: name, Key: "x", Body: "x" }));
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket: name })))).toMatchObject({
      name: "BucketNotEmpty",
      status: 409,
    });
    await s3.send(new DeleteObjectCommand({ Bucket: name, Key: "x" }));
    await s3.send(new DeleteBucketCommand({ Bucket: name }));
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: name })))).toMatchObject({
      name: "NotFound",
      status: 404,
    });
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket: name })))).toMatchObject({
      name: "NoSuchBucket",
      status: 404,
    });
  });

  test("made anew under an old name show nothing of the old one", async () => {
    const Bucket = "made-anew";
    const east = new S3Client({ ...server.clientOptions, region: "us-east-1" });
    for (const Key of ["first", "second"]) {
      await east.send(new CreateBucketCommand({ Bucket }));
      expect((await east.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
      await east.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      expect((await east.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toHaveLength(1);
      await east.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      expect(await refusal(east.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
        name: "BucketNotEmpty",
        BucketName: Bucket,
      });
      await east.send(new DeleteObjectCommand({ Bucket, Key }));
      await east.send(new DeleteBucketCommand({ Bucket }));
      expect(await refusal(east.send(new PutObjectCommand({ Bucket, Key, Body: Key })))).toMatchObject({
        name: "NoSuchBucket",
        BucketName: Bucket,
      });
    }
  });

  test("in us-east-1 may be made again, and have no location constraint", async () => {
    const east = new S3Client({ ...server.clientOptions, region: "us-east-1" });
    await east.send(new CreateBucketCommand({ Bucket: "eastern" }));
    await east.send(new CreateBucketCommand({ Bucket: "eastern" }));
    expect((await east.send(new GetBucketLocationCommand({ Bucket: "eastern" }))).LocationConstraint).toBeUndefined();
  });

  test.each(["ab", "Upper", "a..b", "-a-b", "192.168.0.1", "a_b_c"])("cannot be called %s", async (name) => {
    expect(await refusal(s3.send(new CreateBucketCommand({ Bucket: name })))).toMatchObject({
      name: "InvalidBucketName",
      status: 400,
    });
  });

  test("the default bucket of SageMaker is there when it is asked for", async () => {
    const name = "sagemaker-us-west-2-123456789012";
    await s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: "123456789012" }));
    const names = (await s3.send(new ListBucketsCommand())).Buckets?.map((found) => found.Name);
    expect(names).toContain(name);
    const elsewhere = await refusal(s3.send(new HeadBucketCommand({ Bucket: "sagemaker-eu-west-1-123456789012" })));
    expect(elsewhere).toMatchObject({ status: 404 });
    expect(
      await refusal(s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: "999999999999" }))),
    ).toMatchObject({ status: 403 });
  });
});

describe("objects", () => {
  test("come back with all that was said of them", async () => {
    const Expires = new Date("2030-01-02T03:04:05Z");
    const said = {
      ContentType: "text/csv; charset=utf-8",
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentEncoding: "identity",
      ContentLanguage: "de",
      Metadata: { colour: "blue", "two-words": "a b" },
    };
    const put = await s3.send(
      new PutObjectCommand({ Bucket, Key: "all", Body: "a,b\n", Expires, ServerSideEncryption: "aws:kms", ...said }),
    );
    expect(put).toMatchObject({ ETag: `"${md5(Buffer.from("a,b\n"))}"`, ServerSideEncryption: "aws:kms" });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "all" }));
    expect(head).toMatchObject({
      ...said,
      ContentLength: 4,
      ETag: put.ETag,
      ServerSideEncryption: "aws:kms",
      AcceptRanges: "bytes",
    });
    expect(head.Expires).toEqual(Expires);
    expect(Math.abs(head.LastModified!.getTime() - Date.now())).toBeLessThan(60_000);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "all", ChecksumMode: "ENABLED" }));
    expect(got).toMatchObject({ ...said, ChecksumType: "FULL_OBJECT" });
    expect(got.ChecksumCRC32).toBe(put.ChecksumCRC32);
    expect(await got.Body!.transformToString()).toBe("a,b\n");
  });

  test.each([
    "a",
    "a/b",
    "/leading",
    "double//slash",
    "../up",
    "./here",
    "space and +plus&=?#%25",
    "ünï-😀",
    "control\u0001\u001f",
    "~'()*!",
    "é".repeat(512),
  ])("have any key: %j", async (Key) => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
    expect(await textOf(Key)).toBe(`body of ${Key}`);
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, EncodingType: "url" }));
    expect(listed.Contents?.map((found) => decodeURIComponent(found.Key!))).toContain(Key);
  });

  test("a key over 1024 bytes is refused", async () => {
    const put = new PutObjectCommand({ Bucket, Key: "é".repeat(513), Body: "x" });
    expect(await refusal(s3.send(put))).toMatchObject({ name: "KeyTooLongError", status: 400 });
  });

  test("bodies are streamed, with a checksum behind them", async () => {
    const bytes = pattern(3 * mebibyte);
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "streamed",
        Body: Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]),
        ContentLength: bytes.length,
      }),
    );
    expect(put.ETag).toBe(`"${md5(bytes)}"`);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(bytes));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "streamed", ChecksumMode: "ENABLED" }));
    expect(got.ChecksumCRC32).toBe(checksum.toString("base64"));
    expect(got.ContentEncoding).toBeUndefined();
    expect(Buffer.compare(await buffer(got.Body as Readable), bytes)).toBe(0);
  });

  test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "%s is held against the body and kept",
    async (ChecksumAlgorithm) => {
      const Key = `checked-${ChecksumAlgorithm}`;
      const name = `Checksum${ChecksumAlgorithm}` as const;
      const wrong = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 }[ChecksumAlgorithm];
      const value = Buffer.alloc(wrong).toString("base64");
      expect(await refusal(s3.send(new PutObjectCommand({ Bucket, Key, Body: "abc", [name]: value })))).toMatchObject({
        name: "BadDigest",
        status: 400,
      });
      expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ name: "NotFound" });
      if (ChecksumAlgorithm === "CRC64NVME") return; // the SDK makes it with an extra package only
      const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "abc", ChecksumAlgorithm }));
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      expect(head[name]).toBe(put[name]);
      expect(head[name]).toBeDefined();
    },
  );

  test("Content-MD5 is held against the body, and unknown checksums are refused by name", async () => {
    const put = (more: object) => refusal(s3.send(new PutObjectCommand({ Bucket, Key: "md5", Body: "abc", ...more })));
    expect(await put({ ContentMD5: Buffer.alloc(16).toString("base64") })).toMatchObject({ name: "BadDigest" });
    expect(await put({ ContentMD5: "nonsense" })).toMatchObject({ name: "InvalidDigest" });
    expect((await put({ ContentMD5: createHash("md5").update("abc").digest("base64") })).name).toBeUndefined();
    expect(await put({ ChecksumSHA512: createHash("sha512").update("abc").digest("base64") })).toMatchObject({
      name: "NotImplemented",
      message: expect.stringMatching(
        /^The checksum algorithm SHA512 is not built .*; use one of CRC32, CRC32C, CRC64NVME, SHA1, SHA256\.$/,
      ),
    });
  });

  test("ranges", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "digits", Body: "0123456789" }));
    const get = async (Range: string) => {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: "digits", Range }));
      return [got.$metadata.httpStatusCode, got.ContentRange, got.ContentLength, await got.Body!.transformToString()];
    };
    expect(await get("bytes=2-4")).toEqual([206, "bytes 2-4/10", 3, "234"]);
    expect(await get("bytes=7-")).toEqual([206, "bytes 7-9/10", 3, "789"]);
    expect(await get("bytes=-2")).toEqual([206, "bytes 8-9/10", 2, "89"]);
    expect(await get("bytes=5-99")).toEqual([206, "bytes 5-9/10", 5, "56789"]);
    expect(await get("bytes=5-2")).toEqual([200, undefined, 10, "0123456789"]);
    expect(await get("bytes=1-2,4-5")).toEqual([200, undefined, 10, "0123456789"]);
    expect(await refusal(get("bytes=10-"))).toMatchObject({ name: "InvalidRange", status: 416 });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "digits", Range: "bytes=0-0" }));
    expect([head.$metadata.httpStatusCode, head.ContentLength, head.ContentRange]).toEqual([206, 1, "bytes 0-0/10"]);
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: "digits", PartNumber: 1 }));
    expect(await part.Body!.transformToString()).toBe("0123456789");
  });

  test("conditions of reads", async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "conditional", Body: "x" }));
    const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: "conditional" }));
    const hour = 3_600_000;
    const [before, after] = [new Date(LastModified!.getTime() - hour), new Date(LastModified!.getTime() + hour)];
    const get = (conditions: object) =>
      refusal(s3.send(new GetObjectCommand({ Bucket, Key: "conditional", ...conditions })));
    expect(await get({ IfMatch: ETag })).toMatchObject({ name: undefined });
    expect(await get({ IfMatch: '"other"' })).toMatchObject({ name: "PreconditionFailed", status: 412 });
    expect(await get({ IfNoneMatch: ETag })).toMatchObject({ status: 304 });
    expect(await get({ IfNoneMatch: '"other"', IfModifiedSince: after })).toMatchObject({ name: undefined });
    expect(await get({ IfModifiedSince: LastModified })).toMatchObject({ status: 304 });
    expect(await get({ IfModifiedSince: before })).toMatchObject({ name: undefined });
    expect(await get({ IfUnmodifiedSince: before })).toMatchObject({ name: "PreconditionFailed" });
    expect(await get({ IfMatch: ETag, IfUnmodifiedSince: before })).toMatchObject({ name: undefined });
  });

  test("conditions of writes: of many at once one wins", async () => {
    const put = (Body: string, more: object) =>
      refusal(s3.send(new PutObjectCommand({ Bucket, Key: "once", Body, ...more })));
    const tries = await Promise.all(["1", "2", "3", "4", "5"].map((body) => put(body, { IfNoneMatch: "*" })));
    expect(tries.map(({ status }) => status ?? 200).sort()).toEqual([200, 412, 412, 412, 412]);
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: "once" }));
    expect(await put("swapped", { IfMatch: ETag })).toMatchObject({ name: undefined });
    expect(await put("again", { IfMatch: ETag })).toMatchObject({ name: "PreconditionFailed", status: 412 });
    expect(
      await refusal(s3.send(new PutObjectCommand({ Bucket, Key: "none", Body: "x", IfMatch: ETag }))),
    ).toMatchObject({ name: "NoSuchKey", status: 404 });
    expect(await textOf("once")).toBe("swapped");
  });

  test("what is missing is told apart", async () => {
    const Key = "nowhere";
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({
      name: "NoSuchKey",
      status: 404,
      Key,
    });
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket: "no-such-bucket", Key })))).toMatchObject({
      name: "NoSuchBucket",
    });
    const owner = { ExpectedBucketOwner: "999999999999" };
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key, ...owner })))).toMatchObject({
      name: "AccessDenied",
      status: 403,
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  });

  test("copies keep or replace what is said of the object", async () => {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: "ä source+", Body: "text", ContentType: "text/plain", Metadata: { a: "1" } }),
    );
    const CopySource = `${Bucket}/${encodeURIComponent("ä source+")}`;
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "target", CopySource }));
    expect(copied.CopyObjectResult).toMatchObject({ ETag: `"${md5(Buffer.from("text"))}"` });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "target" }))).toMatchObject({
      ContentType: "text/plain",
      Metadata: { a: "1" },
    });
    const replace = { MetadataDirective: "REPLACE", ContentType: "text/csv", Metadata: { b: "2" } } as const;
    await s3.send(new CopyObjectCommand({ Bucket, Key: "target", CopySource: `/${Bucket}/target`, ...replace }));
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "target" }))).toMatchObject({
      ContentType: "text/csv",
      Metadata: { b: "2" },
    });
    expect(await textOf("target")).toBe("text");
    const kept = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: "a-key" } as const;
    await s3.send(new PutObjectCommand({ Bucket, Key: "encrypted", Body: "x", ...kept }));
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "encrypted" }))).toMatchObject(kept);
    await s3.send(new CopyObjectCommand({ Bucket, Key: "plain", CopySource: `${Bucket}/encrypted` }));
    const plain = await s3.send(new HeadObjectCommand({ Bucket, Key: "plain" }));
    expect([plain.ServerSideEncryption, plain.SSEKMSKeyId]).toEqual(["AES256", undefined]);
    const onto = new CopyObjectCommand({ Bucket, Key: "target", CopySource: `${Bucket}/target` });
    expect(await refusal(s3.send(onto))).toMatchObject({ name: "InvalidRequest", status: 400 });
    const conditional = new CopyObjectCommand({ Bucket, Key: "t2", CopySource, CopySourceIfMatch: '"other"' });
    expect(await refusal(s3.send(conditional))).toMatchObject({ name: "PreconditionFailed", status: 412 });
    const missing = new CopyObjectCommand({ Bucket, Key: "t2", CopySource: `${Bucket}/nowhere` });
    expect(await refusal(s3.send(missing))).toMatchObject({ name: "NoSuchKey", status: 404 });
  });

  test("many are deleted at once", async () => {
    for (const Key of ["many/1", "many/2", "many/ü & <3>"])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    const Objects = ["many/1", "many/ü & <3>", "many/none"].map((Key) => ({ Key }));
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key).sort()).toEqual(Objects.map(({ Key }) => Key).sort());
    expect(Errors).toBeUndefined();
    const quiet = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "many/2" }], Quiet: true } }),
    );
    expect(quiet.Deleted).toBeUndefined();
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "many/" }))).KeyCount).toBe(0);
  });

  test("presigned links put and get without keys, and refuse when altered", async () => {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "by link" }), { expiresIn: 60 });
    expect((await fetch(put, { method: "PUT", body: "through a link" })).status).toBe(200);
    const link = new GetObjectCommand({
      Bucket,
      Key: "by link",
      ResponseContentType: "text/x",
      ResponseContentDisposition: "inline",
    });
    const get = await getSignedUrl(s3, link, { expiresIn: 60 });
    const got = await fetch(get);
    expect(await got.text()).toBe("through a link");
    expect([got.headers.get("content-type"), got.headers.get("content-disposition")]).toEqual(["text/x", "inline"]);
    expect((await fetch(get.replace("by%20link", "digits"))).status).toBe(403);
  });
});
