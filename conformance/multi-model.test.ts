import type { ContainerDefinition } from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test, vi } from "vitest";
import { clientsOf, patience, sumOf } from "./clients.ts";
import { putArchive, treeModel } from "./model-archive.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { region, useServer } from "./server.ts";
import { role, xgboost } from "./xgboost-job.ts";

const server = useServer({ environment: scriptEnvironments });
const Bucket = "multi-model";
const base = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0";
const clients = () => clientsOf(server);
const put = (name: string, files: Record<string, string>) => putArchive(server, Bucket, name, files);

beforeAll(async () => {
  await clients().s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await put("trees/low.tar.gz", { "xgboost-model": treeModel(0.5, 1, 2) });
  await put("trees/deeper/high.tar.gz", { "xgboost-model": treeModel(0.5, 100, 200) });
  await put("trees/empty.tar.gz", { "below/README.txt": "no model" });
  await clients().s3.putObject({ Bucket, Key: "trees/broken.tar.gz", Body: "no archive" });
});

async function deploy(name: string, container: ContainerDefinition, isolated = false): Promise<void> {
  const { sagemaker } = clients();
  await sagemaker.createModel({
    ModelName: name,
    ExecutionRoleArn: role,
    EnableNetworkIsolation: isolated,
    PrimaryContainer: { Mode: "MultiModel", ...container },
  });
  const ProductionVariants = [
    { VariantName: "A", ModelName: name, InstanceType: "ml.m5.large" as const, InitialInstanceCount: 1 },
  ];
  await sagemaker.createEndpointConfig({ EndpointConfigName: name, ProductionVariants });
  await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
  const statusOf = async () => (await sagemaker.describeEndpoint({ EndpointName: name })).EndpointStatus;
  await expect.poll(statusOf, patience).toBe("InService");
}

const ask = (EndpointName: string, TargetModel: string | undefined, Body: string, ContentType = "text/csv") =>
  clients()
    .runtime.invokeEndpoint({ EndpointName, TargetModel, Body, ContentType })
    .then(
      (answer) => answer.Body.transformToString(),
      (error: Error) => `${error.name}: ${error.message}`,
    );

test("models of a built-in algorithm are loaded when they are asked for", async () => {
  const EndpointName = "trees";
  await deploy(EndpointName, { Image: xgboost, ModelDataUrl: `s3://${Bucket}/trees/` });
  expect(await ask(EndpointName, "low.tar.gz", "0.1,1")).toBe("1.0\n");
  expect(await Promise.all([0, 1, 2].map(() => ask(EndpointName, "deeper/high.tar.gz", "0.9,1")))).toEqual([
    "200.0\n",
    "200.0\n",
    "200.0\n",
  ]);
  expect(await ask(EndpointName, "low.tar.gz", "0.9,1")).toBe("2.0\n");

  const missing = `Failed to download model data(bucket: ${Bucket}, key: trees/none.tar.gz). Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the model.`;
  expect(await ask(EndpointName, "none.tar.gz", "0.9,1")).toBe(`ValidationError: ${missing}`);
  expect(await ask(EndpointName, "broken.tar.gz", "0.9,1")).toMatch(
    /^ValidationError: Failed to extract model data archive .* Please ensure that the object located at the URL is a valid tar\.gz archive/,
  );
  expect(await ask(EndpointName, "empty.tar.gz", "0.9,1")).toMatch(
    /^ModelError: Received server error \(500\) from primary with message "The model empty\.tar\.gz could not be loaded: The model data holds no model: no file at its top\."/,
  );
  expect(await ask(EndpointName, undefined, "0.9,1")).toMatch(
    /^ValidationError: Endpoint trees has many models: name one/,
  );
  // The endpoint is as before.
  expect(await ask(EndpointName, "low.tar.gz", "0.1,1")).toBe("1.0\n");

  await put("trees/later.tar.gz", { "xgboost-model": treeModel(0.5, -1, -2) });
  expect(await ask(EndpointName, "later.tar.gz", "0.1,1")).toBe("-1.0\n");

  const sum = (MetricName: string) =>
    sumOf(server, { Namespace: "AWS/SageMaker", MetricName }, { EndpointName, VariantName: "A" }, "Sum");
  // Of the three that asked at once, one began the loading.
  await vi.waitUntil(async () => (await sum("ModelCacheHit")) === 4, patience);
  expect(await sum("ModelLoadingWaitTime")).toBeGreaterThan(0);
  expect(await sum("ModelDownloadingTime")).toBeGreaterThan(0);
  expect(await sum("ModelLoadingTime")).toBeGreaterThan(0);
  await clients().sagemaker.deleteEndpoint({ EndpointName });
});

const script = (words: string) => `
import os
def model_fn(folder):
    word = open(os.path.join(folder, "word.txt")).read()
    if word == "bad":
        raise ValueError("a bad word")
    return word
def transform_fn(word, body, content_type, accept):
    if body == "die":
        os._exit(3)
    return word + ${words} + body, "text/plain"
`;

test.each([false, true])("each model has a script of its own; isolated from the network: %s", async (isolated) => {
  const EndpointName = `scripts-${isolated}`;
  const prefix = `scripts-${isolated}`;
  for (const word of ["one", "two", "bad"])
    await put(`${prefix}/${word}.tar.gz`, { "word.txt": word, "code/inference.py": script(`" of ${word}: "`) });
  await deploy(EndpointName, { Image: base, ModelDataUrl: `s3://${Bucket}/${prefix}` }, isolated);
  expect(await ask(EndpointName, "one.tar.gz", "x")).toBe("one of one: x");
  expect(await ask(EndpointName, "two.tar.gz", "x")).toBe("two of two: x");
  expect(await ask(EndpointName, "bad.tar.gz", "x")).toContain(
    "The model bad.tar.gz could not be loaded: ValueError: a bad word",
  );
  expect(await ask(EndpointName, "one.tar.gz", "die")).toContain("The script's process ended with code 3");
  expect(await ask(EndpointName, "two.tar.gz", "y")).toBe("two of two: y");
  expect(await ask(EndpointName, "one.tar.gz", "y")).toBe("one of one: y");
  await clients().sagemaker.deleteEndpoint({ EndpointName });
});

/** The container contract for many models, of which it has room for one. */
const program = `#!/usr/bin/env node
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
const models = new Map();
createServer(async (request, response) => {
  let text = "";
  for await (const bytes of request) text += bytes;
  const [, , name, action] = request.url.split("/");
  const answer = (status, body) => {
    response.statusCode = status;
    response.end(body);
  };
  if (request.url === "/ping") return answer(200, "");
  if (request.url === "/models") {
    const { model_name, url } = JSON.parse(text);
    if (models.size > 0) return answer(507, "full");
    models.set(model_name, readFileSync(url + "/word.txt", "utf8"));
    return answer(200, "{}");
  }
  if (!models.has(name)) return answer(404, "no such model");
  if (request.method === "DELETE") return answer(200, String(models.delete(name)));
  answer(200, models.get(name) + " " + request.headers["x-amzn-sagemaker-target-model"] + " " + text);
}).listen(process.env.SAGEBRUSH_SOCKET);
`;

test("a program of the user's has many models, and those that were not asked for the longest leave when it is full", async () => {
  for (const word of ["one", "two"]) await put(`program/${word}.tar.gz`, { "word.txt": word });
  const source = await put("program-source.tar.gz", { serve: program });
  await deploy("program", {
    Image: base,
    ModelDataUrl: `s3://${Bucket}/program/`,
    Environment: { SAGEMAKER_SUBMIT_DIRECTORY: source },
  });
  for (const word of ["one", "two", "one", "one"])
    expect(await ask("program", `${word}.tar.gz`, "x")).toBe(`${word} ${word}.tar.gz x`);
  await clients().sagemaker.deleteEndpoint({ EndpointName: "program" });
});

test("what a multi-model container cannot have is refused", async () => {
  const create = (more: object) =>
    clients().sagemaker.createModel({
      ModelName: "refused",
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: xgboost, ...more },
    });
  await expect(create({ Mode: "MultiModel" })).rejects.toThrow("needs the prefix of its models as its ModelDataUrl");
  await expect(create({ MultiModelConfig: { ModelCacheSetting: "Disabled" } })).rejects.toThrow(
    "MultiModelConfig is for a container with Mode MultiModel",
  );
});
