import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
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
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { beforeAll, describe, expect, test } from "vitest";
import { useServer } from "./server.ts";

const server = useServer();
const mebibyte = 1024 * 1024;
const Bucket = "conformance-of-objects";
let s3: S3Client;
const pattern = (size: number, factor = 31) => Buffer.from(Uint8Array.from({ length: size }, (_, at) => at * factor));
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
const textOf = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  return { name: error?.name, status: error?.$metadata?.httpStatusCode, message: error?.message, ...error };
};

beforeAll(async () => {
  s3 = new S3Client(server.clientOptions);
  await s3.send(new CreateBucketCommand({ Bucket }));
});

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

describe("listings", () => {
  const keys = Array.from({ length: 25 }, (_, at) => `list/${String(at).padStart(2, "0")}`);
  beforeAll(async () => {
    await Promise.all(
      [...keys, "list/sub/1", "list/sub/2", "list/tub/1"].map((Key) =>
        s3.send(new PutObjectCommand({ Bucket, Key, Body: Key })),
      ),
    );
  });

  test("v2 in pages, with a delimiter, from a key on", async () => {
    const names: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3, pageSize: 4 },
      { Bucket, Prefix: "list/", Delimiter: "/" },
    )) {
      expect(page.KeyCount).toBeLessThanOrEqual(4);
      names.push(
        ...(page.Contents ?? []).map(({ Key }) => Key!),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
      );
    }
    expect(names.sort()).toEqual([...keys, "list/sub/", "list/tub/"]);
    const from = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: "list/", StartAfter: "list/23", FetchOwner: true }),
    );
    expect(from.Contents?.map(({ Key }) => Key)).toEqual(["list/24", "list/sub/1", "list/sub/2", "list/tub/1"]);
    expect(from.Contents?.[0]).toMatchObject({
      Size: 7,
      ETag: `"${md5(Buffer.from("list/24"))}"`,
      StorageClass: "STANDARD",
    });
    expect(from.Contents?.[0]?.Owner?.ID).toBeDefined();
    const none = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "list/", MaxKeys: 0 }));
    expect([none.KeyCount, none.IsTruncated, none.MaxKeys]).toEqual([0, false, 0]);
    const wrong = new ListObjectsV2Command({ Bucket, ContinuationToken: "not a token" });
    expect(await refusal(s3.send(wrong))).toMatchObject({ name: "InvalidArgument", status: 400 });
  });

  test("v1 by marker", async () => {
    const first = await s3.send(new ListObjectsCommand({ Bucket, Prefix: "list/", Delimiter: "/", MaxKeys: 26 }));
    expect([first.IsTruncated, first.NextMarker]).toEqual([true, "list/sub/"]);
    const second = await s3.send(
      new ListObjectsCommand({ Bucket, Prefix: "list/", Delimiter: "/", Marker: first.NextMarker }),
    );
    expect(second.CommonPrefixes).toEqual([{ Prefix: "list/tub/" }]);
    expect(second.IsTruncated).toBe(false);
  });
});

describe("multipart uploads", () => {
  test("by lib-storage, from a stream", async () => {
    const bytes = pattern(12 * mebibyte + 5, 7);
    const upload = new Upload({
      client: s3,
      params: { Bucket, Key: "uploaded", Body: Readable.from([bytes]), Metadata: { a: "b" } },
    });
    const done = await upload.done();
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    expect(done.Location).toBe(`${server.url}/${Bucket}/uploaded`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "uploaded" }));
    expect(got.Metadata).toEqual({ a: "b" });
    expect(Buffer.compare(await buffer(got.Body as Readable), bytes)).toBe(0);
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: "uploaded", PartNumber: 3 }));
    expect([part.$metadata.httpStatusCode, part.PartsCount, part.ContentLength]).toEqual([206, 3, 2 * mebibyte + 5]);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "uploaded", PartNumber: 1 }));
    expect([head.ContentLength, head.PartsCount]).toEqual([5 * mebibyte, 3]);
  });

  test("step by step, with copied parts, listings and refusals", async () => {
    const Key = "steps/upload";
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        Bucket,
        Key,
        ContentType: "x/y",
        ChecksumAlgorithm: "CRC32",
        ChecksumType: "FULL_OBJECT",
      }),
    );
    const first = pattern(5 * mebibyte, 3);
    const one = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: first, ChecksumAlgorithm: "CRC32" }),
    );
    await s3.send(new PutObjectCommand({ Bucket, Key: "source of parts", Body: "0123456789" }));
    const copy = { Bucket, Key, UploadId, CopySource: `${Bucket}/source%20of%20parts` };
    const two = await s3.send(new UploadPartCopyCommand({ ...copy, PartNumber: 2, CopySourceRange: "bytes=2-5" }));
    const outside = new UploadPartCopyCommand({ ...copy, PartNumber: 3, CopySourceRange: "bytes=2-50" });
    expect(await refusal(s3.send(outside))).toMatchObject({ name: "InvalidArgument" });

    const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 1 }));
    expect(listed).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: "1",
      Parts: [{ PartNumber: 1, Size: first.length, ETag: one.ETag }],
    });
    const rest = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: "1" }));
    expect(rest.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([[2, 4]]);
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "steps/" }));
    expect(uploads.Uploads).toMatchObject([{ Key, UploadId }]);
    const folded = await s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: "/" }));
    expect(folded.CommonPrefixes).toEqual([{ Prefix: "steps/" }]);

    const complete = (...Parts: { PartNumber: number; ETag?: string }[]) =>
      s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    const [a, b] = [
      { PartNumber: 1, ETag: one.ETag! },
      { PartNumber: 2, ETag: two.CopyPartResult!.ETag! },
    ];
    expect(await refusal(complete(b, a))).toMatchObject({ name: "InvalidPartOrder", status: 400 });
    expect(await refusal(complete(a, { PartNumber: 9, ETag: b.ETag }))).toMatchObject({ name: "InvalidPart" });
    expect(await refusal(complete({ PartNumber: 1, ETag: b.ETag }))).toMatchObject({ name: "InvalidPart" });
    const made = await complete(a, b);
    expect(await complete(a, b)).toMatchObject({ ETag: made.ETag }); // a client that missed the answer does so
    const whole = Buffer.concat([first, Buffer.from("2345")]);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(whole));
    expect(head).toMatchObject({
      ContentType: "x/y",
      ChecksumCRC32: checksum.toString("base64"),
      ChecksumType: "FULL_OBJECT",
      ContentLength: whole.length,
    });
  });

  test("a part in the middle that is too small, and an upload given up", async () => {
    const Key = "small parts";
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const { ETag, ChecksumCRC32 } = await s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: "small" }),
      );
      Parts.push({ PartNumber, ETag, ChecksumCRC32 });
    }
    const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    expect(await refusal(s3.send(complete))).toMatchObject({ name: "EntityTooSmall", status: 400 });
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(await refusal(s3.send(complete))).toMatchObject({ name: "NoSuchUpload", status: 404 });
    expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
  });
});
