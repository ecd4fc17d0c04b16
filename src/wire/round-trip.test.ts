import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { STSClient } from "@aws-sdk/client-sts";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../aws/faults.ts";
import { createFactFinder } from "./constraints/facts.ts";
import { createWire } from "./create-wire.ts";
import { isBound } from "./protocols/http-bindings.ts";
import { sampleStructure } from "./sample-structure.ts";
import { type Member, type OperationModel, readServiceModel, type StructureShape } from "./schema.ts";
import type { WireInput, WireOptions } from "./wire.ts";
import { type WireServiceId, wireServices } from "./wire-services.ts";

/**
 * Each operation of the models is called with the real client with every member set, and answered with every member
 * set.
 */
const handled: { input: WireInput; streamed: string; answer: unknown } = { input: {}, streamed: "", answer: {} };
const loaded = await Promise.all(
  wireServices.map(async (service) => {
    const client = await service.load();
    const model = readServiceModel(client);
    return { service, client, model, operations: [...model.operations.keys()] };
  }),
);
const withServed = (served: WireOptions["served"]) => createWire({ version: "0", served });
const wholeWire = withServed(Object.fromEntries(loaded.map(({ service, operations }) => [service.id, operations])));
const emptyWire = withServed({});
let wire = wholeWire;

let server: Server;
let endpoint: string;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    handled.streamed = Buffer.concat((await Promise.all(streams.map((stream) => stream.toArray()))).flat()).toString();
  }
  const { status, headers, body } = respond();
  response.writeHead(status, headers);
  if (body instanceof Readable) body.pipe(response);
  else response.end(body);
}

beforeAll(async () => {
  server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: seven clients are called by the names of their operations
type AnyClient = any;

/** All speak HTTP/1.1, as does the server here: Kinesis' client would begin with HTTP/2. */
function newClient(client: Record<string, unknown>, options: object): AnyClient {
  const Client = Object.entries(client).find(([name]) => name.endsWith("Client") && !name.startsWith("__"))![1];
  return new (Client as new (options: object) => AnyClient)({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    requestHandler: new STSClient().config.requestHandler,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 1,
    disableHostPrefix: true,
    // SQS's client compares what comes with the bodies of messages.
    md5: false,
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
const computed =
  /^(Checksum|SSECustomer|CopySourceSSECustomer|ContentMD5|(Response)?Expires|MpuObjectSize|ContentLength)/;
const leftOut = (service: WireServiceId) => (member: Member) =>
  service === "s3" && (computed.test(member.name) || member.traits.httpPrefixHeaders === "");

const s3Facts = createFactFinder("s3");

function sampleInput(service: WireServiceId, { input }: OperationModel): Record<string, unknown> {
  const sample = sampleStructure(input, leftOut(service));
  if (service === "s3") {
    if (sample.Bucket) sample.Bucket = "some-bucket";
    if (sample.Key) sample.Key = "folder//a b+ü%/🌿?&=#.csv";
    if (sample.Prefix) sample.Prefix = "a b+ü&=";
    // S3 knows the values of a header or parameter when it reads them.
    for (const member of input.members.filter(isBound)) {
      const facts = s3Facts.ofMember(input.name, member.name);
      const values = (facts.values ?? s3Facts.named(facts.element).values)?.split("|");
      if (values && sample[member.name]) sample[member.name] = facts.values ? values.at(-1) : values;
    }
  }
  const stream = streamOf(input);
  if (stream) sample[stream] = "the body";
  return sample;
}

const streamOf = ({ members }: StructureShape) => members.find(({ shape }) => shape.kind === "streamingBlob")?.name;

/** Strips the classes that the clients wrap bytes and texts in. */
function plain(value: unknown): unknown {
  if (value instanceof String) return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, plain(inside)]));
}

function without(value: Record<string, unknown>, ...names: (string | undefined)[]): unknown {
  return plain(Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))));
}

const eventStream = "it answers with an event stream, which its protocol does not write here";
/** Operations that the test does not call, with the reason. */
const notDriven: Readonly<Record<string, string>> = {
  "sagemaker-runtime.InvokeEndpointWithResponseStream":
    "its events are written and read in protocols/event-stream.test.ts",
  "logs.GetLogObject": eventStream,
  "logs.StartLiveTail": eventStream,
  "kinesis.SubscribeToShard": eventStream,
  "s3.SelectObjectContent": eventStream,
  "s3.ListDirectoryBuckets": "clients sign it for s3express, an endpoint of its own",
  "s3.WriteGetObjectResponse": "clients sign it for s3-object-lambda, an endpoint of its own",
};

/** Every service in the protocol that its client speaks by itself, then in those that a client can be told to speak. */
const spoken = [
  ...loaded.map((service) => ({ ...service, how: "", options: {} })),
  ...loaded
    .filter(({ service }) => service.rpcV2Cbor)
    .map((service) => ({ ...service, how: " in CBOR", options: { protocol: AwsSmithyRpcV2CborProtocol } })),
];

describe.each(spoken)("$service.id$how", ({ service, client, model, operations, options }) => {
  test.each(operations.filter((name) => notDriven[`${service.id}.${name}`] === undefined))("%s", async (name) => {
    const operation = model.operations.get(name)!;
    const input = sampleInput(service.id, operation);
    const output = sampleStructure(operation.output, leftOut(service.id));
    handled.answer = output;
    const answered = await callWith(client, name, input, options);
    const [sent, given] = [streamOf(operation.input), streamOf(operation.output)];
    if (sent) expect(handled.streamed).toBe("the body");
    if (given) expect(await answered[given].transformToString()).toBe(given);
    expect(without(handled.input, sent, "ContentLength")).toEqual(without(input, sent));
    expect(without(answered, given)).toEqual(without(output, given));
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
  const cbor = { protocol: AwsSmithyRpcV2CborProtocol };
  const cases: [WireServiceId, string, object, Fault, object, object?][] = [
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
      "cloudwatch",
      "ListMetrics",
      {},
      new Fault("InvalidParameterValue", "Größer"),
      { name: "InvalidParameterValueException", status: 400 },
      cbor,
    ],
    [
      "cloudwatch",
      "PutDashboard",
      {},
      new Fault("InvalidParameterInput", "No", { members: { dashboardValidationMessages: [{ Message: "m" }] } }),
      { name: "DashboardInvalidInputError", status: 400, dashboardValidationMessages: [{ Message: "m" }] },
      cbor,
    ],
    [
      "cloudwatch",
      "ListMetrics",
      {},
      new Fault("InternalServiceFault", "Oh", { status: 500 }),
      { name: "InternalServiceFault", status: 500 },
      cbor,
    ],
    [
      "cloudwatch",
      "ListMetrics",
      {},
      new Fault("ValidationError", "1 validation error"),
      { name: "ValidationException", status: 400 },
      cbor,
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
  test.each(cases)(
    "%s %s",
    async (id, operation, input, fault, { status, ...members }: { status?: number }, options) => {
      handled.answer = fault;
      const { client } = loaded.find(({ service }) => service.id === id)!;
      const error = await callWith(client, operation, input, options).catch((thrown) => thrown);
      expect(error).toMatchObject(members);
      expect(error.$metadata).toMatchObject({ httpStatusCode: status, requestId: "the-request" });
      if (operation !== "HeadObject") expect(error.message).toBe(fault.message);
    },
  );

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
    wire = emptyWire;
    const { client } = loaded.find(({ service }) => service.id === id)!;
    const error = await callWith(client, operation, input).catch((thrown) => thrown);
    wire = wholeWire;
    const name = id === "s3" ? "NotImplemented" : "UnsupportedOperation";
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 501 } });
    expect(error.message).toBe(
      `${title} is not built in Sagebrush 0; this server lists what is built at /_sagebrush/guide/coverage.`,
    );
  });
});
