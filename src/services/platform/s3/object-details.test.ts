import { Readable } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { useObjectStore } from "../../../stores/objects/object-store.fixture.ts";
import { accessControlList } from "./access-control-list.ts";
import { bucket } from "./bucket.ts";
import { bucketVersioning } from "./bucket-versioning.ts";
import { multipartUpload } from "./multipart-upload.ts";
import { object } from "./object.ts";
import { objectDetails } from "./object-details.ts";
import { uploadPart } from "./upload-part.ts";

const Bucket = "described";
const openStore = useObjectStore();
let context: TestContext;

beforeEach(async () => {
  const units = [accessControlList, bucket, bucketVersioning, object, objectDetails, multipartUpload, uploadPart];
  context = createTestContext({ units, objects: openStore() });
  await context.call("s3", "CreateBucket", {
    Bucket,
    CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
  });
});

const everything = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"] as const;
const details = (Key: string, more: object = {}) =>
  context.call("s3", "GetObjectAttributes", { Bucket, Key, ObjectAttributes: [...everything], ...more });
const put = (Key: string, body: string, more: object = {}) =>
  context.call("s3", "PutObject", { Bucket, Key, Body: Readable.from([Buffer.from(body)]), ...more });

/** Uploads an object in three parts of 5 MiB, 5 MiB and one byte. */
async function upload(Key: string, more: object): Promise<string[]> {
  const { UploadId } = await context.call("s3", "CreateMultipartUpload", { Bucket, Key, ...more });
  const upload = { Bucket, Key, UploadId: UploadId! };
  const made = [];
  for (const [place, size] of [5 * 1024 * 1024, 5 * 1024 * 1024, 1].entries()) {
    const Body = Readable.from([Buffer.alloc(size, place)]);
    const PartNumber = place + 1;
    const { ETag, ChecksumSHA256 } = await context.call("s3", "UploadPart", { ...upload, PartNumber, Body });
    made.push({ PartNumber, ETag: ETag!, ...(ChecksumSHA256 && { ChecksumSHA256 }) });
  }
  await context.call("s3", "CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts: made } });
  return made.map(({ ChecksumSHA256 }) => ChecksumSHA256!);
}

describe("GetObjectAttributes", () => {
  test("gives what is asked for, and the ETag without quotes", async () => {
    await put("a", "123456789", { ChecksumAlgorithm: "CRC32" });
    expect(await details("a")).toEqual({
      LastModified: expect.any(Date),
      ETag: "25f9e794323b453885f5181f1b624d0b",
      Checksum: { ChecksumCRC32: "y/Q5Jg==", ChecksumType: "FULL_OBJECT" },
      StorageClass: "STANDARD",
      ObjectSize: 9,
    });
    await put("b", "");
    expect(await details("b", { ObjectAttributes: ["ObjectSize", "Checksum"] })).toEqual({
      LastModified: expect.any(Date),
      ObjectSize: 0,
    });
  });

  test("pages through the parts of an object whose parts have checksums", async () => {
    const sums = await upload("m", { ChecksumAlgorithm: "SHA256" });
    const { ETag, Checksum, ObjectParts, ObjectSize } = await details("m");
    expect(ETag).toMatch(/^[0-9a-f]{32}-3$/);
    expect(Checksum).toEqual({ ChecksumSHA256: expect.stringMatching(/^[^-]+$/), ChecksumType: "COMPOSITE" });
    expect(ObjectSize).toBe(10 * 1024 * 1024 + 1);
    const part = (number: number, Size: number) => ({ PartNumber: number, Size, ChecksumSHA256: sums[number - 1] });
    const Parts = [part(1, 5 * 1024 * 1024), part(2, 5 * 1024 * 1024), part(3, 1)];
    const page = { TotalPartsCount: 3, PartNumberMarker: "0", MaxParts: 1000, IsTruncated: false };
    expect(ObjectParts).toEqual({ ...page, NextPartNumberMarker: "3", Parts });
    const partsOf = async (more: object) => (await details("m", more)).ObjectParts;
    expect(await partsOf({ MaxParts: 2 })).toEqual({
      ...page,
      MaxParts: 2,
      IsTruncated: true,
      NextPartNumberMarker: "2",
      Parts: Parts.slice(0, 2),
    });
    expect(await partsOf({ MaxParts: 2, PartNumberMarker: "2" })).toEqual({
      ...page,
      MaxParts: 2,
      PartNumberMarker: "2",
      NextPartNumberMarker: "3",
      Parts: Parts.slice(2),
    });
    for (const refused of [{ MaxParts: -1 }, { PartNumberMarker: "x" }])
      await expect(partsOf(refused)).rejects.toMatchObject({ code: "InvalidArgument" });
  });

  test("counts the parts that have no checksums of their own", async () => {
    await upload("plain", {});
    expect(await details("plain")).toMatchObject({ ObjectParts: { TotalPartsCount: 3 } });
    await upload("whole", { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
    expect((await details("whole")).ObjectParts).toEqual({ TotalPartsCount: 3 });
  });

  test("refuses what is no attribute, and an object that is missing", async () => {
    await put("a", "a");
    for (const ObjectAttributes of [["Size"], ["ETag", "toString"], [""], []])
      await expect(details("a", { ObjectAttributes })).rejects.toMatchObject({
        code: "InvalidArgument",
        message: "Invalid attribute name specified.",
        members: { ArgumentName: "x-amz-object-attributes" },
      });
    await expect(details("none")).rejects.toMatchObject({ code: "NoSuchKey" });
  });
});

describe("who owns what", () => {
  test("the owner of a bucket has everything, of its objects too", async () => {
    await put("a", "a");
    const acl = await context.call("s3", "GetBucketAcl", { Bucket });
    expect(acl.Owner!.ID).toMatch(/^[0-9a-f]{64}$/);
    expect(acl.Grants).toEqual([{ Grantee: { ID: acl.Owner!.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }]);
    expect(await context.call("s3", "GetObjectAcl", { Bucket, Key: "a" })).toEqual(acl);
    await expect(context.call("s3", "GetObjectAcl", { Bucket, Key: "b" })).rejects.toMatchObject({ code: "NoSuchKey" });
    await expect(context.call("s3", "GetBucketAcl", { Bucket: "no-such-bucket" })).rejects.toMatchObject({
      code: "NoSuchBucket",
    });
  });

  test("another account sees neither ACLs nor versioning", async () => {
    const other = context.at({ account: "999999999999" });
    await put("a", "a");
    for (const work of [
      other.call("s3", "GetBucketAcl", { Bucket }),
      other.call("s3", "GetObjectAcl", { Bucket, Key: "a" }),
      other.call("s3", "GetBucketVersioning", { Bucket }),
      context.call("s3", "GetBucketAcl", { Bucket, ExpectedBucketOwner: "999999999999" }),
    ])
      await expect(work).rejects.toMatchObject({ code: "AccessDenied" });
  });

  test.each(["private", "bucket-owner-full-control"] as const)(
    "an object may be written with the ACL %s",
    async (ACL) => {
      await put("a", "a", { ACL });
    },
  );

  test("an ACL that lets others in is refused", async () => {
    for (const ACL of ["public-read", "authenticated-read", "bucket-owner-read"])
      await expect(put("a", "a", { ACL })).rejects.toMatchObject({
        code: "AccessControlListNotSupported",
        message: "The bucket does not allow ACLs",
      });
    await expect(put("a", "a", { GrantRead: "id=x" })).rejects.toMatchObject({ code: "NotImplemented", status: 501 });
  });

  test("lists that give the owner everything and nobody else anything may be written", async () => {
    await put("a", "a");
    const setBucket = (more: object) => context.call("s3", "PutBucketAcl", { Bucket, ...more });
    const setObject = (more: object) => context.call("s3", "PutObjectAcl", { Bucket, Key: "a", ...more });
    const { Owner, Grants } = await context.call("s3", "GetBucketAcl", { Bucket });
    const AccessControlPolicy = { Owner, Grants };
    const all = "http://acs.amazonaws.com/groups/global/AllUsers";
    const open = { Grants: [...Grants!, { Grantee: { Type: "Group", URI: all }, Permission: "READ" }] };
    const less = { Grants: [{ ...Grants![0], Permission: "READ" }] };
    for (const set of [setBucket, setObject]) {
      await set({ ACL: "private" });
      await set({ AccessControlPolicy });
      for (const other of [
        { ACL: "public-read" },
        { AccessControlPolicy: open },
        { AccessControlPolicy: less },
        { GrantRead: `uri="${all}"` },
      ])
        await expect(set(other)).rejects.toMatchObject({ code: "AccessControlListNotSupported", status: 400 });
      await expect(set({})).rejects.toMatchObject({ code: "MissingSecurityHeader" });
    }
    await setObject({ ACL: "bucket-owner-full-control" });
    await expect(setObject({ Key: "none", ACL: "private" })).rejects.toMatchObject({ code: "NoSuchKey" });
  });

  test("a bucket whose versioning was never set has no status", async () => {
    expect(await context.call("s3", "GetBucketVersioning", { Bucket })).toEqual({});
  });
});
