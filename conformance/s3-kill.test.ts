import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { createTestServer } from "./server.ts";

const Bucket = "killed-in-between";
const rounds = 20;
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** What may be under a key: the state acknowledged last, or the one that a request without an answer asked for. */
interface Expected {
  acknowledged: string;
  underWay?: string;
}
const absent = "absent";

test("kill -9 at seeded moments: every acknowledged object reads back, nothing is half there", async () => {
  const server = await createTestServer();
  try {
    await server.start();
    await client(server.clientOptions).send(new CreateBucketCommand({ Bucket }));
    const objects = new Map<string, Expected>();
    let acknowledged = 0;
    for (let seed = 1; seed <= rounds; seed++) {
      const s3 = client(server.clientOptions);
      const random = createRandom(seed);
      const writers = [0, 1, 2, 3].map((writer) => write(s3, createRandom(seed * 100 + writer), `${writer}/`, objects));
      await after(100 + random.below(400));
      await server.kill();
      for (const count of await Promise.all(writers)) acknowledged += count;
      s3.destroy();
      await server.start();
      await check(client(server.clientOptions), objects);
    }
    const { home } = server;
    await server.sagebrush("stop");
    const bodies = bodiesOf(home);
    expect(bodies.files).toEqual(bodies.rows);
    console.log(
      `${rounds} kills, ${acknowledged} acknowledged changes, ${objects.size} keys, ${bodies.files.length} bodies`,
    );
  } finally {
    await server.close();
  }
});

const deletions = 25;

test("kill -9 around DeleteBucket: the bucket is whole or gone", async () => {
  const server = await createTestServer();
  try {
    await server.start();
    const known: KnownBucket = { kept: new Set(), uncertain: new Set(), deletions: 0, deletionBegins: () => {} };
    let whole = 0;
    for (let seed = 1; seed <= deletions; seed++) {
      const s3 = client(server.clientOptions);
      const random = createRandom(seed);
      const killed = new AbortController();
      const users = [
        makeAndDelete(s3, createRandom(seed * 100), known, killed.signal),
        putInto(s3, createRandom(seed * 100 + 1), `${seed}`, known, killed.signal),
      ];
      for (let skipped = random.below(4); skipped >= 0; skipped--) {
        const begins = new Promise<void>((resolve) => {
          known.deletionBegins = resolve;
        });
        await Promise.race([begins, ...users]); // a user ends only by failing
      }
      await after(random.below(6));
      killed.abort();
      await server.kill();
      await Promise.all(users);
      s3.destroy();
      await server.start();
      if (await isWhole(client(server.clientOptions), known, `probe/${seed}`)) whole++;
    }
    console.log(`${deletions} kills, ${known.deletions} buckets deleted, ${whole} times whole after a kill`);
  } finally {
    await server.close();
  }
});

const Doomed = { Bucket: "deleted-in-between" };

/** A bucket that is made, filled and deleted over and over. No key is used twice. */
interface KnownBucket {
  /** The keys whose objects are acknowledged and must be there. */
  readonly kept: Set<string>;
  /** The keys whose put or delete was not answered. */
  readonly uncertain: Set<string>;
  deletions: number;
  deletionBegins: () => void;
}

/** Makes the bucket, removes the objects that are known, and deletes it, until the server is gone. */
async function makeAndDelete(
  s3: S3Client,
  random: ReturnType<typeof createRandom>,
  known: KnownBucket,
  killed: AbortSignal,
): Promise<void> {
  while (!killed.aborted) {
    try {
      await s3.send(new CreateBucketCommand(Doomed)).catch(allow("BucketAlreadyOwnedByYou"));
      for (const Key of random.below(4) === 0 ? [] : known.kept) {
        known.kept.delete(Key);
        known.uncertain.add(Key);
        await s3.send(new DeleteObjectCommand({ ...Doomed, Key }));
        known.uncertain.delete(Key);
      }
      known.deletionBegins();
      if ((await s3.send(new DeleteBucketCommand(Doomed)).catch(allow("BucketNotEmpty"))) === undefined) continue;
      expect([...known.kept], "acknowledged objects of a deleted bucket").toEqual([]);
      known.deletions++;
    } catch (error) {
      if (!killed.aborted) throw error;
    }
  }
}

/** Puts an object now and then, whether or not the bucket is there. */
async function putInto(
  s3: S3Client,
  random: ReturnType<typeof createRandom>,
  prefix: string,
  known: KnownBucket,
  killed: AbortSignal,
): Promise<void> {
  for (let count = 0; !killed.aborted; count++) {
    const Key = `${prefix}/${count}`;
    known.uncertain.add(Key);
    try {
      const put = await s3.send(new PutObjectCommand({ ...Doomed, Key, Body: Key })).catch(allow("NoSuchBucket"));
      known.uncertain.delete(Key);
      if (put) known.kept.add(Key);
      await after(random.below(12));
    } catch (error) {
      if (!killed.aborted) throw error;
    }
  }
}

/** Whether the bucket is whole after a restart; if it is not, nothing of it may be left. */
async function isWhole(s3: S3Client, known: KnownBucket, Key: string): Promise<boolean> {
  const put = await s3.send(new PutObjectCommand({ ...Doomed, Key, Body: Key })).catch(allow("NoSuchBucket"));
  if (put === undefined) {
    expect([...known.kept], "acknowledged objects of a bucket that is gone").toEqual([]);
    const isGone = () => s3.send(new HeadBucketCommand(Doomed)).catch(allow("NotFound"));
    await expect.poll(isGone, { timeout: 30_000, message: "the deletion that was begun is finished" }).toBeUndefined();
    known.uncertain.clear();
    return false;
  }
  known.kept.add(Key);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command(Doomed));
  const listed = new Set(Contents.map(({ Key }) => Key!));
  expect(
    [...known.kept].filter((key) => !listed.has(key)),
    "objects that are lost",
  ).toEqual([]);
  const allowed = new Set([...known.kept, ...known.uncertain]);
  expect(
    [...listed].filter((key) => !allowed.has(key)),
    "objects of an earlier bucket",
  ).toEqual([]);
  for (const key of listed) known.kept.add(key);
  known.uncertain.clear();
  return true;
}

/** Gives undefined for the refusal of that name. */
const allow = (name: string) => (error: unknown) => {
  if ((error as Error).name === name) return undefined;
  throw error;
};

function client(options: ConstructorParameters<typeof S3Client>[0] & object): S3Client {
  return new S3Client({ ...options, maxAttempts: 1 });
}

/** Changes objects until the server is gone; gives the number of acknowledged changes. */
async function write(
  s3: S3Client,
  random: ReturnType<typeof createRandom>,
  prefix: string,
  objects: Map<string, Expected>,
) {
  for (let count = 0; ; count++) {
    const Key = `${prefix}${random.below(12)}`;
    const expected = objects.get(Key) ?? { acknowledged: absent };
    objects.set(Key, expected);
    try {
      await change(s3, random, Key, expected);
    } catch {
      return count;
    }
    expected.acknowledged = expected.underWay!;
    delete expected.underWay;
  }
}

async function change(s3: S3Client, random: ReturnType<typeof createRandom>, Key: string, expected: Expected) {
  const kind = random.below(10);
  const Body = Buffer.alloc(random.below(3) === 0 ? random.below(3_000_000) : random.below(20_000), random.below(256));
  if (kind === 0) {
    expected.underWay = absent;
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    return;
  }
  expected.underWay = md5(Body);
  if (kind === 1) {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
    return;
  }
  await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  if (kind !== 2) return;
  expected.acknowledged = expected.underWay;
  await s3.send(
    new CopyObjectCommand({
      Bucket,
      Key,
      CopySource: `${Bucket}/${Key}`,
      MetadataDirective: "REPLACE",
      Metadata: { copied: "yes" },
    }),
  );
}

async function check(s3: S3Client, objects: Map<string, Expected>): Promise<void> {
  const listed = new Set((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key));
  for (const [Key, expected] of objects) {
    const found = await stateOf(s3, Key);
    expect([expected.acknowledged, expected.underWay], `${Key} after the kill`).toContain(found);
    expect(listed.has(Key), `${Key} in the listing`).toBe(found !== absent);
    expected.acknowledged = found;
    delete expected.underWay;
  }
}

async function stateOf(s3: S3Client, Key: string): Promise<string> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return md5(await Body!.transformToByteArray());
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return absent;
    throw error;
  }
}

/** The files of bodies and the bodies in the index of a stopped server. */
function bodiesOf(home: string): { files: string[]; rows: string[] } {
  const folder = join(home, "objects", "bodies");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const index = new Sqlite(join(home, "objects", "index.sqlite"), { readonly: true });
  const rows = index.prepare("select id from body where uses > 0 order by id").pluck().all() as string[];
  index.close();
  return { files: files.map(({ name }) => name).sort(), rows };
}
