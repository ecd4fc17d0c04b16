import type { ModelVariantConfig } from "@aws-sdk/client-sagemaker";
import { expect } from "vitest";
import { clientsOf, patience, untilNothingIsLeft } from "./clients.ts";
import { deployModel } from "./deployed-model.ts";
import { checkEvents } from "./events-in.ts";
import type { KilledKind } from "./killed-kind.ts";
import type { TestServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

const variant = (VariantName: string, ModelName: string): ModelVariantConfig => ({
  ...{ VariantName, ModelName },
  InfrastructureConfig: {
    InfrastructureType: "RealTimeInference",
    RealTimeInferenceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1 },
  },
});

const experiment = (server: TestServer, name: string) =>
  clientsOf(server).sagemaker.createInferenceExperiment({
    ...{ Name: `${name}-x`, EndpointName: name, RoleArn: role, Type: "ShadowMode" },
    ModelVariants: [variant("AllTraffic", "one"), variant("Shadow", "two")],
    ShadowModeConfig: {
      SourceModelVariantName: "AllTraffic",
      ShadowModelVariants: [{ ShadowModelVariantName: "Shadow", SamplingPercentage: 100 }],
    },
  });
const stop = (server: TestServer, name: string) =>
  clientsOf(server).sagemaker.stopInferenceExperiment({
    Name: `${name}-x`,
    ModelVariantActions: { AllTraffic: "Retain", Shadow: "Remove" },
    DesiredState: "Completed",
  });
const untilIs = (server: TestServer, name: string, status: string) =>
  expect
    .poll(
      async () => (await clientsOf(server).sagemaker.describeInferenceExperiment({ Name: `${name}-x` })).Status,
      patience,
    )
    .toBe(status);
const endsAt = (point: string) => point === "inference-experiment:before-ended";

/** Its endpoint, on a configuration of the endpoints before it, gets a shadow variant and loses it again. */
export const killedInferenceExperiment: KilledKind = {
  async prepare() {},
  async before(server, name, point) {
    await deployModel(server, name, "one");
    if (!endsAt(point)) return;
    await experiment(server, name);
    await untilIs(server, name, "Running");
  },
  async cause(server, name, point) {
    await (endsAt(point) ? stop : experiment)(server, name).catch(() => {});
  },
  async check(server, name, point) {
    const { sagemaker } = clientsOf(server);
    if (!endsAt(point)) {
      await untilIs(server, name, "Running");
      const { ShadowProductionVariants } = await sagemaker.describeEndpoint({ EndpointName: name });
      expect(ShadowProductionVariants).toMatchObject([{ VariantName: "Shadow", CurrentInstanceCount: 1 }]);
      await stop(server, name);
    }
    await untilIs(server, name, "Completed");
    const after = await sagemaker.describeEndpoint({ EndpointName: name });
    expect(after).toMatchObject({ EndpointConfigName: "one", EndpointStatus: "InService" });
    expect(after.ShadowProductionVariants).toBeUndefined();
    const { EndpointConfigs } = await sagemaker.listEndpointConfigs({ NameContains: `${name}-x` });
    expect(EndpointConfigs).toEqual([]);
    checkEvents(server.home, `${name}-x`);
    await sagemaker.deleteInferenceExperiment({ Name: `${name}-x` });
    await sagemaker.deleteEndpoint({ EndpointName: name });
    await untilNothingIsLeft(server, name);
  },
};
