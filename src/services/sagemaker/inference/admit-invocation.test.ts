import { expect, it } from "vitest";
import { createOutstanding } from "../../../runs/outstanding.ts";
import { admitInvocation, mostUnansweredBytes } from "./admit-invocation.ts";
import { context, create, invoke, untilStatus, useEndpoint } from "./endpoint.fixture.ts";

useEndpoint();

it("a model server with as many requests as it may have gets no others until it has answered", async () => {
  await create("one", { A: { count: 2 } });
  await untilStatus("InService");
  const settings = { ...context.settings, modelServerQueue: 2 };
  Object.assign(context, { settings });
  const slow = Array.from({ length: 4 }, () => invoke("slow"));
  await expect(invoke("x")).rejects.toMatchObject({
    code: "ServiceUnavailable",
    status: 503,
    message: expect.stringContaining("has 2 requests that it has not answered"),
  });
  for (const { text } of await Promise.all(slow)) expect(text).toBe("one-A: slow");
  expect((await invoke("x")).text).toBe("one-A: x");
});

it("neither does one that is given too many bytes, but one request it always gets", () => {
  const place = { outstanding: createOutstanding(), settings: { ...context.settings, modelServerQueue: 9 } };
  const admit = (bytes: number) => admitInvocation(place, "a", bytes, () => "it");
  const leave = admit(mostUnansweredBytes + 1);
  expect(() => admit(1)).toThrow("bytes of requests that it has not answered");
  leave();
  const leaveHalf = admit(mostUnansweredBytes / 2);
  admit(mostUnansweredBytes / 2);
  expect(() => admit(1)).toThrow("Try again in a moment, or give the variant more instances.");
  leaveHalf();
  leaveHalf();
  expect(place.outstanding.bytesOf("a")).toBe(mostUnansweredBytes / 2);
  admit(1);
});
