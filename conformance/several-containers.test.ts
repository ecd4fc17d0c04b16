import type { ContainerDefinition } from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { putArchive, treeModel } from "./model-archive.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { region, useServer } from "./server.ts";
import { role, xgboost } from "./xgboost-job.ts";

const server = useServer({ environment: scriptEnvironments });
const Bucket = "several-containers";
const base = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0";
const clients = () => clientsOf(server);

/** Reads {"a": 1, "b": 2} and writes a row of CSV. */
const before = `
import json
def model_fn(folder):
    return None
def transform_fn(model, body, content_type, accept):
    row = json.loads(body)
    if "a" not in row:
        raise ValueError("no a")
    return f"{row['a']},{row['b']}", "text/csv"
`;
/** Answers by itself, in Node, what it was asked and how. */
const after = `import { createServer } from "node:http";
createServer(async (request, response) => {
  let text = "";
  for await (const bytes of request) text += bytes;
  const { accept, "content-type": type } = request.headers;
  const attributes = request.headers["x-amzn-sagemaker-custom-attributes"];
  response.setHeader("content-type", "application/json");
  response.setHeader("x-amzn-sagemaker-custom-attributes", "from the last");
  response.end(JSON.stringify({ text, type, accept, attributes, root: process.env.SM_MODEL_DIR }));
}).listen(Number(process.env.SAGEMAKER_BIND_TO_PORT));
`;

let containers: ContainerDefinition[];
beforeAll(async () => {
  await clients().s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const archive = (name: string, files: Record<string, string>) => putArchive(server, Bucket, name, files);
  containers = [
    { Image: base, ModelDataUrl: await archive("before.tar.gz", { "code/inference.py": before }) },
    { Image: xgboost, ModelDataUrl: await archive("trees.tar.gz", { "xgboost-model": treeModel(0.5, 10, 20) }) },
    {
      Image: base,
      ModelDataUrl: await archive("after.tar.gz", { "code/server.mjs": after }),
      Environment: { SAGEMAKER_PROGRAM: "server.mjs" },
    },
  ];
});

const create = (ModelName: string, Containers: ContainerDefinition[], more: object = {}) =>
  clients().sagemaker.createModel({ ModelName, ExecutionRoleArn: role, Containers, ...more });

async function deploy(name: string, Containers: ContainerDefinition[], more: object = {}, status = "InService") {
  const { sagemaker } = clients();
  await create(name, Containers, more);
  const ProductionVariants = [
    { VariantName: "A", ModelName: name, InstanceType: "ml.m5.large" as const, InitialInstanceCount: 1 },
  ];
  await sagemaker.createEndpointConfig({ EndpointConfigName: name, ProductionVariants });
  await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
  await expect
    .poll(async () => (await sagemaker.describeEndpoint({ EndpointName: name })).EndpointStatus, patience)
    .toBe(status);
}

test("a pipeline asks its containers in turn, each about what the one before answered", async () => {
  const EndpointName = "pipeline";
  await deploy(EndpointName, containers);
  const answer = await clients().runtime.invokeEndpoint({
    EndpointName,
    Body: '{"a": 0.9, "b": 3}',
    ContentType: "application/json",
    Accept: "x/y",
    CustomAttributes: "mine",
  });
  expect(answer).toMatchObject({ ContentType: "application/json", CustomAttributes: "from the last" });
  expect(JSON.parse(answer.Body.transformToString())).toEqual({
    text: "20.0\n",
    type: "text/csv",
    accept: "x/y",
    attributes: "mine",
    root: "/opt/ml/model",
  });
  const failed = await clients()
    .runtime.invokeEndpoint({ EndpointName, Body: '{"b": 1}', ContentType: "application/json" })
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({
    name: "ModelError",
    OriginalStatusCode: 500,
    message: expect.stringMatching(/^Received server error \(500\) from container_1 with message "no a/),
  });
  const described = await clients().sagemaker.describeModel({ ModelName: EndpointName });
  expect(described.Containers?.map(({ Image, Mode }) => [Image, Mode])).toEqual(
    containers.map(({ Image }) => [Image, "SingleModel"]),
  );
  await clients().sagemaker.deleteEndpoint({ EndpointName });
});

test("containers that are invoked directly are named by the request", async () => {
  const EndpointName = "direct";
  const named = containers.slice(0, 2).map((one, index) => ({ ...one, ContainerHostname: ["before", "trees"][index] }));
  await deploy(EndpointName, named, { InferenceExecutionConfig: { Mode: "Direct" } });
  const ask = (Body: string, ContentType: string, TargetContainerHostname?: string) =>
    clients()
      .runtime.invokeEndpoint({ EndpointName, Body, ContentType, TargetContainerHostname })
      .then(
        ({ Body }) => Body.transformToString(),
        (error: Error) => `${error.name}: ${error.message}`,
      );
  expect(await ask('{"a": 7, "b": 8}', "application/json", "before")).toBe("7,8");
  expect(await ask("0.1,2", "text/csv", "trees")).toBe("10.0\n");
  expect(await ask("x", "image/png", "trees")).toContain("Received client error (415) from trees");
  expect(await ask("0.1,2", "text/csv")).toMatch(
    /^ValidationError: TargetContainerHostname is needed: .* before, trees\.$/,
  );
  expect(await ask("0.1,2", "text/csv", "other")).toContain("ValidationError: There is no container other");
  await clients().sagemaker.deleteEndpoint({ EndpointName });
});

test("one container that cannot start fails all, by its name", async () => {
  const broken = { ...containers[1]!, ModelDataUrl: containers[0]!.ModelDataUrl };
  await deploy("broken", [containers[0]!, broken], {}, "Failed");
  const { FailureReason } = await clients().sagemaker.describeEndpoint({ EndpointName: "broken" });
  expect(FailureReason).toMatch(
    /^The container_2 container for production variant A did not pass the ping health check/,
  );
  await clients().sagemaker.deleteEndpoint({ EndpointName: "broken" });
});

test.each<[string, () => ContainerDefinition[], object, string]>([
  ["sixteen", () => Array.from({ length: 16 }, () => containers[1]!), {}, "less than or equal to 15"],
  ["no-names", () => containers, { InferenceExecutionConfig: { Mode: "Direct" } }, "Direct needs a ContainerHostname"],
  ["same-names", () => containers.map((one) => ({ ...one, ContainerHostname: "a" })), {}, '"a" is given twice'],
  [
    "two-pythons",
    () => [
      containers[0]!,
      { ...containers[0]!, Image: base.replace("base-python-311", "scikit-learn").replace("1.0", "1.2-1") },
    ],
    {},
    "need different Pythons (base-python, scikit-learn-1.2) is not built",
  ],
])("refuses %s", async (name, several, more, words) => {
  await expect(create(name, several(), more)).rejects.toThrow(words);
});
