import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { globalAgent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type App, createApp } from "../server/app.ts";
import { readAdministratorKey } from "../server/home/keys.ts";
import { readSettings } from "../server/settings/settings.ts";
import { createObjectClient } from "./object-client.ts";

const home = mkdtempSync(join(tmpdir(), "sagebrush-objects-"));
const Bucket = "objects-of-a-run";
let app: App;
let s3: S3;

beforeAll(async () => {
  app = await createApp(readSettings({ home, port: 0 }, {}));
  const { url } = await app.start();
  const { accessKeyId, secret } = readAdministratorKey(home);
  const credentials = { accessKeyId, secretAccessKey: secret };
  s3 = new S3({ endpoint: url, region: "us-west-2", credentials, forcePathStyle: true, maxAttempts: 1 });
  await s3.createBucket({ Bucket });
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
  vi.stubEnv("AWS_REGION", "us-west-2");
  vi.stubEnv("AWS_ENDPOINT_URL", url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  // The server waits for what keeps its connections open.
  s3.destroy();
  globalAgent.destroy();
  await app.close();
  rmSync(home, { recursive: true });
});

const oddKeys = [
  ...["plain", "a b+c", "a%20b", "a/../b", "a//b/", "./.", "~!'()*", "é/ü 漢字/😀", 'quote"&amp;<tag>;', "q?x=1&y#z"],
  ...["tab\tline\nfeed\u0001", "back\\slash", `${"long/".repeat(200)}end`],
];

it("stores and lists keys of all characters as AWS's own client does", async () => {
  const objects = createObjectClient();
  const file = join(home, "file");
  for (const [at, key] of oddKeys.entries()) {
    writeFileSync(file, `body ${at}`);
    await objects.upload(file, Bucket, `ours/${key}`);
    const { Body } = await s3.getObject({ Bucket, Key: `ours/${key}` });
    expect(await Body!.transformToString(), key).toBe(`body ${at}`);
    await s3.putObject({ Bucket, Key: `theirs/${key}`, Body: `theirs ${at}` });
    expect(await objects.readText(Bucket, `theirs/${key}`), key).toBe(`theirs ${at}`);
  }
  const listed = [];
  for await (const object of objects.list(Bucket, "ours/")) listed.push(object);
  const wanted = oddKeys.map((key, at) => ({ key: `ours/${key}`, sizeBytes: `body ${at}`.length }));
  expect(listed).toHaveLength(wanted.length);
  expect(listed).toEqual(expect.arrayContaining(wanted));
  for (const { key } of listed) await objects.remove(Bucket, key);
  expect((await s3.listObjectsV2({ Bucket, Prefix: "ours/" })).KeyCount).toBe(0);
});

it("lists all pages of a listing", async () => {
  const objects = createObjectClient();
  const file = join(home, "empty");
  writeFileSync(file, "");
  const numbers = Array.from({ length: 1003 }, (_, number) => number).values();
  const uploadOn = async () => {
    for (const number of numbers) await objects.upload(file, Bucket, `many & more/${number}`);
  };
  await Promise.all(Array.from({ length: 8 }, uploadOn));
  const keys = new Set();
  for await (const { key } of objects.list(Bucket, "many & more/")) keys.add(key);
  expect(keys.size).toBe(1003);
});

it("uploads a large file in parts, with checksums, and sees that what it downloads is whole", async () => {
  const objects = createObjectClient({ partBytes: 5 * 1024 * 1024 });
  const [file, back] = [join(home, "large"), join(home, "back")];
  const body = randomBytes(12 * 1024 * 1024 + 1);
  writeFileSync(file, body);
  await objects.upload(file, Bucket, "parts & all");
  const { Body } = await s3.getObject({ Bucket, Key: "parts & all" });
  expect(body.equals(await Body!.transformToByteArray())).toBe(true);
  expect((await s3.headObject({ Bucket, Key: "parts & all" })).ETag).toMatch(/-3"$/);
  await createObjectClient().upload(file, Bucket, "whole");
  const head = await s3.headObject({ Bucket, Key: "whole", ChecksumMode: "ENABLED" });
  expect(head).toMatchObject({ ContentLength: body.length, ChecksumCRC32: expect.any(String) });
  await objects.download(Bucket, "whole", back);
  expect(body.equals(readFileSync(back))).toBe(true);
});

it("tells why the server refuses", async () => {
  const objects = createObjectClient();
  const fault = (name: string, status: number) =>
    expect.objectContaining({ name, $metadata: { httpStatusCode: status } });
  await expect(objects.readText(Bucket, "missing")).rejects.toThrow(fault("NoSuchKey", 404));
  const large = join(home, "large");
  await expect(objects.upload(large, "no-such-bucket", "key")).rejects.toThrow(fault("NoSuchBucket", 404));
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wrong");
  await expect(objects.readText(Bucket, "whole")).rejects.toThrow(fault("SignatureDoesNotMatch", 403));
});
