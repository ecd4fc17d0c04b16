import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetBucketAclCommand,
  GetBucketVersioningCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketAclCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { beforeAll, describe, expect, test } from "vitest";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const Bucket = "tags-and-acls";
const mebibyte = 1024 * 1024;
let s3: S3Client;

beforeAll(async () => {
  s3 = new S3Client(server.clientOptions);
  await s3.send(new CreateBucketCommand({ Bucket }));
});

describe("the AWS SDK for JavaScript", () => {
  const tags = async (Key: string) =>
    Object.fromEntries(
      (await s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet!.map(({ Key: key, Value }) => [key, Value]),
    );

  test("tags of objects: set, read, counted, copied, replaced, removed", async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "a",
        Body: "a",
        Tagging: `team=my%20team&${encodeURIComponent("größe")}=klein`,
      }),
    );
    expect(await tags("a")).toEqual({ team: "my team", größe: "klein" });
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).TagCount).toBe(2);
    const { TagCount, Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect([TagCount, await Body!.transformToString()]).toEqual([2, "a"]);
    const CopySource = `${Bucket}/a`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource }));
    await s3.send(
      new CopyObjectCommand({ Bucket, Key: "c", CopySource, TaggingDirective: "REPLACE", Tagging: "own=one" }),
    );
    expect([await tags("b"), await tags("c")]).toEqual([{ team: "my team", größe: "klein" }, { own: "one" }]);
    const Tagging = { TagSet: [{ Key: "x", Value: "+++" }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging }));
    expect(await tags("a")).toEqual({ x: "+++" });
    const { $metadata } = await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: "a" }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await tags("a")).toEqual({});
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).TagCount).toBeUndefined();
    const twice = { TagSet: ["1", "2"].map((Value) => ({ Key: "k", Value })) };
    await expect(s3.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging: twice }))).rejects.toMatchObject({
      name: "InvalidTag",
      message: "Cannot provide multiple Tags with the same key",
      TagKey: "k",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("a presigned link carries tags and metadata in its query", async () => {
    const put = new PutObjectCommand({ Bucket, Key: "link", Tagging: "a=b&c=d", Metadata: { colour: "green" } });
    const link = await getSignedUrl(s3, put);
    expect(link).toContain("x-amz-tagging=");
    expect((await fetch(link, { method: "PUT", body: "x" })).status).toBe(200);
    expect(await tags("link")).toEqual({ a: "b", c: "d" });
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "link" }))).Metadata).toEqual({ colour: "green" });
    const altered = link.replace("x-amz-tagging=a%3Db", "x-amz-tagging=a%3Dx");
    expect(altered).not.toBe(link);
    expect((await fetch(altered, { method: "PUT", body: "x" })).status).toBe(403);
  });

  test("attributes of an object in parts, page by page", async () => {
    const upload = { Bucket, Key: "parts" };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...upload, ChecksumAlgorithm: "SHA256", Tagging: "in=parts" }),
    );
    const Parts = [];
    for (const [place, size] of [5 * mebibyte, 10].entries()) {
      const part = { ...upload, UploadId, PartNumber: place + 1, Body: Buffer.alloc(size, place) };
      const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: "SHA256" }));
      Parts.push({ PartNumber: place + 1, ETag, ChecksumSHA256 });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
    const ask = (more: object) =>
      s3.send(
        new GetObjectAttributesCommand({
          ...upload,
          ObjectAttributes: ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"],
          ...more,
        }),
      );
    expect(await ask({ MaxParts: 1 })).toMatchObject({
      ETag: expect.stringMatching(/^[0-9a-f]{32}-2$/),
      StorageClass: "STANDARD",
      ObjectSize: 5 * mebibyte + 10,
      Checksum: { ChecksumType: "COMPOSITE", ChecksumSHA256: expect.any(String) },
      ObjectParts: {
        TotalPartsCount: 2,
        IsTruncated: true,
        NextPartNumberMarker: "1",
        Parts: [{ PartNumber: 1, Size: 5 * mebibyte, ChecksumSHA256: Parts[0]!.ChecksumSHA256 }],
      },
      LastModified: expect.any(Date),
    });
    expect((await ask({ MaxParts: 1, PartNumberMarker: "1" })).ObjectParts).toMatchObject({
      IsTruncated: false,
      Parts: [{ PartNumber: 2, Size: 10 }],
    });
    expect(await tags("parts")).toEqual({ in: "parts" });
  });

  test("ACLs and versioning as a new bucket of AWS has them", async () => {
    const { Owner, Grants } = await s3.send(new GetBucketAclCommand({ Bucket }));
    expect(Grants).toEqual([{ Grantee: { ID: Owner!.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }]);
    await s3.send(new PutObjectCommand({ Bucket, Key: "acl", Body: "x", ACL: "bucket-owner-full-control" }));
    expect(await s3.send(new GetObjectAclCommand({ Bucket, Key: "acl" }))).toMatchObject({ Owner, Grants });
    const AccessControlPolicy = { Owner, Grants };
    await s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy }));
    await s3.send(new PutObjectAclCommand({ Bucket, Key: "acl", AccessControlPolicy }));
    await s3.send(new PutObjectAclCommand({ Bucket, Key: "acl", ACL: "private" }));
    await expect(
      s3.send(new PutObjectAclCommand({ Bucket, Key: "acl", ACL: "public-read-write" })),
    ).rejects.toMatchObject({ name: "AccessControlListNotSupported", $metadata: { httpStatusCode: 400 } });
    const open = new PutObjectCommand({ Bucket, Key: "acl", Body: "x", ACL: "public-read" });
    await expect(s3.send(open)).rejects.toMatchObject({ name: "AccessControlListNotSupported" });
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });
});

test("versions of a bucket without versioning: one of each object, in pages", async () => {
  const versioned = { Bucket: "without-versions" };
  await s3.send(new CreateBucketCommand(versioned));
  for (const Key of ["a/1", "a/2", "b", "c&d"]) await s3.send(new PutObjectCommand({ ...versioned, Key, Body: Key }));
  const seen: (string | undefined)[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ ...versioned, MaxKeys: 1, Delimiter: "/", ...marker }));
    seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    for (const { Key, VersionId, IsLatest, Size } of page.Versions ?? []) {
      expect([VersionId, IsLatest, Size]).toEqual(["null", true, Key!.length]);
      seen.push(Key);
    }
    if (!page.IsTruncated) break;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect(seen).toEqual(["a/", "b", "c&d"]);
  const alone = new ListObjectVersionsCommand({ ...versioned, VersionIdMarker: "null" });
  await expect(s3.send(alone)).rejects.toMatchObject({ name: "InvalidArgument", ArgumentName: "version-id-marker" });
});

describe.concurrent("Python", () => {
  test("boto3: the calls of s3fs, awswrangler and MLflow", async (context) => {
    const output = await runPython(
      context,
      server,
      "v2",
      `
import boto3
from botocore.exceptions import ClientError

s3, bucket, key = boto3.client("s3"), "tags-and-acls", "boto3 key"
assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket)
assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
assert "TopicConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}, rule
absent = {
    "bucket_cors": "NoSuchCORSConfiguration",
    "bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "bucket_policy": "NoSuchBucketPolicy",
    "bucket_replication": "ReplicationConfigurationNotFoundError",
    "bucket_tagging": "NoSuchTagSet",
    "bucket_website": "NoSuchWebsiteConfiguration",
    "object_lock_configuration": "ObjectLockConfigurationNotFoundError",
}
for name, code in absent.items():
    try:
        raise AssertionError(getattr(s3, "get_" + name)(Bucket=bucket))
    except ClientError as error:
        found = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert found == (code, 404), (name, found)
s3.put_object(Bucket=bucket, Key=key, Body=b"x", Tagging="project=one%2Btwo", ACL="private")
tags = lambda key: {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]}
assert tags(key) == {"project": "one+two"}, tags(key)
s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [{"Key": "ä", "Value": "b c"}]})
assert s3.get_object(Bucket=bucket, Key=key)["TagCount"] == 1
s3.copy({"Bucket": bucket, "Key": key}, bucket, "copy", ExtraArgs={"TaggingDirective": "REPLACE", "Tagging": "x=y"})
s3.copy({"Bucket": bucket, "Key": key}, bucket, "kept")
assert (tags("copy"), tags("kept")) == ({"x": "y"}, {"ä": "b c"}), (tags("copy"), tags("kept"))
s3.delete_object_tagging(Bucket=bucket, Key=key)
assert tags(key) == {}
owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]
grant, = s3.get_object_acl(Bucket=bucket, Key=key)["Grants"]
assert grant == {"Grantee": {"ID": owner["ID"], "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}, grant
assert boto3.resource("s3").Bucket(bucket).Acl().grants == [grant]
found = s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=["ETag", "ObjectSize", "Checksum"])
assert found["ETag"] == "9dd4e461268c8034f5c8564e155c67a6" and found["ObjectSize"] == 1, found
assert found["Checksum"]["ChecksumType"] == "FULL_OBJECT", found
link = boto3.client("s3", config=boto3.session.Config(signature_version="s3v4")).generate_presigned_url(
    "put_object", Params={"Bucket": bucket, "Key": "link2", "Tagging": "in=link"})
import urllib.request
urllib.request.urlopen(urllib.request.Request(link, b"x", {"x-amz-tagging": "in=link"}, method="PUT")).close()
assert tags("link2") == {"in": "link"}, tags("link2")
for number, code in ((11, "BadRequest"), (10, None)):
    try:
        s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [{"Key": str(at), "Value": ""} for at in range(number)]})
        assert code is None
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
emptied = boto3.resource("s3").Bucket("boto3-versions")
emptied.create(CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
for name in ("a", "b/ä"):
    emptied.put_object(Key=name, Body=b"x")
assert sorted((version.object_key, version.id) for version in emptied.object_versions.all()) == [("a", "null"), ("b/ä", "null")]
emptied.object_versions.delete()
emptied.delete()
print("done")
`,
    );
    expect(output).toBe("done\n");
  });

  test("the AWS CLI: tags, attributes, ACLs", async (context) => {
    const output = await runShell(
      context,
      server,
      "v2",
      `
FOLDER=$(mktemp -d)
head -c 9000 /dev/urandom > $FOLDER/large.bin
aws s3 cp $FOLDER/large.bin s3://tags-and-acls/large.bin --no-progress
aws s3api put-object-tagging --bucket tags-and-acls --key large.bin --tagging 'TagSet=[{Key=size,Value=large}]'
aws s3 cp s3://tags-and-acls/large.bin s3://tags-and-acls/copy.bin --no-progress
aws s3api get-object-tagging --bucket tags-and-acls --key copy.bin --query 'TagSet[].[Key,Value]' --output text
aws s3api get-object-attributes --bucket tags-and-acls --key copy.bin --object-attributes StorageClass ObjectSize --query '[ObjectSize,StorageClass]' --output text
aws s3api get-bucket-acl --bucket tags-and-acls --query 'Grants[].[Grantee.Type,Permission]' --output text
rm -r $FOLDER
`,
    );
    expect(output).toMatch(/size\tlarge\n9000\tSTANDARD\nCanonicalUser\tFULL_CONTROL\n$/);
  });
});
