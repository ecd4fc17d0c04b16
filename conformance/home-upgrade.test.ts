import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { homeFormat } from "../src/server/home/format.ts";
import { readFixture, shiftMetricPoints, unpackFixture } from "./homes/fixture.ts";
import { clientsOf, type Inventory, takeInventory } from "./homes/inventory.ts";
import { createTestServer, type TestServer } from "./server.ts";

const format = 1;
const Bucket = "fixture-objects";
const hour = 3_600_000;
const patience = { timeout: 120_000, interval: 100 };
/** Tags have no order that a user chose. */
const byKey = (tags: unknown) =>
  [...(tags as readonly { readonly Key: string }[])].sort((a, b) => (a.Key < b.Key ? -1 : 1));

/** Names of what was running when the inventory was taken; the server that opens the home goes on with it. */
const unfinished = /Under-Way|waiting-for-room|Fixture-Endpoint|\/aws\/sagemaker\//;

describe(`a home of format ${format}`, () => {
  const fixture = readFixture(format);
  /** So that all points lie in the day before this test. */
  const metricsFrom = Math.floor(Date.now() / hour) * hour - 25 * hour;
  let server: TestServer;
  let before: Inventory;
  let now: Inventory;

  beforeAll(async () => {
    server = await createTestServer();
    unpackFixture(format, server.home);
    shiftMetricPoints(server.home, metricsFrom - fixture.metricsFrom);
    await server.start();
    const { sagemaker } = clientsOf(server.clientOptions);
    const running = async () => (await sagemaker.listTrainingJobs({ StatusEquals: "InProgress" })).TrainingJobSummaries;
    await vi.waitUntil(async () => (await running())!.length === 0, patience);
    const EndpointName = "Fixture-Endpoint";
    const variants = async () => (await sagemaker.describeEndpoint({ EndpointName })).ProductionVariants;
    await vi.waitUntil(async () => (await variants())![0]!.CurrentInstanceCount === 1, patience);
    before = fixture.inventory;
    now = await takeInventory(server.clientOptions, metricsFrom);
  });
  afterAll(async () => {
    await server.close();
    await rm(`${server.home}.format-${format}`, { recursive: true, force: true });
  });

  const kinds = Object.keys(fixture.inventory);
  test.each(kinds)("has all its %s, as the server of then described them", (kind) => {
    const names = Object.keys(before[kind]!);
    expect(names.length).toBeGreaterThan(0);
    expect(Object.keys(now[kind]!)).toEqual(expect.arrayContaining(names));
    const rested = (inventory: Inventory) =>
      Object.fromEntries(names.filter((name) => !unfinished.test(name)).map((name) => [name, inventory[kind]![name]]));
    expect(rested(now)).toEqual(rested(before));
    // Nothing that was deleted comes back.
    const added = Object.keys(now[kind]!).filter((name) => !names.includes(name) && !unfinished.test(name));
    expect(added.filter((name) => !name.startsWith(`${Bucket}/output/`))).toEqual([]);
  });

  test("has the metrics of ended jobs and of the endpoint", () => {
    const names = Object.keys(before.metrics!).filter((name) => unfinished.test(name));
    expect(names.length).toBeGreaterThan(0);
    const named = (inventory: Inventory) => names.map((name) => [name, inventory.metrics![name]]);
    expect(named(now)).toEqual(named(before));
  });

  test("has the lines of runs that were logged before, and in their order", () => {
    const names = Object.keys(before.logStreams!).filter((name) => unfinished.test(name));
    expect(names.length).toBeGreaterThan(0);
    type Stream = { count: number; sha256: string; first: unknown[] };
    for (const name of names) {
      const [then, today] = [before, now].map(({ logStreams }) => logStreams![name] as Stream);
      expect(today!.count, name).toBeGreaterThanOrEqual(then!.count);
      expect(today!.first.slice(0, then!.count), name).toEqual(then!.first);
      if (today!.count === then!.count) expect(today!.sha256, name).toBe(then!.sha256);
    }
  });

  test("ends the job that ran and the one that waited, with their models and tags", async () => {
    const { s3 } = clientsOf(server.clientOptions);
    for (const name of ["Under-Way", "waiting-for-room"]) {
      type Job = { described: Record<string, unknown>; tags: unknown };
      const [then, today] = [before, now].map(({ trainingJobs }) => trainingJobs![`us-west-2 ${name}`] as Job);
      const same = ["TrainingJobArn", "CreationTime", "HyperParameters", "InputDataConfig", "RoleArn", "Environment"];
      for (const member of same) expect(today!.described[member], member).toEqual(then!.described[member]);
      expect(byKey(today!.tags)).toEqual(byKey(then!.tags));
      expect(today!.described).toMatchObject({ TrainingJobStatus: "Completed" });
      expect(today!.described).not.toHaveProperty("FailureReason");
      await s3.headObject({ Bucket, Key: `output/${name}/output/model.tar.gz` });
    }
  });

  test("serves the endpoint that was in service", async () => {
    type Endpoint = { described: Record<string, unknown>; tags: unknown };
    const [then, today] = [before, now].map(({ endpoints }) => endpoints!["us-west-2 Fixture-Endpoint"] as Endpoint);
    const { LastModifiedTime: _, ...described } = then!.described;
    expect(today!.described).toMatchObject(described);
    expect(byKey(today!.tags)).toEqual(byKey(then!.tags));
    const { runtime } = clientsOf(server.clientOptions);
    const predict = async (Body: string) => {
      const request = { EndpointName: "Fixture-Endpoint", ContentType: "text/csv", Body };
      return Number((await runtime.invokeEndpoint(request)).Body.transformToString());
    };
    expect(await predict("0.9,3")).toBeGreaterThan(0.8);
    expect(await predict("0.1,3")).toBeLessThan(0.2);
  });

  test("goes on with the upload under way, which completes", async () => {
    const { s3 } = clientsOf(server.clientOptions);
    const { Uploads } = await s3.listMultipartUploads({ Bucket });
    const { Key, UploadId } = Uploads![0]!;
    const { Parts: first } = await s3.listParts({ Bucket, Key, UploadId });
    const second = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber: 2, Body: "the end" });
    const Parts = [...first!, { PartNumber: 2, ETag: second.ETag }].map(({ PartNumber, ETag }) => ({
      PartNumber,
      ETag,
    }));
    await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    const { Body, Metadata } = await s3.getObject({ Bucket, Key });
    expect(Metadata).toEqual({ upload: "under-way" });
    const bytes = Buffer.from(await Body!.transformToByteArray());
    expect(bytes.equals(Buffer.concat([Buffer.alloc(5 * 1024 * 1024, "first part "), Buffer.from("the end")]))).toBe(
      true,
    );
  });

  test("takes new objects, and deletes old ones and their bucket", async () => {
    const { s3 } = clientsOf(server.clientOptions);
    await s3.putObject({ Bucket: "fixture-empty", Key: "new", Body: "new" });
    const { Body } = await s3.getObject({ Bucket: "fixture-empty", Key: "new" });
    expect(await Body!.transformToString()).toBe("new");
    const east = clientsOf(server.clientOptions, "us-east-1").s3;
    await east.deleteObject({ Bucket: "fixture-east", Key: "far" });
    await east.deleteBucket({ Bucket: "fixture-east" });
    await expect(east.getObject({ Bucket: "fixture-east", Key: "far" })).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });

  test.runIf(homeFormat > format)("stands whole beside itself, its bodies linked and not copied", async () => {
    const copy = `${server.home}.format-${format}`;
    expect(readFileSync(join(copy, "format"), "utf8")).toBe(`${format}\n`);
    const original = await mkdtemp(join(tmpdir(), "sagebrush-fixture-"));
    try {
      unpackFixture(format, original);
      shiftMetricPoints(original, metricsFrom - fixture.metricsFrom);
      const files = (folder: string) =>
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
          // Runs are not part of a copy; write-ahead logs are in their databases.
          .filter((path) => !/^runs\/|-(wal|shm|journal)$|^lock\.sqlite/.test(path))
          .sort();
      expect(files(copy)).toEqual(files(original));
      for (const path of files(original)) {
        if (path.endsWith(".sqlite")) expect(rowsOf(join(copy, path)), path).toEqual(rowsOf(join(original, path)));
        else expect(readFileSync(join(copy, path)).equals(readFileSync(join(original, path))), path).toBe(true);
        if (!/^(objects\/bodies|journals\/segments)\//.test(path) || !existsSync(join(server.home, path))) continue;
        expect(statSync(join(copy, path)).ino, path).toBe(statSync(join(server.home, path)).ino);
      }
    } finally {
      await rm(original, { recursive: true });
    }
  });
});

/** Everything in a database, its write-ahead log included. */
function rowsOf(path: string): unknown {
  const database = new Sqlite(path);
  const tables = database.prepare("select name, sql from sqlite_schema where type = 'table' order by name").all();
  const rows = (tables as { name: string }[]).map(({ name }) => database.prepare(`select * from "${name}"`).all());
  database.close();
  return { tables, rows };
}
