import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { type Draft, rawRequest, sendRaw } from "./raw-request.ts";
import { s3, target, useBucket } from "./s3-bucket.ts";

/** What S3 answers to requests as programs really send them, element by element where clients read the elements. */
const bucket = "requests-bucket";
useBucket(bucket);

beforeAll(async () => {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "k", Body: "kept", Metadata: { name: "bé" } }));
});

const send = async (draft: Draft) =>
  sendRaw(target, await rawRequest(target, { method: "GET", path: `/${bucket}/k`, service: "s3", ...draft }));
const element = (text: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(text)?.[1];

test.each(["US", "EU", "us_east_1", "local"])(
  "a request signed for the region %s is told the right one",
  async (region) => {
    const answer = await send({ region });
    expect(answer).toMatchObject({ status: 400, code: "AuthorizationHeaderMalformed" });
    expect(answer.message).toContain(`the region '${region}' is wrong; expecting`);
    const right = element(answer.text, "Region")!;
    expect(answer.text).toContain(`x-amz-bucket-region: ${right}\r\n`);
    expect((await send({ region: right })).status).toBe(200);
  },
);

test("so is a link", async () => {
  const link = (region: string) => ({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${target.accessKeyId}/20260101/${region}/s3/aws4_request`,
    "X-Amz-Date": "20260101T000000Z",
    "X-Amz-Expires": "60",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0".repeat(64),
  });
  const answer = await send({ unsigned: true, query: link("US") });
  expect(answer).toMatchObject({ status: 400, code: "AuthorizationQueryParametersError" });
  expect(answer.message).toMatch(
    /^Error parsing the X-Amz-Credential parameter; the region .*US.* is wrong; expecting/,
  );
  expect(element(answer.text, "Region")).toBeDefined();
  const late = await send({ unsigned: true, query: link("us-west-2") });
  expect(late).toMatchObject({ status: 403, code: "AccessDenied", message: "Request has expired" });
  expect(element(late.text, "X-Amz-Expires")).toBe("60");
  expect(element(late.text, "Expires")).toBe("2026-01-01T00:01:00Z");
  expect(element(late.text, "ServerTime")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test("a wrong signature is answered with what the server computed", async () => {
  const answer = await send({ secretAccessKey: "wrong" });
  expect(answer).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  expect(element(answer.text, "AWSAccessKeyId")).toBe(target.accessKeyId);
  expect(element(answer.text, "SignatureProvided")).toMatch(/^[0-9a-f]{64}$/);
  expect(element(answer.text, "StringToSign")).toMatch(/^AWS4-HMAC-SHA256&#xa;/);
  expect(element(answer.text, "CanonicalRequest")).toContain(`GET&#xa;/${bucket}/k&#xa;`);
});

test.each([
  [
    "AWS AKIDEXAMPLE:c2lnbmF0dXJl",
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  ],
  [
    "AWS4-ECDSA-P256-SHA256 Credential=a",
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  ],
  ["Basic dXNlcjpwYXNz", "InvalidArgument", "Unsupported Authorization Type"],
  ["AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "AuthorizationHeaderMalformed", "expecting"],
])("Authorization: %s", async (authorization, code, text) => {
  const headers = { authorization, "x-amz-date": "20260101T000000Z" };
  const answer = await send({ unsigned: true, headers });
  expect(answer).toMatchObject({ status: 400, code });
  expect(answer.message).toContain(text);
});

test("a link that is sent with an Authorization header", async () => {
  const query = { AWSAccessKeyId: "a", Expires: "1", Signature: "s" };
  const answer = await send({ unsigned: true, query, headers: { authorization: "Bearer t" } });
  expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect(answer.message).toMatch(/^Only one auth mechanism allowed/);
  expect(element(answer.text, "ArgumentName")).toBe("Authorization");
});

test.each<[string, Draft]>([
  [
    "a form",
    {
      method: "POST",
      path: `/${bucket}`,
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: "--b--",
    },
  ],
  [
    "a form, to the bucket with a slash",
    { method: "POST", path: `/${bucket}/`, headers: { "content-type": "multipart/form-data; boundary=b" } },
  ],
  [
    "a form with its type in other letters",
    { method: "POST", path: `/${bucket}`, headers: { "content-type": "Multipart/Form-Data; boundary=b" } },
  ],
  [
    "a preflight request",
    { method: "OPTIONS", headers: { origin: "http://a", "access-control-request-method": "PUT" } },
  ],
  [
    "a preflight request of a link",
    { method: "OPTIONS", query: { "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Signature": "0" } },
  ],
])("%s is not built", async (_what, draft) => {
  const answer = await send({ ...draft, unsigned: true });
  expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
  expect(answer.message).toContain("is not built in Sagebrush");
  expect(answer.text).toContain("Content-Type: application/xml\r\n");
});

test.each<[string, Draft, number, string]>([
  ["a mode in lower case", { headers: { "x-amz-checksum-mode": "enabled" } }, 200, "x-amz-checksum-crc32"],
  ["an unknown mode", { headers: { "x-amz-checksum-mode": "on" } }, 200, "kept"],
  ["a date that is none", { headers: { "if-modified-since": "yesterday" } }, 200, "kept"],
  ["an encoding in capitals", { path: `/${bucket}`, query: { "encoding-type": "URL" } }, 200, "<EncodingType>url<"],
  [
    "an unknown encoding",
    { path: `/${bucket}`, query: { "encoding-type": "hex" } },
    400,
    "<ArgumentName>encoding-type</ArgumentName><ArgumentValue>hex<",
  ],
  [
    "a number that is none",
    { path: `/${bucket}`, query: { "max-keys": "x" } },
    400,
    "<ArgumentName>max-keys</ArgumentName><ArgumentValue>x<",
  ],
  [
    "an unknown storage class",
    { method: "PUT", headers: { "x-amz-storage-class": "COLD" } },
    400,
    "<Code>InvalidStorageClass</Code>",
  ],
  [
    "an unknown ACL",
    { method: "PUT", headers: { "x-amz-acl": "privat" } },
    400,
    "<ArgumentName>x-amz-acl</ArgumentName><ArgumentValue>privat<",
  ],
  [
    "another MD5",
    { method: "PUT", headers: { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" } },
    400,
    "<CalculatedDigest>1B2M2Y8AsgTpgAmY7PhCfg==<",
  ],
  ["a condition", { headers: { "if-match": '"x"' } }, 412, "<Condition>If-Match<"],
  ["metadata beyond ASCII", {}, 200, "x-amz-meta-name: =?UTF-8?B?YsOp?="],
])("%s is read as S3 reads it", async (_what, draft, status, text) => {
  const answer = await send(draft);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(text);
  expect(answer.text).not.toContain("validation error");
});

test("a document with another root element deletes nothing", async () => {
  for (const root of ["DeleteObjects", "delete", "Remove"]) {
    const body = `<${root}><Object><Key>k</Key></Object></${root}>`;
    const answer = await send({ method: "POST", path: `/${bucket}`, query: { delete: "" }, body });
    expect(answer).toMatchObject({ status: 400, code: "MalformedXML" });
  }
  expect((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(1);
});

test("a bucket of another owner still says where it is", async () => {
  const headers = { "x-amz-expected-bucket-owner": "999999999999" };
  const head = await rawRequest(target, { method: "HEAD", path: `/${bucket}`, service: "s3", headers });
  const answer = await sendRaw(target, head, true);
  expect(answer.status).toBe(403);
  expect(answer.text).toContain("x-amz-bucket-region: us-west-2\r\n");
});

test.each(["0", "-1", "tomorrow", "Thu, 01 Dec 2033 16:00:00 +0000", "2033-12-01T16:00:00Z"])(
  "Expires is kept as it came: %s",
  async (expires) => {
    const path = `/${bucket}/expires`;
    expect(await send({ method: "PUT", path, headers: { expires }, body: "x" })).toMatchObject({ status: 200 });
    expect((await send({ path })).text).toContain(`\r\nExpires: ${expires}\r\n`);
    const copied = { method: "PUT", path: `${path}-copied`, headers: { "x-amz-copy-source": path } };
    expect(await send(copied)).toMatchObject({ status: 200 });
    expect((await send({ path: copied.path })).text).toContain(`\r\nExpires: ${expires}\r\n`);
    const link = await send({ path, query: { "response-expires": "never" } });
    expect(link.text).toContain("\r\nExpires: never\r\n");
  },
);
