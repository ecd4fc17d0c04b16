import { expect, it } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { openQueueWindow } from "./async-queue.ts";
import { type AsyncRequest, dequeue, enqueue, readRequest } from "./async-request.ts";

const request: AsyncRequest = {
  ...{ inferenceId: "one", endpointName: "Queue", timeoutSeconds: 60, input: { inline: "" } },
  ...{ output: { bucket: "b", key: "k.out" }, failure: { bucket: "b", key: "k-error.out" } },
};

it("a queue gives its requests in the order in which they came, a part at a time", async () => {
  const context = createTestContext({ units: [] });
  const keys: string[] = [];
  for (let number = 0; number < 1_200; number++) {
    context.passTime(1);
    keys.push(await enqueue(context, "q", request, number < 2 ? 60 : 3_600));
  }
  const window = openQueueWindow(context, "q");
  const next = async () => (await window.next()).map(({ key }) => key);
  expect(await next()).toEqual(keys.slice(0, 1_000));
  for (const key of keys.slice(0, 950)) window.take(key);
  // Few are left, so more are read; what is under way is read over.
  expect(await next()).toEqual(keys.slice(950));
  await dequeue(context, "q", keys[0]!);
  window.giveBack(keys[0]!);
  window.giveBack(keys[1]!);
  for (const key of keys.slice(950, 1_150)) window.take(key);
  expect(await next()).toEqual([keys[1], ...keys.slice(1_150)]);
  expect(await readRequest(context, "q", keys[0]!)).toBeUndefined();
  expect(await readRequest(context, "q", keys[1]!)).toEqual(request);

  context.passTime(120_000);
  expect(await window.survey()).toMatchObject({
    ...{ size: 1_199, oldest: context.clock.now() - 120_000 - 1_198 },
    expired: [{ key: keys[1] }],
  });
});
