import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type AccessLogEntry, openAccessLog } from "./access-log.ts";

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
