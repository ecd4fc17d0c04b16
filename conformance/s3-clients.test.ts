import { Agent } from "node:http";
import type { LookupFunction } from "node:net";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

describe.concurrent("objects pass whole through", () => {
  const server = useServer();

  test("boto3: 20 MB in parts, ranges, metadata, and links it signs by itself", async (context) => {
    const output = await runPython(
      context,
      server,
      "v2",
      `
import boto3, hashlib, io, random, urllib.request
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
bucket, key = "boto3-bucket", "folder/ä key + 100%.bin"
s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
body = random.Random(1).randbytes(20 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(body), bucket, key, ExtraArgs={"Metadata": {"colour": "green"}, "ContentType": "x/y"})
head = s3.head_object(Bucket=bucket, Key=key)
assert head["ETag"].strip('"').endswith("-3"), head["ETag"]
assert (head["ContentLength"], head["Metadata"], head["ContentType"]) == (len(body), {"colour": "green"}, "x/y")
back = io.BytesIO()
s3.download_fileobj(bucket, key, back)
assert hashlib.sha256(back.getvalue()).digest() == hashlib.sha256(body).digest()
part = s3.get_object(Bucket=bucket, Key=key, Range="bytes=-5")
assert part["Body"].read() == body[-5:] and part["ResponseMetadata"]["HTTPStatusCode"] == 206

for version in ("s3", "s3v4"):
    client = boto3.client("s3", config=Config(signature_version=version))
    put = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": version, "ContentType": "x/y"})
    body = b"signed " + version.encode()
    urllib.request.urlopen(urllib.request.Request(put, body, {"Content-Type": "x/y"}, method="PUT")).close()
    get = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": version})
    assert urllib.request.urlopen(get).read() == body
    try:
        urllib.request.urlopen(get.replace(version + "?", "other?"))
        raise AssertionError("a link for another key was accepted")
    except urllib.error.HTTPError as error:
        assert error.code == 403, error.code

for name in ("a/1", "a/2", "b"):
    s3.put_object(Bucket=bucket, Key=name, Body=b"")
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2})
found = [entry.get("Key") or entry["Prefix"] for page in pages
         for entry in (*page.get("CommonPrefixes", []), *page.get("Contents", []))]
assert sorted(found) == ["a/", "b", "folder/", "s3", "s3v4"], found

def refusal(call, **parameters):
    try:
        return call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]

assert refusal(s3.head_object, Bucket=bucket, Key="none") == "404"
assert refusal(s3.get_object, Bucket=bucket, Key="none") == "NoSuchKey"
assert refusal(s3.get_object, Bucket="no-such-bucket-here", Key="none") == "NoSuchBucket"
print("done")
`,
    );
    expect(output).toBe("done\n");
  });

  test("the AWS CLI: copy, sync, list, remove", async (context) => {
    const output = await runShell(
      context,
      server,
      "v2",
      `
FOLDER=$(mktemp -d)
mkdir -p $FOLDER/from/deep
head -c 9000000 /dev/urandom > $FOLDER/from/large.bin
echo text > "$FOLDER/from/deep/a name with spaces.txt"
aws s3 mb s3://cli-bucket
aws s3 sync $FOLDER/from s3://cli-bucket/tree --no-progress
aws s3 cp s3://cli-bucket/tree s3://cli-bucket/copy --recursive --no-progress
aws s3 sync s3://cli-bucket/copy $FOLDER/to --no-progress
diff -r $FOLDER/from $FOLDER/to
test -z "$(aws s3 sync $FOLDER/from s3://cli-bucket/tree --no-progress)"
aws s3 ls s3://cli-bucket --recursive | awk '{ print $3, $4 }'
aws s3 rb s3://cli-bucket --force > /dev/null
aws s3 ls
rm -r $FOLDER
`,
    );
    expect(output).toContain("9000000 tree/large.bin\n");
    expect(output).toContain("9000000 copy/large.bin\n");
    expect(output).not.toMatch(/^\d.* cli-bucket$/m);
  });

  test("the SageMaker Python SDK: its default bucket, upload, list and download", async (context) => {
    const output = await runPython(
      context,
      server,
      "v2",
      `
import os, sagemaker, tempfile
from sagemaker.s3 import S3Downloader, S3Uploader

bucket = sagemaker.Session().default_bucket()
assert bucket == "sagemaker-us-west-2-123456789012", bucket
assert sagemaker.Session().default_bucket() == bucket
with tempfile.TemporaryDirectory() as folder:
    for name in ("one", "two"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(name.encode() * 1000)
    uri = S3Uploader.upload(folder, f"s3://{bucket}/sdk")
    assert S3Downloader.list(uri) == [f"{uri}/one", f"{uri}/two"], S3Downloader.list(uri)
    S3Downloader.download(uri, os.path.join(folder, "back"))
    assert open(os.path.join(folder, "back", "two")).read() == "two" * 1000
assert sagemaker.get_execution_role() == "arn:aws:iam::123456789012:role/SageMakerRole"
print("done")
`,
    );
    expect(output).toMatch(/done\n$/);
  });
});

describe("a bucket in the host's name", () => {
  const server = useServer({ environment: { SAGEBRUSH_HOST_NAME: "box.example.com" } });

  test.each(["localhost", "box.example.com"])(
    "JavaScript: BUCKET.%s, which the SDK sends to every name",
    async (name) => {
      const hosts = new Set<string>();
      const lookup: LookupFunction = (host, options, found) => {
        hosts.add(host);
        if (options.all) found(null, [{ address: "127.0.0.1", family: 4 }]);
        else found(null, "127.0.0.1", 4);
      };
      const port = server.url.split(":").at(-1);
      const s3 = new S3Client({
        ...server.clientOptions,
        endpoint: `http://${name}:${port}`,
        requestHandler: { httpAgent: new Agent({ lookup }) },
      });
      const Bucket = `in-the-host-of.${name}`;
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } }),
      );
      for (const Key of ["a key + é", "/first//slash", "list-type=2"]) {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
        const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
        expect(await got.Body!.transformToString()).toBe(Key);
        const link = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }));
        expect(new URL(link).hostname).toBe(`${Bucket}.${name}`);
      }
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents?.map(({ Key }) => Key)).toEqual(["/first//slash", "a key + é", "list-type=2"]);
      const { Buckets } = await s3.send(new ListBucketsCommand());
      expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
      expect([...hosts].sort()).toEqual([name, `${Bucket}.${name}`].sort());
    },
  );
});
