import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CreateEndpointConfigInput, DeploymentConfig } from "@aws-sdk/client-sagemaker";
import { expect } from "vitest";
import { clientsOf, linesOf, patience, sumOf, untilNothingIsLeft } from "./clients.ts";
import { checkEvents } from "./events-in.ts";
import { asyncConfig, checkRequest, isOfRequest, sendRequest } from "./killed-async-request.ts";
import type { KilledKind } from "./killed-kind.ts";
import { Bucket, killedTrainingJob, modelOf } from "./killed-training-job.ts";
import type { TestServer } from "./server.ts";
import { role, xgboost } from "./xgboost-job.ts";

const trained = "model-of-endpoints";

async function configure(
  server: TestServer,
  name: string,
  ModelDataUrl: string,
  more: Partial<CreateEndpointConfigInput> = {},
): Promise<void> {
  const { sagemaker } = clientsOf(server);
  const PrimaryContainer = { Image: xgboost, ModelDataUrl };
  await sagemaker.createModel({ ModelName: name, ExecutionRoleArn: role, PrimaryContainer });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: name,
    ...more,
    ProductionVariants: [
      { VariantName: "AllTraffic", ModelName: name, InstanceType: "ml.m5.large", InitialInstanceCount: 1 },
    ],
  });
}

/** How many requests of an endpoint were captured; each must be another one. */
async function capturedOf(server: TestServer, EndpointName: string): Promise<number> {
  const { s3 } = clientsOf(server);
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: `captured/${EndpointName}/` });
  const files = await Promise.all(
    Contents.map(async ({ Key }) => (await s3.getObject({ Bucket, Key })).Body!.transformToString()),
  );
  const ids = files.flatMap((text) => text.match(/"eventId":"[^"]+"/g) ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  return ids.length;
}

const statusOf = async (server: TestServer, EndpointName: string) =>
  (await clientsOf(server).sagemaker.describeEndpoint({ EndpointName })).EndpointStatus;

const create = (server: TestServer, EndpointName: string, EndpointConfigName: string) =>
  clientsOf(server).sagemaker.createEndpoint({ EndpointName, EndpointConfigName });

const canary: DeploymentConfig = {
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: {
      Type: "CANARY",
      WaitIntervalInSeconds: 0,
      CanarySize: { Type: "CAPACITY_PERCENT", Value: 50 },
    },
  },
};

/** What brings the server to a point when it is not the creation. */
const causes: Readonly<Record<string, (server: TestServer, EndpointName: string) => Promise<unknown>>> = {
  "endpoint:before-scaled": (server, EndpointName) =>
    clientsOf(server).sagemaker.updateEndpointWeightsAndCapacities({
      EndpointName,
      DesiredWeightsAndCapacities: [{ VariantName: "AllTraffic", DesiredInstanceCount: 2 }],
    }),
  "endpoint:before-shift": (server, EndpointName) =>
    clientsOf(server).sagemaker.updateEndpoint({ EndpointName, EndpointConfigName: "two", DeploymentConfig: canary }),
  "endpoint:before-captured": (server, EndpointName) =>
    clientsOf(server).runtime.invokeEndpoint({ EndpointName, Body: row, ContentType: "text/csv" }),
  "endpoint:before-stop": (server, EndpointName) =>
    clientsOf(server).sagemaker.updateEndpoint({ EndpointName, EndpointConfigName: "two" }),
  "endpoint:after-stop": (server, EndpointName) =>
    clientsOf(server).sagemaker.updateEndpoint({ EndpointName, EndpointConfigName: "two" }),
  "endpoint:end-put": (server, EndpointName) => sendRequest(server, EndpointName, row),
  "endpoint:end-told": (server, EndpointName) => sendRequest(server, EndpointName, row),
  "endpoint:before-removed": (server, EndpointName) => clientsOf(server).sagemaker.deleteEndpoint({ EndpointName }),
};
const isCaptured = (point: string) => point === "endpoint:before-captured";
const row = "0.9,0.9,0,0,0,0,0,0";
const instancesAfter = (point: string) => (point === "endpoint:before-scaled" ? 2 : 1);
/** Whether a second instance came, beside the first or in its place. */
const hasTwoLogs = (point: string) =>
  point in causes && !isOfRequest(point) && !["endpoint:before-removed", "endpoint:before-captured"].includes(point);
const fails = (point: string) => point === "endpoint:before-failed";

async function untilGone(server: TestServer, name: string): Promise<void> {
  const refusal = () => statusOf(server, name).catch((error: Error) => error.message);
  await expect.poll(refusal, patience).toContain("Could not find endpoint");
  await untilNothingIsLeft(server, name);
}

/** It answers with one instance, or has failed; deleted, nothing of it is left, and each of its lines was kept once. */
export const killedEndpoint: KilledKind = {
  async prepare(server) {
    await killedTrainingJob.create(server, trained);
    const status = async () => (await killedTrainingJob.look(server, trained)).status;
    await expect.poll(status, patience).toBe("Completed");
    const model = await modelOf(server, trained);
    await configure(server, "one", model);
    await configure(server, "two", model);
    await configure(server, "captured", model, {
      DataCaptureConfig: {
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${Bucket}/captured`,
        CaptureOptions: [{ CaptureMode: "Input" }],
      },
    });
    await configure(server, "queued", model, { AsyncInferenceConfig: await asyncConfig(server) });
    await configure(server, "broken", `s3://${Bucket}/data/train.csv`);
  },
  async before(server, name, point) {
    if (!causes[point]) return;
    await create(server, name, isOfRequest(point) ? "queued" : isCaptured(point) ? "captured" : "one");
    await expect.poll(() => statusOf(server, name), patience).toBe("InService");
  },
  async cause(server, name, point) {
    const cause = causes[point] ?? (() => create(server, name, fails(point) ? "broken" : "one"));
    await cause(server, name).catch(() => {});
  },
  async check(server, EndpointName, point) {
    const { runtime, sagemaker } = clientsOf(server);
    if (point !== "endpoint:before-removed") {
      await expect.poll(() => statusOf(server, EndpointName), patience).toBe(fails(point) ? "Failed" : "InService");
      if (isOfRequest(point)) await checkRequest(server, EndpointName);
      else if (!fails(point)) {
        const answer = await runtime.invokeEndpoint({ EndpointName, Body: row, ContentType: "text/csv" });
        expect(Number(answer.Body.transformToString())).toBeGreaterThan(0.8);
        await expect.poll(() => readdirSync(join(server.home, "runs")).length, patience).toBe(instancesAfter(point));
        const dimensions = { EndpointName, VariantName: "AllTraffic" };
        const metric = { Namespace: "AWS/SageMaker", MetricName: "Invocations" };
        const counted = isCaptured(point) ? 2 : 1;
        await expect.poll(() => sumOf(server, metric, dimensions, "Sum"), patience).toBe(counted);
        if (isCaptured(point)) await expect.poll(() => capturedOf(server, EndpointName), patience).toBe(2);
      }
      await sagemaker.deleteEndpoint({ EndpointName });
    }
    await untilGone(server, EndpointName);
    checkEvents(server.home, EndpointName);
    const all = await linesOf(server, `/aws/sagemaker/Endpoints/${EndpointName}`, "AllTraffic/");
    // Beside the log of a model server may be that of its requests.
    const streams = all.filter((lines) => !lines.some((line) => line.startsWith(`${EndpointName}: `)));
    expect(streams).toHaveLength(hasTwoLogs(point) ? 2 : 1);
    for (const lines of streams) {
      const listening = lines.filter((line) => line.includes("Model server listens"));
      expect(listening, lines.join("\n")).toHaveLength(fails(point) ? 0 : 1);
      expect(lines.length).toBeGreaterThan(0);
    }
  },
};
