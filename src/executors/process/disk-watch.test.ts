import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { watchDisk } from "./disk-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "disk-watch-"));
writeFileSync(join(folder, "file"), Buffer.alloc(1_000_000, 1));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Watches the folder with a clock that only waits move, and a look that takes this long; returns when it looked, in
 * milliseconds, until the time has passed.
 * @param freeAt the bytes that the disk has free at a time
 */
async function looksUntil(
  end: number,
  limitBytes: number | undefined,
  freeAt: (now: number) => number | undefined,
  lookMilliseconds = 0,
) {
  let now = 0;
  const looks: number[] = [];
  const asked: number[] = [];
  const watching = new AbortController();
  const tell = {
    seen() {
      looks.push(now);
      now += lookMilliseconds;
    },
    over: () => looks.push(-1),
  };
  await watchDisk({ folders: [folder], processes: () => [] }, limitBytes, tell, watching.signal, {
    async free() {
      asked.push(now);
      return freeAt(now);
    },
    now: () => now,
    async wait(milliseconds) {
      now += milliseconds;
      if (now >= end) watching.abort();
    },
  });
  return { looks, asked };
}

it("looks every second near the limit, less often far from it, and once a minute without one", async () => {
  const unchanged = () => 1e12;
  expect((await looksUntil(3_500, 10e6, unchanged)).looks).toEqual([0, 1000, 2000, 3000]);
  const far = await looksUntil(20_500, 1e12, unchanged);
  expect(far.looks).toEqual([0, 10_000, 20_000]);
  expect(far.asked.length).toBeLessThan(50);
  expect((await looksUntil(130_000, undefined, unchanged)).looks).toEqual([0, 60_000, 120_000]);
});

it("looks at once when a quarter of what is left has gone from the disk", async () => {
  // 9 MB are left; 4 MB go after a quarter of a second.
  const falling = (now: number) => 1e9 - (now >= 250 ? 4e6 : 0);
  expect((await looksUntil(1_300, 10e6, falling)).looks).toEqual([0, 250, 1250]);
  // Far from the limit the disk is asked less often.
  expect((await looksUntil(5_000, 1e12, (now) => 1e12 - now * 1e8)).looks).toEqual([0, 2500]);
});

it("does not look more often than a tenth of the time, whatever the disk says", async () => {
  expect((await looksUntil(1_300, 10e6, (now) => 1e9 - now * 1e6, 60)).looks).toEqual([0, 660]);
});

it("looks as before where the disk does not say what it has free", async () => {
  expect((await looksUntil(2_500, 10e6, () => undefined)).looks).toEqual([0, 1000, 2000]);
});

it("says once that there is more than the limit", async () => {
  expect((await looksUntil(1_000, 100_000, () => 1e9)).looks).toEqual([0, -1]);
});
