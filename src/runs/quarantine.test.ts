import { expect, it } from "vitest";
import { createQuarantine, type SignOfLife } from "./quarantine.ts";

function createTestTimer() {
  const waiting: { run: () => void; milliseconds: number; cancelled?: boolean }[] = [];
  return {
    waiting,
    after(milliseconds: number, run: () => void) {
      const one: (typeof waiting)[number] = { run, milliseconds };
      waiting.push(one);
      return () => {
        one.cancelled = true;
      };
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("keeps calls from a run until it answers, asking at once and then every 2 s", async () => {
  const timer = createTestTimer();
  const quarantine = createQuarantine(timer);
  const signs: (SignOfLife | Error)[] = ["no", new Error("broken"), "yes"];
  let asked = 0;
  const ask = async () => {
    const sign = signs[asked++]!;
    if (sign instanceof Error) throw sign;
    return sign;
  };
  quarantine.put("r", ask);
  quarantine.put("r", ask);
  expect(quarantine.has("r")).toBe(true);
  expect(quarantine.has("other")).toBe(false);
  for (const count of [1, 2]) {
    await settled();
    expect(asked).toBe(count);
    expect(quarantine.has("r")).toBe(true);
    expect(timer.waiting).toMatchObject([{ milliseconds: 2000 }]);
    timer.waiting.pop()!.run();
  }
  await settled();
  expect(quarantine.has("r")).toBe(false);
  expect(timer.waiting).toEqual([]);
});

it("forgets a run that is gone, and asks no more once it is closed", async () => {
  const timer = createTestTimer();
  const quarantine = createQuarantine(timer);
  quarantine.put("gone", async () => "gone");
  await settled();
  expect(quarantine.has("gone")).toBe(false);
  quarantine.put("r", async () => "no");
  await settled();
  quarantine.close();
  expect(timer.waiting).toMatchObject([{ cancelled: true }]);
  expect(quarantine.has("r")).toBe(false);
});

it("doubts a run until it answers, and keeps no calls from it", async () => {
  const timer = createTestTimer();
  const quarantine = createQuarantine(timer);
  const signs: SignOfLife[] = ["no", "yes"];
  quarantine.doubt("r", async () => signs.shift()!);
  expect([quarantine.doubts("r"), quarantine.has("r"), quarantine.doubts("other")]).toEqual([true, false, false]);
  await settled();
  expect(quarantine.doubts("r")).toBe(true);
  timer.waiting.pop()!.run();
  await settled();
  expect(quarantine.doubts("r")).toBe(false);
  quarantine.doubt("r", async () => "no");
  await settled();
  quarantine.close();
  expect(timer.waiting).toMatchObject([{ cancelled: true }]);
  expect(quarantine.doubts("r")).toBe(false);
});
