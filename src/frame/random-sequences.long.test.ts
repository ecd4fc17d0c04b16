import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, test } from "vitest";
import { createTestContext, testTime } from "../server/request/test-context.ts";
import { createSqliteResourceStore } from "../stores/resources/sqlite.ts";
import { kinds } from "./modelled-kinds.fixture.ts";
import { Sequence } from "./random-sequence.fixture.ts";
import { group } from "./sequence-kinds.fixture.ts";

const units = [group, ...kinds.map(({ unit }) => unit)];
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "sagebrush-sequences-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sqlite = (alwaysReader: boolean) =>
  createSqliteResourceStore({
    path: join(folder, `${alwaysReader}.sqlite`),
    clock: { now: () => testTime },
    alwaysReader,
  });

/** The memory's feed is copied at each write, so it gets a store for each sequence. */
test("10000 sequences are as the model has them", async () => {
  for (let seed = 1; seed <= 10_000; seed++) await new Sequence(seed, createTestContext({ units })).run(12);
}, 240_000);

test.each([false, true])(
  "long sequences are as the model has them in SQLite, by its reader: %s",
  async (byReader) => {
    const store = sqlite(byReader);
    for (let seed = 1; seed <= 100; seed++) {
      await new Sequence(seed, createTestContext({ units, resources: store })).run(80);
      await store.clear();
    }
    await store.close();
  },
  240_000,
);
