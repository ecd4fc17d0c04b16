import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { InferenceComponentSpecification } from "@aws-sdk/client-sagemaker";
import { expect } from "vitest";
import { clientsOf, linesOf, patience, sumOf, untilNothingIsLeft } from "./clients.ts";
import { untilStatus } from "./deployed-model.ts";
import type { KilledKind } from "./killed-kind.ts";
import type { TestServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

/** The endpoint that hosts them all; three copies fit on its instance, so room that a kill leaves taken is soon missed. */
const EndpointName = "host-of-components";
const row = "0.9,0.9,0,0,0,0,0,0";

/** The models are those of the endpoints before it. */
const specified = (ModelName: string): InferenceComponentSpecification => ({
  ModelName,
  ComputeResourceRequirements: { NumberOfCpuCoresRequired: 0.5, MinMemoryRequiredInMb: 2700 },
});

const create = (server: TestServer, InferenceComponentName: string, model: string, CopyCount: number) =>
  clientsOf(server).sagemaker.createInferenceComponent({
    ...{ InferenceComponentName, EndpointName, VariantName: "AllTraffic" },
    Specification: specified(model),
    RuntimeConfig: { CopyCount },
  });

const describe = (server: TestServer, InferenceComponentName: string) =>
  clientsOf(server).sagemaker.describeInferenceComponent({ InferenceComponentName });
const statusOf = async (server: TestServer, name: string) => (await describe(server, name)).InferenceComponentStatus;

const update = (server: TestServer, InferenceComponentName: string, isRolling: boolean) =>
  clientsOf(server).sagemaker.updateInferenceComponent({
    InferenceComponentName,
    Specification: specified("two"),
    ...(isRolling && {
      DeploymentConfig: {
        RollingUpdatePolicy: { MaximumBatchSize: { Type: "COPY_COUNT", Value: 1 }, WaitIntervalInSeconds: 0 },
      },
    }),
  });

/** What brings the server to a point when it is not the creation. */
const causes: Readonly<Record<string, (server: TestServer, name: string) => Promise<unknown>>> = {
  "inference-component:before-scaled": (server, InferenceComponentName) =>
    clientsOf(server).sagemaker.updateInferenceComponentRuntimeConfig({
      InferenceComponentName,
      DesiredRuntimeConfig: { CopyCount: 2 },
    }),
  "inference-component:before-shift": (server, name) => update(server, name, true),
  "inference-component:before-stop": (server, name) => update(server, name, false),
  "inference-component:after-stop": (server, name) => update(server, name, false),
  "inference-component:before-removed": (server, InferenceComponentName) =>
    clientsOf(server).sagemaker.deleteInferenceComponent({ InferenceComponentName }),
};
const isRolling = (point: string) => point.endsWith(":before-shift");
const fails = (point: string) => point.endsWith(":before-failed");
const copiesAfter = (point: string) => (isRolling(point) || point.endsWith(":before-scaled") ? 2 : 1);
const streamsAfter = (point: string) =>
  isRolling(point) ? 4 : point in causes && !point.endsWith(":before-removed") ? 2 : 1;

/** It answers with its copies, or has failed; deleted, nothing of it is left, and each of its lines was kept once. */
export const killedInferenceComponent: KilledKind = {
  async prepare(server) {
    const { sagemaker } = clientsOf(server);
    await sagemaker.createEndpointConfig({
      EndpointConfigName: EndpointName,
      ExecutionRoleArn: role,
      ProductionVariants: [{ VariantName: "AllTraffic", InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
    });
    await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: EndpointName });
    await untilStatus(server, EndpointName);
  },
  async before(server, name, point) {
    if (!causes[point]) return;
    await create(server, name, "one", isRolling(point) ? 2 : 1);
    await expect.poll(() => statusOf(server, name), patience).toBe("InService");
  },
  async cause(server, name, point) {
    const cause = causes[point] ?? (() => create(server, name, fails(point) ? "broken" : "one", 1));
    await cause(server, name).catch(() => {});
  },
  async check(server, name, point) {
    const { runtime, sagemaker } = clientsOf(server);
    const InferenceComponentName = name;
    if (!point.endsWith(":before-removed")) {
      await expect.poll(() => statusOf(server, name), patience).toBe(fails(point) ? "Failed" : "InService");
      if (!fails(point)) {
        const asked = { EndpointName, InferenceComponentName, Body: row, ContentType: "text/csv" };
        const answer = await runtime.invokeEndpoint(asked);
        expect(Number(answer.Body.transformToString())).toBeGreaterThan(0.8);
        await expect.poll(() => readdirSync(join(server.home, "runs")).length, patience).toBe(copiesAfter(point));
        const copies = copiesAfter(point);
        const counts = { DesiredCopyCount: copies, CurrentCopyCount: copies };
        expect((await describe(server, name)).RuntimeConfig).toEqual(counts);
        const metric = { Namespace: "AWS/SageMaker", MetricName: "Invocations" };
        await expect.poll(() => sumOf(server, metric, { InferenceComponentName }, "Sum"), patience).toBe(1);
      }
      await sagemaker.deleteInferenceComponent({ InferenceComponentName });
    }
    const refusal = () => statusOf(server, name).catch((error: Error) => error.message);
    await expect.poll(refusal, patience).toContain("Could not find inference component");
    await untilNothingIsLeft(server, name);
    const streams = await linesOf(server, `/aws/sagemaker/InferenceComponents/${name}`, "AllTraffic/");
    expect(streams).toHaveLength(streamsAfter(point));
    for (const lines of streams) {
      const listening = lines.filter((line) => line.includes("Model server listens"));
      expect(listening, lines.join("\n")).toHaveLength(fails(point) ? 0 : 1);
    }
  },
};
