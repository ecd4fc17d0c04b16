import { execFile } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { openDatabase } from "../database.ts";
import { killWriter } from "../killed-writer.ts";
import { DamagedStore } from "../storage-fault.ts";
import { feedDays } from "./port.ts";
import { resourceStoreContract } from "./resource-store.contract.ts";
import { createSqliteResourceStore } from "./sqlite.ts";
import { indexedOrigin } from "./sqlite-documents.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-resources-"));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;
const newPath = () => join(folder, `${++number}.sqlite`);
/** Tests that kill nothing use a folder in memory where the system has one, so that they do not wait for a disk. */
const memoryFolder = existsSync("/dev/shm") ? mkdtempSync("/dev/shm/sagebrush-resources-") : folder;
afterAll(() => rmSync(memoryFolder, { recursive: true, force: true }));
const quickPath = () => join(memoryFolder, `${++number}.sqlite`);
const clock = { now: () => 1_000 };
const keyOf = (kind: string, name: string) => ({ account: "123456789012", region: "us-east-1", kind, name });

resourceStoreContract("SQLite", (clock) => createSqliteResourceStore({ path: quickPath(), clock }));
resourceStoreContract("SQLite, by its reader", (clock) =>
  createSqliteResourceStore({ path: quickPath(), clock, alwaysReader: true }),
);

test("killed 20 times while it writes, it has everything it acknowledged, and batches whole", async () => {
  const path = newPath();
  const random = createRandom(20);
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < 20; round++) {
    for (const line of await killWriter(new URL("sqlite.writer.ts", import.meta.url), path, 1 + random.below(400))) {
      const [name, version] = line.split(" ");
      acknowledged.set(name!, Number(version));
    }
    const store = createSqliteResourceStore({ path, clock });
    for (const [name, version] of acknowledged) {
      const [left, right] = await Promise.all(["left", "right"].map((kind) => store.get(keyOf(kind, name))));
      expect(left!.version).toBeGreaterThanOrEqual(version);
      expect(right).toMatchObject({ version: left!.version, modified: left!.version - 1 });
    }
    await store.close();
  }
  const store = createSqliteResourceStore({ path, clock });
  const told = new Map<string, number>();
  for (let after = 0; ; ) {
    const entries = await store.changes(after, 1_000);
    if (entries.length === 0) break;
    for (const { key, version, sequence } of entries) {
      const name = `${key.kind} ${key.name}`;
      expect([version, sequence]).toEqual([(told.get(name) ?? 0) + 1, ++after]);
      told.set(name, version);
    }
  }
  for (const [name, version] of acknowledged) expect(told.get(`left ${name}`)).toBeGreaterThanOrEqual(version);
  await store.close();
}, 120_000);

test("a file from before lists asked for origins is indexed when it is opened; what callers made is not", async () => {
  const path = quickPath();
  const origins = ["arn:aws:sts::123456789012:assumed-role/r/s", "arn:aws:iam::123456789012:user/u", undefined, "job"];
  const put = (origin: string | undefined, i: number) => ({
    ...{ key: keyOf("model", `m${i}`), id: `${i}`, schema: 1, created: i, modified: 0, wanted: {}, actual: {}, origin },
  });
  const store = createSqliteResourceStore({ path, clock });
  await store.write(origins.map((origin, i) => ({ put: put(origin, i), expected: "absent" })));
  await store.close();
  const older = openDatabase(path, "");
  older.exec("drop index resource_origin");
  older.close();
  const today = createSqliteResourceStore({ path, clock });
  expect((await today.list("model", { origin: "job", limit: 9 })).documents.map(({ id }) => id)).toEqual(["3"]);
  await today.close();
  const file = openDatabase(path, "");
  const indexed = `select id from resource indexed by resource_origin where ${indexedOrigin("origin")}`;
  expect(file.prepare(indexed).pluck().all()).toEqual(["3"]);
  file.close();
});

test("a page that changes overtake has only what is there and is asked for", async () => {
  const store = createSqliteResourceStore({ path: quickPath(), clock, alwaysReader: true });
  const put = (i: number, status: string) => {
    const key = keyOf("model", `m${i}`);
    return { key, id: `${i}`, schema: 1, status, created: i, modified: 0, wanted: {}, actual: {} };
  };
  await store.write(Array.from({ length: 300 }, (_, i) => ({ put: put(i, "New"), expected: "absent" })));
  const asked = { nameContains: "m", status: "New", limit: 300 };
  expect((await store.list("model", asked)).documents).toHaveLength(300);
  // The page may arrive before the write: what it has is compared with what is there at that moment.
  const page = store
    .list("model", asked)
    .then(({ documents }) => Promise.all(documents.map(async (one) => ({ one, there: await store.get(one.key) }))));
  await store.write([
    { put: put(1, "Old"), expected: 1 },
    { delete: keyOf("model", "m2"), expected: 1 },
    { put: { ...put(3, "New"), modified: 1 }, expected: 1 },
  ]);
  const after = (await store.list("model", asked)).documents.map(({ key }) => key.name);
  expect(after).toEqual(Array.from({ length: 300 }, (_, i) => `m${i}`).filter((name) => !/^m[12]$/.test(name)));
  for (const { one, there } of await page) expect([one.status, one]).toEqual(["New", there]);
  await store.close();
});

test("a list by two labels follows what the feed tells, and begins anew where the feed has dropped it", async () => {
  let now = 0;
  const clock = { now: () => now };
  const store = createSqliteResourceStore({ path: quickPath(), clock, alwaysReader: true });
  const versions = new Map<number, number>();
  const put = (i: number, Rest: number) => {
    const version = versions.get(i);
    versions.set(i, (version ?? 0) + 1);
    return {
      put: {
        ...{ key: keyOf("model", `m${i}`), id: `${i}`, schema: 1, created: i, modified: 0, wanted: {}, actual: {} },
        labels: { Half: i % 2, Rest },
      },
      expected: version ?? ("absent" as const),
    };
  };
  const listed = async () => {
    const page = await store.list("model", { labels: { Half: 0, Rest: 1 }, sort: { by: "name" }, limit: 100 });
    return page.documents.map(({ id }) => Number(id));
  };
  await store.write(Array.from({ length: 40 }, (_, i) => put(i, i % 2)));
  expect(await listed()).toEqual([]);
  await store.write([put(6, 1), put(100, 1)]);
  expect(await listed()).toEqual([100, 6]);
  await store.write([put(6, 0), { delete: keyOf("model", "m100"), expected: 1 }]);
  expect(await listed()).toEqual([]);
  await store.write([put(8, 1)]);
  now += (feedDays + 1) * 86_400_000;
  await store.write([put(9, 0)]);
  await expect(store.changes(1, 1)).rejects.toThrow(RangeError);
  expect(await listed()).toEqual([8]);
  // More changes than are followed one by one.
  for (let from = 1_000; from < 12_000; from += 1_000)
    await store.write(Array.from({ length: 1_000 }, (_, i) => put(from + i, (from + i) % 2)));
  await store.write([put(2, 1), put(8, 0)]);
  expect(await listed()).toEqual([2]);
  await store.close();
});

test("the reader keeps no process alive, and ends with the store", async () => {
  const program = `
    const { createSqliteResourceStore } = await import(${JSON.stringify(new URL("sqlite.ts", import.meta.url).pathname)});
    const store = createSqliteResourceStore({ path: process.argv[1], clock: { now: () => 0 }, alwaysReader: true });
    console.log((await store.list("model", { nameContains: "x", sort: { by: "label:L" }, limit: 1 })).documents.length);
    if (process.argv[2] === "close") await store.close();
  `;
  for (const end of ["close", "leave"]) {
    const path = quickPath();
    await createSqliteResourceStore({ path, clock }).close();
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, path, end]);
    expect(stdout).toBe("0\n");
    if (end === "close") expect(existsSync(`${path}-wal`)).toBe(false);
  }
});

test("a database that is damaged is named, and left as it is", async () => {
  const path = newPath();
  const store = createSqliteResourceStore({ path, clock });
  await store.write(
    Array.from({ length: 200 }, (_, i) => ({
      put: { key: keyOf("model", `m${i}`), id: `${i}`, schema: 1, created: 0, modified: 0, wanted: {}, actual: {} },
      expected: "absent",
    })),
  );
  await store.close();
  const sound = readFileSync(path);
  const damages: Record<string, () => void> = {
    "another file": () => writeFileSync(path, "Dear diary,\n".repeat(1_000)),
    "cut off": () => truncateSync(path, sound.length - 8_192),
    "overwritten inside": () => {
      const bytes = Buffer.from(sound);
      bytes.fill(0x5a, 8_192, 20_480);
      writeFileSync(path, bytes);
    },
  };
  for (const [damage, inflict] of Object.entries(damages)) {
    writeFileSync(path, sound);
    inflict();
    const before = readFileSync(path);
    expect(() => createSqliteResourceStore({ path, clock }), damage).toThrow(DamagedStore);
    expect(readFileSync(path).equals(before), damage).toBe(true);
  }
  writeFileSync(path, sound);
  appendFileSync(`${path}-wal`, "what a crash left of a log");
  const again = createSqliteResourceStore({ path, clock });
  expect((await again.list("model", { limit: 1_000 })).documents).toHaveLength(200);
  await again.close();
});
