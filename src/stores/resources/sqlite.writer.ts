// For sqlite.long.test.ts, which kills it: writes pairs of documents without end and prints "NAME VERSION" for each pair
// that the store has acknowledged.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { systemClock } from "../../base/clock.ts";
import { createSqliteResourceStore } from "./sqlite.ts";

flushCompileCache();
const store = createSqliteResourceStore({ path: process.argv[2]!, clock: systemClock });

async function write(name: string): Promise<void> {
  const keys = ["left", "right"].map((kind) => ({ account: "123456789012", region: "us-east-1", kind, name }));
  for (;;) {
    const version = (await store.get(keys[0]!))?.version ?? 0;
    const changes = keys.map((key) => ({
      put: {
        key,
        id: name,
        schema: 1,
        created: 0,
        modified: version,
        wanted: { Filler: "x".repeat(2_000) },
        actual: {},
      },
      expected: version || ("absent" as const),
    }));
    await store.write(changes);
    writeSync(1, `${name} ${version + 1}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(`writer-${writer}`)));
