import { expect, it } from "vitest";
import { settleMemory } from "./settle-memory.ts";

it("gives the memory of what is no longer used back to the system", () => {
  let garbage: unknown[] | undefined = Array.from({ length: 400_000 }, (_, i) => ({ i }));
  const full = process.memoryUsage().heapTotal;
  expect(garbage).toHaveLength(400_000);
  garbage = undefined;
  settleMemory();
  expect(process.memoryUsage().heapTotal).toBeLessThan(full - 10 * 1024 * 1024);
  expect(globalThis.gc).toBeUndefined();
});
