import { expect, it } from "vitest";
import { createEvenNumbers, createRandom } from "../../../base/random.ts";
import { newKeptRun } from "../../../frame/keep-run.ts";
import { createOutstanding } from "../../../runs/outstanding.ts";
import type { Instance } from "./endpoint-fleet.ts";
import { chooseByWeight, chooseInstance } from "./invocation-route.ts";

it.each([[[1, 1]], [[9, 1]], [[0.5, 0.25, 0, 0.25]], [[70, 20, 10]]])(
  "1,000 calls are shared by the weights %j, within 1 %% of them, from wherever their numbers begin",
  (weights) => {
    const random = createRandom(9);
    const sum = weights.reduce((a, b) => a + b);
    const variants = weights.map((weight, index) => ({ weight, index }));
    let counts: number[] = [];
    for (let round = 0; round < 100; round++) {
      const even = createEvenNumbers(random.next());
      counts = weights.map(() => 0);
      for (let call = 0; call < 1_000; call++) counts[chooseByWeight(variants, even)!.index]! += 1;
      for (const [index, weight] of weights.entries())
        expect(Math.abs(counts[index]! / 1_000 - weight / sum)).toBeLessThan(0.01);
    }
    expect(counts.filter((count, index) => weights[index] === 0 && count > 0)).toEqual([]);
  },
);

const instances: (Instance & { runId: string })[] = ["a", "b", "c"].map((runId) => ({
  ...newKeptRun,
  id: `i-${runId}`,
  runId,
  ready: true,
}));
const place = (quarantined: string[] = [], doubted: string[] = []) => ({
  random: createRandom(1),
  outstanding: createOutstanding(),
  quarantine: {
    has: (runId: string) => quarantined.includes(runId),
    doubts: (runId: string) => doubted.includes(runId),
    ...{ put() {}, doubt() {}, close() {} },
  },
});

it("a request goes to the instance that has the fewest unanswered", () => {
  const context = place();
  context.outstanding.enter("a");
  context.outstanding.enter("a");
  context.outstanding.enter("c");
  expect(chooseInstance(context, { instances })!.runId).toBe("b");
  const leave = context.outstanding.enter("b");
  context.outstanding.enter("b");
  expect(chooseInstance(context, { instances })!.runId).toBe("c");
  leave();
  leave();
  expect(context.outstanding.of("b")).toBe(1);
});

it("of equals each gets its share", () => {
  const context = place();
  const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (let call = 0; call < 3_000; call++) counts[chooseInstance(context, { instances })!.runId!]! += 1;
  for (const count of Object.values(counts)) expect(Math.abs(count - 1_000)).toBeLessThan(100);
});

it("no request goes to an instance that is not ready, that answers no ping or that could not be reached", () => {
  const one = [{ ...instances[0]!, ready: false }, ...instances.slice(1)];
  expect(chooseInstance(place(["b"]), { instances: one })!.runId).toBe("c");
  expect(chooseInstance(place(["b"]), { instances: one }, new Set(["c"]))).toBeUndefined();
});

it("an instance that broke off a call gets the next one only when there is no other", () => {
  const context = place([], ["a", "b"]);
  for (let call = 0; call < 20; call++) expect(chooseInstance(context, { instances })!.runId).toBe("c");
  expect(chooseInstance(context, { instances: instances.slice(0, 1) })!.runId).toBe("a");
});
