import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import { createGroupCommit } from "./group-commit.ts";

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-commit-"));
  database = openDatabase(join(folder, "test.sqlite"), "create table if not exists word (text text primary key)");
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const words = () => database.prepare("select text from word order by text").pluck().all();
const add = (text: string) => database.prepare("insert into word values (?)").run(text);

test("a writer that fails takes back its own changes only", async () => {
  const commits = createGroupCommit(database);
  const results = await Promise.allSettled([
    commits.run(() => add("one")),
    commits.run(() => {
      add("two");
      throw new Error("changed my mind");
    }),
    commits.run(() => add("three")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(words()).toEqual(["one", "three"]);
});

test("what is queued is committed before it closes, nothing after", async () => {
  const commits = createGroupCommit(database);
  const last = commits.run(() => add("last"));
  commits.close();
  await last;
  await expect(commits.run(() => add("late"))).rejects.toThrow("is closed");
  expect(words()).toEqual(["last"]);
});

test("synced at every commit, also when opened again", () => {
  const name = database.name;
  database.close();
  database = openDatabase(name, "");
  expect(database.pragma("synchronous", { simple: true })).toBe(2);
});

test("a full disk is said, keeps what was acknowledged, and is over when there is room", async () => {
  const commits = createGroupCommit(database);
  await commits.run(() => add("kept"));
  const pages = database.pragma("page_count", { simple: true }) as number;
  database.pragma(`max_page_count = ${pages}`);
  const refused = commits.run(() => add("x".repeat(100_000)));
  await expect(refused).rejects.toMatchObject({ code: "ServiceUnavailable", status: 503 });
  await expect(refused).rejects.toThrow(/disk that holds .*test\.sqlite is full/);
  database.pragma(`max_page_count = ${pages + 1_000}`);
  await commits.run(() => add("more"));
  expect(words()).toEqual(["kept", "more"]);
});

test("commits without a sync share one within a second, and need none after a synced commit", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let syncs = 0;
    let failing = false;
    const commits = createGroupCommit(database, {
      async syncLog() {
        syncs++;
        if (failing) throw new Error("the disk is gone");
      },
    });
    const levels: unknown[] = [];
    const write = (text: string, sync: boolean) =>
      commits.run(
        () => {
          add(text);
          levels.push(database.pragma("synchronous", { simple: true }));
        },
        { sync },
      );
    await write("one", false);
    await write("two", false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(syncs).toBe(1);
    await write("three", false);
    await write("four", true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(syncs).toBe(1);
    await Promise.all([write("five", false), write("six", true)]);
    failing = true;
    await write("seven", false);
    await vi.advanceTimersByTimeAsync(1_000);
    failing = false;
    await write("eight", false);
    await write("nine", false);
    const [normal, full] = [1, 2];
    expect(levels).toEqual([normal, normal, normal, full, full, full, normal, full, normal]);
    expect(database.pragma("synchronous", { simple: true })).toBe(full);
    commits.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(syncs).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test("the log of a database can be synced", async () => {
  const commits = createGroupCommit(database);
  const { datasync } = await fileHandlePrototype();
  const synced = Promise.withResolvers<void>();
  const spy = vi.spyOn(await fileHandlePrototype(), "datasync").mockImplementation(async function (this: FileHandle) {
    await datasync.call(this);
    synced.resolve();
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await commits.run(() => add("one"), { sync: false });
    vi.advanceTimersByTime(1_000);
    await synced.promise;
  } finally {
    vi.useRealTimers();
    spy.mockRestore();
  }
});

async function fileHandlePrototype(): Promise<FileHandle> {
  const file = await open(database.name);
  await file.close();
  return Object.getPrototypeOf(file);
}

test("on a full disk, what stores nothing new is done in the room of the reserve, and the rest is refused", async () => {
  await createGroupCommit(database).run(() => add("a"));
  const pages = database.pragma("page_count", { simple: true }) as number;
  database.pragma(`max_page_count = ${pages}`);
  const said: string[] = [];
  let full = false;
  const reserve = {
    mayGrow: () => !full,
    foundFull() {
      full = true;
      said.push("full");
    },
    giveBack() {
      said.push("given back");
      // Each time a little: the first is not enough.
      database.pragma(`max_page_count = ${pages + (said.length > 3 ? 100 : 0)}`);
      return said.length < 6;
    },
  };
  const commits = createGroupCommit(database, { reserve });
  const long = "x".repeat(100_000);
  const results = await Promise.allSettled([
    commits.run(() => add(`new ${long}`)),
    commits.run(() => add(`kept ${long}`), { storesNothing: true }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(said).toEqual(["full", "full", "given back", "full", "given back"]);
  await expect(commits.run(() => add("small"))).rejects.toMatchObject({ code: "ServiceUnavailable", status: 503 });
  await commits.run(() => add("b"), { storesNothing: true });
  expect(words().map((word) => String(word).slice(0, 5))).toEqual(["a", "b", "kept "]);
});
