import { expect, it } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { createFactFinder } from "../../../wire/constraints/facts.ts";
import { checkMembers, type Invocation } from "./invocation-request.ts";

const context = createTestContext({ units: [] });
const check = (bytes: number, most?: number) => {
  const settings = most === undefined ? context.settings : { ...context.settings, invocationPayloadBytes: most };
  return () => checkMembers({ EndpointName: "e", Body: new Uint8Array(bytes) } as Invocation, { settings });
};

it("a body has as many bytes as the setting says, which AWS's model says by default", () => {
  expect(check(6_291_456)).not.toThrow();
  expect(check(6_291_457)).toThrow(/at 'body' .* length less than or equal to 6291456$/);
  expect(check(6_291_457, 7_000_000)).not.toThrow();
  expect(check(7_000_001, 7_000_000)).toThrow("7000000");
});

it("the wire lets through what the setting may be at most", () => {
  const { maximum } = createFactFinder("sagemaker-runtime").named("BodyBlob");
  expect(maximum).toBe(25 * 1024 * 1024);
});
