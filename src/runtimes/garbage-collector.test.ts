import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { garbageCollector } from "./garbage-collector.ts";

it("gives the memory of what is no longer used back to the system", () => {
  let garbage: unknown[] | undefined = Array.from({ length: 400_000 }, (_, i) => ({ i }));
  const full = process.memoryUsage().heapTotal;
  expect(garbage).toHaveLength(400_000);
  garbage = undefined;
  garbageCollector()();
  expect(process.memoryUsage().heapTotal).toBeLessThan(full - 10 * 1024 * 1024);
  expect(globalThis.gc).toBeUndefined();
});

it("is found by several threads at once, which share V8's flags", async () => {
  const program = `
    import(${JSON.stringify(String(new URL("garbage-collector.ts", import.meta.url)))}).then(({ garbageCollector }) => {
      for (let count = 0; count < 25; count++) garbageCollector()();
    });`;
  const ended = Array.from({ length: 4 }, async () => {
    const [code] = await once(new Worker(program, { eval: true }), "exit");
    return code as number;
  });
  expect(await Promise.all(ended)).toEqual([0, 0, 0, 0]);
});
