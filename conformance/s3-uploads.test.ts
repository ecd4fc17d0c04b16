import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { beforeAll, describe, expect, test } from "vitest";
import { Bucket, md5, mebibyte, pattern, refusal, s3, useBucket } from "./s3-bucket.ts";

const server = useBucket();

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
