import type { Readable } from "node:stream";
import * as client from "@aws-sdk/client-sagemaker-runtime";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { expect, it } from "vitest";
import { Fault } from "../../aws/faults.ts";
import { noFacts } from "../constraints/shape-facts.ts";
import { readServiceModel } from "../schema.ts";
import { eventMessage } from "./event-stream.ts";
import { createRestJsonProtocol } from "./rest-json.ts";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);
/** A message as AWS's own codec reads it, checksums included. */
function decoded(bytes: Uint8Array) {
  const { headers, body } = codec.decode(bytes);
  const texts = Object.entries(headers).map(([name, { value }]) => [name, value]);
  return { headers: Object.fromEntries(texts), body: Buffer.from(body).toString() };
}

it("a message is what AWS's codec writes", () => {
  const headers = { ":event-type": "PayloadPart", name: "grün" };
  const theirs = codec.encode({
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, { type: "string" as const, value }]),
    ),
    body: Buffer.from("payload"),
  });
  expect(eventMessage(headers, Buffer.from("payload"))).toEqual(Buffer.from(theirs));
  expect(decoded(eventMessage({}, new Uint8Array()))).toEqual({ headers: {}, body: "" });
});

const operation = readServiceModel(client as never).operations.get("InvokeEndpointWithResponseStream")!;
const { writeOutput } = createRestJsonProtocol(undefined, noFacts).compile(operation);
const request = { method: "POST", path: "", query: "", headers: {}, labels: {} };
async function* failing(error: Error): AsyncGenerator<object> {
  yield* [];
  throw error;
}
async function written(events: () => AsyncIterable<object>) {
  const { body, ...head } = writeOutput({ Body: events(), ContentType: "text/plain" }, request, "id");
  return { head, body: body as Readable, messages: async () => (await (body as Readable).toArray()).map(decoded) };
}

it("events come as they are given, and a fault of the model ends the stream", async () => {
  const { head, messages } = await written(async function* () {
    yield { PayloadPart: { Bytes: Buffer.from("one") } };
    yield { PayloadPart: {} };
    throw new Fault("ModelStreamError", "broke", { members: { ErrorCode: "StreamBroken" } });
  });
  expect(head).toEqual({
    status: 200,
    headers: {
      "x-amzn-RequestId": "id",
      "Content-Type": "application/vnd.amazon.eventstream",
      "X-Amzn-SageMaker-Content-Type": "text/plain",
    },
  });
  const part = {
    ":message-type": "event",
    ":event-type": "PayloadPart",
    ":content-type": "application/octet-stream",
  };
  const [one, two, fault] = await messages();
  expect([one, two]).toEqual([
    { headers: part, body: "one" },
    { headers: part, body: "" },
  ]);
  expect(fault!.headers).toEqual({
    ":message-type": "exception",
    ":exception-type": "ModelStreamError",
    ":content-type": "application/json",
  });
  expect(JSON.parse(fault!.body)).toEqual({ Message: "broke", ErrorCode: "StreamBroken" });
});

it("a fault that the union does not have is an error, and what was thrown is not shown", async () => {
  const broken = await written(() => failing(new Fault("ThrottlingException", "slow down")));
  expect(await broken.messages()).toEqual([
    {
      headers: { ":message-type": "error", ":error-code": "ThrottlingException", ":error-message": "slow down" },
      body: "",
    },
  ]);
  const bug = await written(() => failing(new Error("secret")));
  expect(JSON.stringify(await bug.messages())).not.toContain("secret");
});

it("who goes away ends the iteration", async () => {
  let ended = false;
  const { body } = await written(async function* () {
    try {
      for (;;) yield { PayloadPart: { Bytes: Buffer.from("x") } };
    } finally {
      ended = true;
    }
  });
  for await (const _ of body) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(true);
});
