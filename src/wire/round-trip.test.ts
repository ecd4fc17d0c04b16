import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { AwsQueryProtocol } from "@aws-sdk/core/protocols";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../aws/faults.ts";
import { createWire } from "./create-wire.ts";
import { sampleStructure } from "./sample-structure.ts";
import { type Member, type OperationModel, readServiceModel } from "./schema.ts";
import type { WireInput } from "./wire.ts";
import { type WireServiceId, wireServices } from "./wire-services.ts";

/** Each operation we have facts for is called with the real client, every member set, and answered with every member set. */
const handled: { input: WireInput; streamed: string; answer: unknown } = { input: {}, streamed: "", answer: {} };
const loaded = await Promise.all(
  wireServices.map(async (service) => {
    const [client, { facts }] = await Promise.all([service.load(), service.loadFacts()]);
    return { service, client, model: readServiceModel(client), operations: facts.operations };
  }),
);
const wire = createWire({
  version: "0",
  served: Object.fromEntries(loaded.map(({ service, operations }) => [service.id, operations])),
});

let server: Server;
let endpoint: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const [path, query = ""] = request.url!.split("?", 2) as [string, string?];
    const head = { method: request.method!, path, query, headers: request.headers };
    const whole = async () => Buffer.concat(await request.toArray());
    const form = wire.needsForm(head) ? await whole() : undefined;
    const found = await wire.find(head, form);
    const respond = () => {
      try {
        if (found.refusal) throw found.refusal;
        if (handled.answer instanceof Fault) throw handled.answer;
        return found.writeOutput(handled.answer, "the-request");
      } catch (error) {
        return found.writeFault(error as Fault, "the-request");
      }
    };
    if (found.operation) {
      handled.input = found.readInput(form ?? (found.body.mode === "stream" ? request : await whole()));
      const streams = Object.values(handled.input).filter((value) => value instanceof Readable);
      handled.streamed = Buffer.concat(
        (await Promise.all(streams.map((stream) => stream.toArray()))).flat(),
      ).toString();
    }
    const { status, headers, body } = respond();
    response.writeHead(status, headers);
    if (body instanceof Readable) body.pipe(response);
    else response.end(body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: seven clients are called by the names of their operations
type AnyClient = any;

function newClient(client: Record<string, unknown>, options: object): AnyClient {
  const Client = Object.entries(client).find(([name]) => name.endsWith("Client") && !name.startsWith("__"))![1];
  return new (Client as new (options: object) => AnyClient)({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 1,
    ...options,
  });
}
async function callWith(
  client: Record<string, unknown>,
  operation: string,
  input: object,
  options = {},
): Promise<AnyClient> {
  const Command = client[`${operation}Command`] as new (input: object) => unknown;
  const { $metadata, ...output } = await newClient(client, options).send(new Command(input));
  return output;
}

/** Members that S3's client computes, checks or forbids by itself. */
const computed = /^(Checksum|SSECustomer|CopySourceSSECustomer|ContentMD5|Expires|MpuObjectSize|ContentLength)/;
const leftOut = (service: WireServiceId) => (member: Member) =>
  service === "s3" && (computed.test(member.name) || member.traits.httpPrefixHeaders === "");

function sampleInput(service: WireServiceId, { input }: OperationModel): Record<string, unknown> {
  const sample = sampleStructure(input, leftOut(service));
  if (service === "s3") {
    if (sample.Bucket) sample.Bucket = "some-bucket";
    if (sample.Key) sample.Key = "folder//a b+ü%/🌿?&=#.csv";
    if (sample.Body) sample.Body = "the body";
    if (sample.Prefix) sample.Prefix = "a b+ü&=";
  }
  return sample;
}
describe.each(loaded)("$service.id", ({ service, client, model, operations }) => {
  test.each(operations)("%s", async (name) => {
    const operation = model.operations.get(name)!;
    const input = sampleInput(service.id, operation);
    const output = sampleStructure(operation.output, leftOut(service.id));
    handled.answer = output.Body instanceof Readable ? { ...output, Body: Readable.from(["out"]) } : output;
    const answered = await callWith(client, name, input);
    const { Body: readBody, ContentLength: _length, ...read } = handled.input;
    const { Body: sentBody, ...sent } = input;
    expect(read).toEqual(sent);
    if (readBody instanceof Readable) expect(handled.streamed).toBe(sentBody);
    else
      expect(readBody && Buffer.from(readBody as Uint8Array)).toEqual(sentBody && Buffer.from(sentBody as Uint8Array));
    const { Body: bodyOut, ...restOut } = output;
    const { Body: bodyAnswered, ...restAnswered } = answered;
    expect(restAnswered).toEqual(restOut);
    if (bodyOut instanceof Readable) expect(await bodyAnswered.transformToString()).toBe("out");
    else expect(bodyAnswered && Buffer.from(bodyAnswered)).toEqual(bodyOut && Buffer.from(bodyOut as Uint8Array));
  });
});

test("CloudWatch speaks the query protocol of older clients too", async () => {
  const { client, model } = loaded.find(({ service }) => service.id === "cloudwatch")!;
  const operation = model.operations.get("GetMetricData")!;
  const input = sampleStructure(operation.input);
  const output = sampleStructure(operation.output);
  handled.answer = output;
  expect(await callWith(client, "GetMetricData", input, { protocol: AwsQueryProtocol })).toEqual(output);
  expect(handled.input).toEqual(input);
});

describe("faults reach the clients as the errors of their models", () => {
  const cases: [WireServiceId, string, object, Fault, object][] = [
    [
      "sagemaker",
      "DescribeTrainingJob",
      {},
      new Fault("ResourceNotFound", "Requested resource not found."),
      { name: "ResourceNotFound", status: 400 },
    ],
    [
      "sagemaker",
      "DescribeModel",
      {},
      new Fault("ValidationException", 'Could not find model "x".'),
      { name: "ValidationException", status: 400 },
    ],
    [
      "sagemaker-runtime",
      "InvokeEndpoint",
      { EndpointName: "e", Body: "1" },
      new Fault("ModelError", "It failed", { members: { OriginalStatusCode: 500, OriginalMessage: "oh\n" } }),
      { name: "ModelError", status: 424, OriginalStatusCode: 500, OriginalMessage: "oh\n" },
    ],
    [
      "iam",
      "GetRole",
      { RoleName: "r" },
      new Fault("NoSuchEntity", "No role <r>"),
      { name: "NoSuchEntityException", status: 404 },
    ],
    [
      "cloudwatch",
      "ListMetrics",
      {},
      new Fault("InvalidParameterValue", "No"),
      { name: "InvalidParameterValueException", status: 400 },
    ],
    [
      "logs",
      "CreateLogGroup",
      {},
      new Fault("ResourceAlreadyExistsException", "There"),
      { name: "ResourceAlreadyExistsException", status: 400 },
    ],
    [
      "s3",
      "GetObject",
      { Bucket: "b", Key: "k" },
      new Fault("NoSuchKey", "None & none", { status: 404, members: { Key: "k" } }),
      { name: "NoSuchKey", status: 404, Key: "k" },
    ],
    [
      "s3",
      "HeadObject",
      { Bucket: "b", Key: "k" },
      new Fault("NotFound", "Not Found", { status: 404 }),
      { name: "NotFound", status: 404 },
    ],
  ];
  test.each(cases)("%s %s", async (id, operation, input, fault, { status, ...members }: { status?: number }) => {
    handled.answer = fault;
    const { client } = loaded.find(({ service }) => service.id === id)!;
    const error = await callWith(client, operation, input).catch((thrown) => thrown);
    expect(error).toMatchObject(members);
    expect(error.$metadata).toMatchObject({ httpStatusCode: status, requestId: "the-request" });
    if (operation !== "HeadObject") expect(error.message).toBe(fault.message);
  });

  test.each([
    ["sagemaker", "CreateApp", {}, "SageMaker.CreateApp"],
    ["s3", "GetBucketAcl", { Bucket: "b" }, "S3.GetBucketAcl"],
    ["iam", "ListUsers", {}, "IAM.ListUsers"],
    [
      "sagemaker-runtime",
      "InvokeEndpointAsync",
      { EndpointName: "e", InputLocation: "s3://b/k" },
      "SageMakerRuntime.InvokeEndpointAsync",
    ],
  ] as const)("%s %s is not built", async (id, operation, input, title) => {
    const { client } = loaded.find(({ service }) => service.id === id)!;
    const error = await callWith(client, operation, input).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "UnsupportedOperation", $metadata: { httpStatusCode: 501 } });
    expect(error.message).toBe(`${title} is not built in Sagebrush 0; see docs/coverage.md`);
  });
});
