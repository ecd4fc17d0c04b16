import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ResponseStream } from "@aws-sdk/client-sagemaker-runtime";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, patience, sumOf } from "./clients.ts";
import { deployModel, untilStatus } from "./deployed-model.ts";
import { configureProgram, programImage, putProgram } from "./model-program.ts";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

const server = useServer({
  environment: {
    ...scriptEnvironments,
    SAGEBRUSH_SERVERLESS_IDLE_SECONDS: "1",
    SAGEBRUSH_INVOCATION_PAYLOAD_BYTES: "8000000",
  },
});
const EndpointName = "Streams";
const clients = () => clientsOf(server);

/** "steps": a part, then another one for each request "go"; "break": a part and no end; "endless": parts without end. */
const program = `
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
const own = randomUUID();
let go = () => {};
createServer(async (request, response) => {
  if (request.url === "/ping") return response.end();
  let body = "";
  for await (const chunk of request) body += chunk;
  if (body.length > 1000) return response.end(String(body.length));
  response.setHeader("content-type", request.headers.accept ?? "text/plain");
  response.setHeader("x-amzn-sagemaker-custom-attributes", request.headers["x-amzn-sagemaker-custom-attributes"] ?? "none");
  if (body === "go") return go(), response.end("gone");
  if (body === "steps") {
    response.write("one");
    await new Promise((resolve) => (go = resolve));
    return response.end("two");
  }
  if (body === "break") return response.write("one", () => response.destroy());
  if (body === "endless") {
    const timer = setInterval(() => response.write("x"), 10);
    response.on("close", () => (clearInterval(timer), console.log("the caller left")));
    return;
  }
  const session = request.headers["x-amzn-sagemaker-session-id"];
  if (session === "NEW_SESSION") response.setHeader("X-Amzn-SageMaker-New-Session-Id", own + "; Expires=2099-01-01T00:00:00Z");
  if (body === "close") response.setHeader("X-Amzn-SageMaker-Closed-Session-Id", session);
  if (session) return response.end(own);
  console.log("got", body, request.headers["x-amzn-sagemaker-inference-id"]);
  if (body === "fine") return response.end(process.env.NAME);
  response.statusCode = 422;
  response.end("not " + body);
}).listen(process.env.SAGEBRUSH_SOCKET);
`;

beforeAll(async () => {
  await configureProgram(server, "streams", await putProgram(server, "streams", program));
});

async function linesOf(name: string): Promise<(string | undefined)[]> {
  const { events = [] } = await clients().logs.filterLogEvents({ logGroupName: `/aws/sagemaker/Endpoints/${name}` });
  return events.map(({ message }) => message);
}

const stream = (Body: string, more: object = {}) =>
  clients().runtime.invokeEndpointWithResponseStream({ EndpointName, Body, ...more });
const textOf = (event: ResponseStream) => Buffer.from(event.PayloadPart!.Bytes!).toString();

test("parts reach the SDK for JavaScript as the model server writes them", async () => {
  await deployModel(server, EndpointName, "streams");
  const answer = await stream("steps", { Accept: "text/x-parts", CustomAttributes: "trace=7" });
  expect(answer).toMatchObject({
    ContentType: "text/x-parts",
    CustomAttributes: "trace=7",
    InvokedProductionVariant: "AllTraffic",
  });
  const parts = answer.Body![Symbol.asyncIterator]();
  expect(textOf((await parts.next()).value)).toBe("one");
  await clients().runtime.invokeEndpoint({ EndpointName, Body: "go" });
  expect(textOf((await parts.next()).value)).toBe("two");
  expect((await parts.next()).done).toBe(true);
});

test("a body may be as large as the setting says", async () => {
  const invoke = (bytes: number) => clients().runtime.invokeEndpoint({ EndpointName, Body: "x".repeat(bytes) });
  expect((await invoke(8_000_000)).Body.transformToString()).toBe("8000000");
  await expect(invoke(8_000_001)).rejects.toMatchObject({
    name: "ValidationError",
    message: expect.stringContaining("less than or equal to 8000000"),
  });
});

test("a stream that breaks is ModelStreamError, and a refusal before it is ModelError", async () => {
  const seen: string[] = [];
  const reading = async () => {
    for await (const event of (await stream("break")).Body!) seen.push(textOf(event));
  };
  await expect(reading()).rejects.toMatchObject({ name: "ModelStreamError", ErrorCode: "StreamBroken" });
  expect(seen).toEqual(["one"]);
  await expect(stream("something")).rejects.toMatchObject({
    name: "ModelError",
    OriginalStatusCode: 422,
    OriginalMessage: "not something",
    $metadata: { httpStatusCode: 424 },
  });
  await expect(stream("x", { EndpointName: "Nowhere" })).rejects.toMatchObject({ name: "ValidationError" });
});

test("a caller that goes away ends the request of the model server", async () => {
  const leaving = new AbortController();
  const answer = await clients().runtime.invokeEndpointWithResponseStream(
    { EndpointName, Body: "endless" },
    { abortSignal: leaving.signal },
  );
  const parts = answer.Body![Symbol.asyncIterator]();
  expect(textOf((await parts.next()).value)).toMatch(/^x+$/);
  leaving.abort();
  await parts.return?.().catch(() => {});
  await expect.poll(() => linesOf(EndpointName), patience).toContain("the caller left");
});

test("boto3 reads parts, and the error that ends them", async (context) => {
  const said = await runPython(
    context,
    server,
    "v3",
    `
import boto3
from botocore.exceptions import EventStreamError
runtime = boto3.client("sagemaker-runtime")
answer = runtime.invoke_endpoint_with_response_stream(EndpointName="${EndpointName}", Body="steps", Accept="text/x-parts")
print(answer["ContentType"], answer["InvokedProductionVariant"])
for event in answer["Body"]:
    print(event["PayloadPart"]["Bytes"].decode())
    if event["PayloadPart"]["Bytes"] == b"one":
        print(runtime.invoke_endpoint(EndpointName="${EndpointName}", Body="go")["Body"].read().decode())
try:
    for event in runtime.invoke_endpoint_with_response_stream(EndpointName="${EndpointName}", Body="break")["Body"]:
        print(event["PayloadPart"]["Bytes"].decode())
except EventStreamError as error:
    print(error)
`,
  );
  expect(said.trim().split("\n")).toEqual([
    "text/x-parts AllTraffic",
    ...["one", "gone", "two", "one"],
    "An error occurred (ModelStreamError) when calling the InvokeEndpointWithResponseStream operation: The model server broke off its answer.",
  ]);
});

test("a shadow variant gets each request, and boto3 keeps a session with one instance", async (context) => {
  const url = await putProgram(server, "modes", program);
  await configureProgram(server, "shadow", url);
  await configureProgram(server, "modes", url, undefined, {
    ShadowProductionVariants: [
      { VariantName: "Shadow", ModelName: "shadow", InstanceType: "ml.m5.large", InitialInstanceCount: 1 },
    ],
  });
  await deployModel(server, "Modes", "modes");
  const { runtime, sagemaker } = clients();
  for (const InferenceId of ["i-1", "i-2", "i-3"]) {
    const answer = await runtime.invokeEndpoint({ EndpointName: "Modes", Body: "fine", InferenceId });
    expect([answer.InvokedProductionVariant, answer.Body.transformToString()]).toEqual(["AllTraffic", "modes"]);
  }
  const copies = async () => {
    const { events = [] } = await clients().logs.filterLogEvents({
      logGroupName: "/aws/sagemaker/Endpoints/Modes",
      logStreamNamePrefix: "Shadow/",
      filterPattern: "got fine",
    });
    return events.map(({ message }) => message).sort();
  };
  await expect.poll(copies, patience).toEqual(["got fine i-1", "got fine i-2", "got fine i-3"]);
  await sagemaker.updateEndpointWeightsAndCapacities({
    EndpointName: "Modes",
    DesiredWeightsAndCapacities: [{ VariantName: "AllTraffic", DesiredInstanceCount: 2 }],
  });
  await untilStatus(server, "Modes");
  const said = await runPython(
    context,
    server,
    "v3",
    `
import boto3
runtime = boto3.client("sagemaker-runtime")
def ask(body, session):
    answer = runtime.invoke_endpoint(EndpointName="Modes", Body=body, SessionId=session)
    return answer["Body"].read().decode(), answer
begun = [ask("hello", "NEW_SESSION") for _ in range(24)]
print(len({own for own, _ in begun}))
own, answer = begun[0]
print(answer["NewSessionId"] == own + "; Expires=2099-01-01T00:00:00Z")
print({ask("more", own)[0] for _ in range(8)} == {own})
print(ask("close", own)[1]["ClosedSessionId"] == own)
try:
    ask("more", own)
except runtime.exceptions.ValidationError as error:
    print(error.response["Error"]["Code"])
`,
  );
  expect(said.trim().split("\n")).toEqual(["2", "True", "True", "True", "ValidationError"]);
});

test("the SageMaker SDK deploys a serverless endpoint, which has a model server only while it is asked", async (context) => {
  const url = await putProgram(server, "serverless", program);
  const before = readdirSync(join(server.home, "runs"));
  await runPython(
    context,
    server,
    "v2",
    `
from sagemaker.model import Model
from sagemaker.serverless import ServerlessInferenceConfig
model = Model(image_uri="${programImage}", model_data="${url}", role="${role}",
    env={"SAGEMAKER_PROGRAM": "serve.mjs", "NAME": "serverless"})
model.deploy(endpoint_name="Serverless", serverless_inference_config=ServerlessInferenceConfig(2048, 2))
`,
  );
  const { runtime, sagemaker } = clients();
  const own = () => readdirSync(join(server.home, "runs")).filter((run) => !before.includes(run));
  await expect.poll(own, patience).toEqual([]);
  const { EndpointStatus, ProductionVariants } = await sagemaker.describeEndpoint({ EndpointName: "Serverless" });
  expect(EndpointStatus).toBe("InService");
  expect(ProductionVariants).toMatchObject([{ CurrentServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 2 } }]);
  const answer = await runtime.invokeEndpoint({ EndpointName: "Serverless", Body: "fine" });
  expect(answer.Body.transformToString()).toBe("serverless");
  const dimensions = { EndpointName: "Serverless", VariantName: "AllTraffic" };
  const setup = { Namespace: "AWS/SageMaker", MetricName: "ModelSetupTime" };
  await expect.poll(() => sumOf(server, setup, dimensions, "SampleCount"), patience).toBe(1);
  expect(await sumOf(server, setup, dimensions, "Sum")).toBeGreaterThan(10_000);
  const held = await runtime.invokeEndpointWithResponseStream({ EndpointName: "Serverless", Body: "endless" });
  const other = await runtime.invokeEndpointWithResponseStream({ EndpointName: "Serverless", Body: "endless" });
  await expect(runtime.invokeEndpoint({ EndpointName: "Serverless", Body: "fine" })).rejects.toMatchObject({
    name: "ThrottlingException",
    $metadata: { httpStatusCode: 429 },
  });
  for (const { Body } of [held, other]) await Body![Symbol.asyncIterator]().return?.();
  await sagemaker.deleteEndpoint({ EndpointName: "Serverless" });
});
