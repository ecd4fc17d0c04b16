import { expect, it } from "vitest";
import { createWire } from "../../wire/create-wire.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { createAdmission } from "../request/admission.ts";
import { createTraffic } from "./traffic.ts";

const unit = () => expect.unreachable("Nothing is loaded to look at a head");

function begin() {
  const counters = { requests: 0 };
  const admission = createAdmission({ after: () => () => {} });
  const traffic = createTraffic({
    wire: createWire({ version: "0", served: {} }),
    served: { "sagemaker-runtime": { InvokeEndpoint: unit } },
    ...{ admission, counters },
  });
  return { traffic, admission, counters };
}

const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=ID/20261129/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const asked = (path: string, headers: Record<string, string> = {}, method = "POST") =>
  ({ head: { method, path, query: "", headers } }) as HttpRequest;

const rows: [what: string, request: HttpRequest, isHere: boolean][] = [
  ["an invocation", asked("/endpoints/e/invocations", { authorization: scope("sagemaker") }), true],
  ["an unsigned invocation", asked("/endpoints/e/invocations"), true],
  ["an object of that name", asked("/endpoints/e/invocations", { authorization: scope("s3") }), false],
  ["an operation by its target", asked("/", { "x-amz-target": "SageMaker.ListModels" }), false],
  ["a form", asked("/", { "content-type": "application/x-www-form-urlencoded" }), false],
  ["the first page", asked("/", {}, "GET"), false],
  ["the server's own administration", asked("/_sagebrush/status", { authorization: scope("sagebrush") }, "GET"), false],
  ["what nobody knows", asked("/a", { authorization: "x" }, "BREW"), false],
];

it.each(rows)("knows from the head who answers: %s", (_what, request, isHere) => {
  const { traffic, counters } = begin();
  expect(traffic.takes(request)).toBe(!isHere);
  expect(counters.requests).toBe(1);
});

it("hands everything on while it is paused, when what is under way has ended", async () => {
  const { traffic, admission } = begin();
  const invocation = rows[0]![1];
  const leave = admission.enter(() => {});
  let isPaused = false;
  const pausing = traffic.pause().then(() => {
    isPaused = true;
  });
  expect(traffic.takes(invocation)).toBe(true);
  await Promise.resolve();
  expect(isPaused).toBe(false);
  leave();
  await pausing;
  traffic.resume();
  expect(traffic.takes(invocation)).toBe(false);
});
