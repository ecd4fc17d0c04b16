import { expect, it } from "vitest";
import {
  actual,
  configure,
  context,
  describeEndpoint,
  EndpointName,
  Image,
  invoke,
  passTime,
  restartEngine,
  until,
  untilSettled,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import type { ActualEndpoint } from "./endpoint.ts";
import { runIdsOf } from "./endpoint-fleet.ts";

useEndpoint();

const fourAtOnce = { MemorySizeInMB: 2048, MaxConcurrency: 4 };

async function configureServerless(
  EndpointConfigName: string,
  ServerlessConfig: object = fourAtOnce,
  more: object = {},
  variant: object = {},
): Promise<void> {
  const ModelName = `${EndpointConfigName}-A`;
  const Environment = { NAME: ModelName };
  await context.call("sagemaker", "CreateModel", { ModelName, PrimaryContainer: { Image, Environment } });
  await context.call("sagemaker", "CreateEndpointConfig", {
    EndpointConfigName,
    ProductionVariants: [{ VariantName: "A", ModelName, ServerlessConfig, ...variant }],
    ...more,
  } as never);
}
async function createServerless(ServerlessConfig?: object): Promise<void> {
  await configureServerless("less", ServerlessConfig);
  await context.call("sagemaker", "CreateEndpoint", { EndpointName, EndpointConfigName: "less" });
  await untilStatus("InService");
}
const runs = () => context.executors.all[0]!.list();
const untilAsleep = async () => {
  await restartEngine(() => passTime(301_000));
  await until((found) => runIdsOf((found!.actual as ActualEndpoint).serving).length === 0);
  await untilSettled();
};
const update = (EndpointConfigName: string, more: object = {}) =>
  context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName, ...more });

it("has no model server while nobody asks, and one as soon as somebody does", async () => {
  await createServerless();
  const described = await describeEndpoint();
  expect(described.ProductionVariants).toMatchObject([
    { VariantName: "A", CurrentServerlessConfig: fourAtOnce, DesiredServerlessConfig: fourAtOnce },
  ]);
  expect(described.ProductionVariants![0]).not.toHaveProperty("CurrentInstanceCount");
  expect((await invoke("warm")).text).toBe("less-A: warm");
  await untilAsleep();
  expect(await runs()).toEqual([]);
  expect((await describeEndpoint()).EndpointStatus).toBe("InService");
  // All that come meanwhile wait for the same one.
  const answers = await Promise.all(["a", "b", "c"].map((text) => invoke(text)));
  expect(answers.map(({ text }) => text)).toEqual(["less-A: a", "less-A: b", "less-A: c"]);
  expect(await runs()).toHaveLength(1);
  await context.metrics.close();
  const { Datapoints } = await context.call("cloudwatch", "GetMetricStatistics", {
    ...{ Namespace: "AWS/SageMaker", MetricName: "ModelSetupTime", Period: 3600 },
    Dimensions: [
      { Name: "EndpointName", Value: EndpointName },
      { Name: "VariantName", Value: "A" },
    ],
    StartTime: new Date(context.clock.now() - 3_600_000),
    EndTime: new Date(context.clock.now() + 3_600_000),
    Statistics: ["SampleCount", "Maximum"],
  });
  expect(Datapoints![0]!.SampleCount).toBe(3);
  expect(Datapoints![0]!.Maximum).toBeGreaterThan(10_000);
});

it("refuses what comes past its MaxConcurrency, and takes what comes after", async () => {
  await createServerless({ ...fourAtOnce, MaxConcurrency: 1 });
  const first = invoke("wait 1000");
  await expect(invoke("x")).rejects.toMatchObject({ code: "ThrottlingException", status: 429 });
  expect((await first).text).toBe("less-A: wait 1000");
  expect((await invoke("x")).text).toBe("less-A: x");
  const DesiredWeightsAndCapacities = [{ VariantName: "A", ServerlessUpdateConfig: { MaxConcurrency: 2 } }];
  await context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", { EndpointName, DesiredWeightsAndCapacities });
  await untilStatus("InService");
  const both = await Promise.all([invoke("wait 100"), invoke("wait 100")]);
  expect(both).toHaveLength(2);
});

it("keeps what is provisioned, however long nobody asks", async () => {
  await createServerless({ ...fourAtOnce, ProvisionedConcurrency: 1 });
  const [runId] = runIdsOf((await actual()).serving);
  await restartEngine(() => passTime(3_600_000));
  await Promise.all([invoke("wait 300"), invoke("wait 300")]);
  expect(runIdsOf((await actual()).serving)).toEqual([runId]);
  // The second request at once is one more than is provisioned.
  await context.metrics.close();
  const { Metrics } = await context.call("cloudwatch", "ListMetrics", { Namespace: "AWS/SageMaker" });
  const names = Metrics!.map(({ MetricName }) => MetricName!).filter((name) => name.startsWith("Serverless"));
  expect(names.sort()).toEqual([
    "ServerlessProvisionedConcurrencyExecutions",
    "ServerlessProvisionedConcurrencyInvocations",
    "ServerlessProvisionedConcurrencySpilloverInvocations",
    "ServerlessProvisionedConcurrencyUtilization",
  ]);
});

it("becomes an endpoint with instances, and never the other way", async () => {
  await createServerless();
  await configureServerless("more", { ...fourAtOnce, MaxConcurrency: 9 });
  await expect(update("more", { DeploymentConfig: { AutoRollbackConfiguration: {} } })).rejects.toThrow(
    "DeploymentConfig is not for serverless endpoints",
  );
  await update("more");
  await untilStatus("InService");
  expect((await describeEndpoint()).ProductionVariants).toMatchObject([
    { CurrentServerlessConfig: { MaxConcurrency: 9 } },
  ]);
  await configure("instances");
  await update("instances");
  await untilStatus("InService");
  expect((await invoke("x")).text).toBe("instances-A: x");
  await expect(update("less")).rejects.toMatchObject({
    code: "ValidationException",
    message: expect.stringContaining("cannot be updated to a serverless one"),
  });
});

it("refuses what AWS excludes, in its configuration", async () => {
  const capture = {
    InitialSamplingPercentage: 100,
    DestinationS3Uri: "s3://captured",
    CaptureOptions: [{ CaptureMode: "Input" }],
  };
  const cases: [object, object, object, RegExp][] = [
    [fourAtOnce, { DataCaptureConfig: capture }, {}, /do not support DataCaptureConfig/],
    [fourAtOnce, { EnableNetworkIsolation: true }, {}, /do not support EnableNetworkIsolation/],
    [fourAtOnce, { VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] } }, {}, /do not support VpcConfig/],
    [fourAtOnce, {}, { InstanceType: "ml.m5.large" }, /do not support InstanceType/],
    [fourAtOnce, {}, { InitialInstanceCount: 1 }, /do not support InitialInstanceCount/],
    [{ ...fourAtOnce, MemorySizeInMB: 2000 }, {}, {}, /MemorySizeInMB is 2000; it is one of 1024/],
    [{ ...fourAtOnce, ProvisionedConcurrency: 5 }, {}, {}, /ProvisionedConcurrency 5 is more than MaxConcurrency 4/],
  ];
  for (const [index, [serverless, more, variant, words]] of cases.entries())
    await expect(configureServerless(`case-${index}`, serverless, more, variant)).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringMatching(words),
    });
  const variants = ["A", "B"].map((VariantName) => ({
    ...{ VariantName, ModelName: "case-0-A", ServerlessConfig: fourAtOnce },
  }));
  const two = { EndpointConfigName: "two", ProductionVariants: variants };
  await expect(context.call("sagemaker", "CreateEndpointConfig", two as never)).rejects.toThrow(
    "do not support more than one production variant",
  );
});
