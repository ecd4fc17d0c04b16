import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AccessLog, type AccessLogEntry, openAccessLog } from "./access-log.ts";

let folder: string;
let path: string;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), "sagebrush-log-"));
  path = join(folder, "access.log");
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const entry = (requestId: string): AccessLogEntry => ({
  time: "2026-11-21T00:00:00.000Z",
  requestId,
  via: "http",
  service: "sts",
  operation: "GetCallerIdentity",
  status: 200,
  milliseconds: 0.4,
});
const ids = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).requestId);

it("gathers lines, and writes what is waiting when it is closed", () => {
  const log = openAccessLog(path);
  log.write(entry("1"));
  log.write(entry("2"));
  log.close();
  openAccessLog(path).close();
  expect(ids(path)).toEqual(["1", "2"]);
});

it("starts a new file at 64 MiB, and keeps the one before", async () => {
  writeFileSync(path, "");
  truncateSync(path, 64 * 1024 * 1024);
  const log = openAccessLog(path);
  log.write(entry("3"));
  vi.advanceTimersByTime(100);
  vi.useRealTimers();
  await vi.waitFor(() => expect(ids(path)).toEqual(["3"]));
  expect(statSync(`${path}.1`).size).toBe(64 * 1024 * 1024);
  log.close();
});

it("complains once about a log that cannot be written, and goes on", async () => {
  const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  const log = openAccessLog(join(folder, "none", "access.log"));
  for (const id of ["4", "5"]) {
    log.write(entry(id));
    vi.advanceTimersByTime(100);
  }
  vi.useRealTimers();
  await vi.waitFor(() => expect(complaints).toHaveBeenCalledOnce());
  log.close();
  complaints.mockRestore();
});

/** Writes a line, a while after the last one, and waits until it is in a file. */
async function later(log: AccessLog, id: string, milliseconds: number, file = path) {
  vi.advanceTimersByTime(milliseconds);
  log.write(entry(id));
  vi.advanceTimersByTime(100);
  await vi.waitFor(() => expect(ids(file)).toContain(id));
}

it("begins a new file after its own was moved away, within a second", async () => {
  const log = openAccessLog(path);
  const moved = join(folder, "access.log.moved");
  await later(log, "1", 0);
  renameSync(path, moved);
  await later(log, "2", 100, moved);
  await later(log, "3", 1000);
  // As logrotate does with "create".
  renameSync(path, `${moved}.2`);
  writeFileSync(path, "");
  await later(log, "4", 1000);
  expect([ids(moved), ids(`${moved}.2`), ids(path)]).toEqual([["1", "2"], ["3"], ["4"]]);
  log.close();
});

it("makes no file in a home that is another one, or is gone", async () => {
  const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  let isThere = true;
  const log = openAccessLog(path, { isHomeThere: () => isThere });
  const moved = join(folder, "moved.log");
  renameSync(path, moved);
  isThere = false;
  await later(log, "1", 1000, moved);
  expect(existsSync(path)).toBe(false);
  isThere = true;
  rmSync(folder, { recursive: true });
  log.write(entry("2"));
  vi.advanceTimersByTime(100_000);
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  log.close();
  expect(existsSync(folder)).toBe(false);
  complaints.mockRestore();
});

it("makes a file anew that was removed, a minute later", async () => {
  const log = openAccessLog(path);
  const removed = openSync(path, "r");
  rmSync(path);
  for (const milliseconds of [1000, 58_000]) {
    const { size } = fstatSync(removed);
    vi.advanceTimersByTime(milliseconds);
    log.write(entry("lost"));
    vi.advanceTimersByTime(100);
    await vi.waitFor(() => expect(fstatSync(removed).size).toBeGreaterThan(size));
  }
  closeSync(removed);
  expect(existsSync(path)).toBe(false);
  vi.advanceTimersByTime(3000);
  log.write(entry("kept"));
  vi.advanceTimersByTime(100);
  await vi.waitFor(() => expect(ids(path)).toEqual(["kept"]));
  log.close();
});

it("makes no file where the folder was emptied, so that the folder can be removed", async () => {
  const log = openAccessLog(path);
  rmSync(path);
  log.write(entry("6"));
  vi.advanceTimersByTime(100);
  vi.useRealTimers();
  log.write(entry("7"));
  log.close();
  rmdirSync(folder);
  await new Promise(setImmediate);
  expect(existsSync(folder)).toBe(false);
});

describe("a log that several processes share", () => {
  const shared = (how: "turns over" | "follows") => openAccessLog(path, { shared: how });

  it("has the lines of all, each whole", async () => {
    const logs = [shared("turns over"), shared("follows"), shared("follows")];
    for (let round = 0; round < 3; round++) {
      for (const [index, log] of logs.entries()) log.write(entry(`${index}-${round}`));
      await vi.advanceTimersByTimeAsync(150);
      await vi.waitFor(() => expect(ids(path)).toHaveLength((round + 1) * 3));
    }
    for (const log of logs) log.close();
    expect(new Set(ids(path)).size).toBe(9);
  });

  it("is turned over by one, which the others follow without losing a line", async () => {
    writeFileSync(path, "");
    truncateSync(path, 64 * 1024 * 1024);
    const [one, other] = [shared("turns over"), shared("follows")];
    other.write(entry("before"));
    other.close();
    expect(existsSync(`${path}.1`)).toBe(false);
    one.write(entry("first"));
    one.close();
    expect(ids(path)).toEqual(["first"]);
    expect(readFileSync(`${path}.1`).includes('"before"')).toBe(true);
  });
});
