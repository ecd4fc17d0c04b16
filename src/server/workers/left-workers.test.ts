import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { endLeftWorkers, recordWorkers } from "./left-workers.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "sagebrush-left-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const sleeper = () => spawn("sleep", ["60"], { stdio: "ignore" });

it("kills the workers that were written down, and nobody who has their number by now", async () => {
  const [left, other] = [sleeper(), sleeper()];
  await Promise.all([once(left, "spawn"), once(other, "spawn")]);
  const workers = [{ pid: left.pid! }, { pid: other.pid! }];
  recordWorkers(home, workers);
  const file = join(home, "workers.json");
  const record = JSON.parse(readFileSync(file, "utf8"));
  record[1].startTime = "1";
  writeFileSync(file, JSON.stringify(record));
  left.kill("SIGSTOP");
  const ended = once(left, "exit");
  endLeftWorkers(home);
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(other.exitCode).toBeNull();
  expect(existsSync(file)).toBe(false);
  other.kill();
});

it("passes over a home without workers, and one with half a record", () => {
  endLeftWorkers(home);
  writeFileSync(join(home, "workers.json"), '[{"pid":1');
  endLeftWorkers(home);
  expect(existsSync(join(home, "workers.json"))).toBe(false);
});
