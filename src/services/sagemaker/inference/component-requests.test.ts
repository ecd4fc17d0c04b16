import { expect, it } from "vitest";
import { run } from "../../../frame/run.ts";
import {
  actualOf,
  configureHost,
  createComponent,
  createHost,
  remove,
  setCopies,
  specified,
  untilIs,
} from "./component.fixture.ts";
import { actual, context, EndpointName, Image, invoke, untilStatus, useEndpoint } from "./endpoint.fixture.ts";
import { runIdsOf } from "./endpoint-fleet.ts";

useEndpoint();

const update = (InferenceComponentName: string, more: object) =>
  context.call("sagemaker", "UpdateInferenceComponent", { InferenceComponentName, ...more });
const rolling = (more: object = {}) => ({
  RollingUpdatePolicy: { MaximumBatchSize: { Type: "COPY_COUNT", Value: 1 }, WaitIntervalInSeconds: 60 },
  ...more,
});

it("a session stays with a copy, and what goes in and out of a component is captured", async () => {
  await context.call("s3", "CreateBucket", {
    Bucket: "captured",
    CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
  });
  await context.call("sagemaker", "CreateEndpointConfig", {
    EndpointConfigName: "captured",
    ExecutionRoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
    ProductionVariants: [{ VariantName: "A", InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
    DataCaptureConfig: {
      ...{ EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: "s3://captured/in" },
      CaptureOptions: [{ CaptureMode: "InputAndOutput" }],
    },
  });
  await context.call("sagemaker", "CreateEndpoint", { EndpointName, EndpointConfigName: "captured" });
  await untilStatus("InService");
  await createComponent("one", 3, specified("one", 2000));
  await untilIs("one", "InService");
  const named = { InferenceComponentName: "one" };
  const begun = await Promise.all([1, 2, 3].map(() => invoke("never", { ...named, SessionId: "NEW_SESSION" })));
  for (const { NewSessionId } of begun) {
    const SessionId = NewSessionId!.split(";")[0]!;
    const answers = await Promise.all([1, 2, 3].map(async () => (await invoke("x", { ...named, SessionId })).text));
    expect(answers).toEqual(Array.from({ length: 3 }, () => `one: ${SessionId.slice(3)} x`));
  }
  const { stream } = (await actual()).serving!.capture!;
  const captured = await context.journals.read(stream, 0, 100);
  expect(captured).toHaveLength(12);
  // Sessions of a component go with it.
  await remove("one");
  await untilIs("one", undefined);
  expect(await context.journals.streams("sessions/", undefined, 10)).toEqual([]);
});

it("a copy has the memory and the cores that were asked for, and the timeouts of its start", async () => {
  await createHost({ ModelDataDownloadTimeoutInSeconds: 900 });
  const ComputeResourceRequirements = {
    ...{ NumberOfCpuCoresRequired: 0.5, MinMemoryRequiredInMb: 256, MaxMemoryRequiredInMb: 512 },
  };
  const StartupParameters = { ContainerStartupHealthCheckTimeoutInSeconds: 77 };
  await createComponent("one", 1, { ...specified("one"), ComputeResourceRequirements, StartupParameters });
  await untilIs("one", "InService");
  const [runId] = runIdsOf((await actualOf("one")).serving);
  const { documents } = await context.resources.list(run.name, { limit: 10 });
  expect(documents.map(({ key }) => key.name)).toEqual([runId]);
  const { spec, hostMetrics } = run.read(documents[0]!).wanted;
  expect(spec.limits).toMatchObject({ memoryBytes: 512 * 1024 ** 2 });
  expect(hostMetrics).toEqual({
    namespace: "/aws/sagemaker/InferenceComponents",
    dimensions: [{ Name: "InferenceComponentName", Value: "one" }],
    normalizedCores: 1,
  });
  expect(JSON.parse(spec.files!["serving-plan.json"]!)).toMatchObject({ startupSeconds: 77, downloadSeconds: 900 });
});

it("what cannot be is refused in AWS's words or by name", async () => {
  await expect(configureHost({ ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1 } })).rejects.toThrow(
    "hosts no inference components",
  );
  await expect(
    context.call("sagemaker", "CreateEndpointConfig", {
      EndpointConfigName: "x",
      ProductionVariants: [{ VariantName: "A", InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
    }),
  ).rejects.toThrow("ExecutionRoleArn is required");
  await expect(configureHost({ RoutingConfig: { RoutingStrategy: "PREFIX_AWARE" } })).rejects.toThrow(
    "RoutingStrategy PREFIX_AWARE",
  );
  const scaling = { Status: "ENABLED", MinInstanceCount: 3, MaxInstanceCount: 2 };
  await expect(configureHost({ ManagedInstanceScaling: scaling })).rejects.toThrow("greater than its MaxInstanceCount");
  await createHost();
  const refused: readonly (readonly [number, object, string])[] = [
    [0, specified("x"), "must be an integer larger than 0"],
    [1, { ...specified("x"), ModelName: "m" }, "needs either ModelName or Container"],
    [1, { Container: { Image } }, "needs ComputeResourceRequirements"],
    [1, { BaseInferenceComponentName: "base" }, "BaseInferenceComponentName, an adapter of another component,"],
    [1, { ...specified("x"), Container: undefined, ModelName: "none" }, "Could not find model"],
    [
      1,
      { ...specified("x"), ComputeResourceRequirements: { MinMemoryRequiredInMb: 512, MaxMemoryRequiredInMb: 256 } },
      "MaxMemoryRequiredInMb 256 is less than MinMemoryRequiredInMb 512",
    ],
    [
      1,
      {
        ...specified("x"),
        ComputeResourceRequirements: { MinMemoryRequiredInMb: 512, NumberOfAcceleratorDevicesRequired: 1 },
      },
      "1 accelerators",
    ],
  ];
  for (const [count, specification, words] of refused)
    await expect(createComponent("x", count, specification)).rejects.toThrow(words);
  await expect(
    context.call("sagemaker", "CreateInferenceComponent", {
      ...{ InferenceComponentName: "x", EndpointName, VariantName: "B", Specification: specified("x") },
    }),
  ).rejects.toThrow('Could not find variant "B"');
  await expect(
    context.call("sagemaker", "CreateInferenceComponent", {
      ...{ InferenceComponentName: "x", EndpointName: "none", Specification: specified("x") },
    }),
  ).rejects.toThrow("Could not find endpoint");
  await createComponent("one", 2, specified("one", 1000));
  await expect(createComponent("ONE")).rejects.toThrow("Cannot create already existing inference component");
  await untilIs("one", "InService");
  await expect(update("one", {})).rejects.toThrow("needs a Specification or a RuntimeConfig");
  const all = { RollingUpdatePolicy: { MaximumBatchSize: { Type: "COPY_COUNT", Value: 2 }, WaitIntervalInSeconds: 0 } };
  await expect(update("one", { Specification: specified("b"), DeploymentConfig: all })).rejects.toThrow(
    "is not between 5 and 50 percent of the 2 copies",
  );
  await expect(
    update("one", {
      Specification: specified("b", 1000),
      DeploymentConfig: rolling({ AutoRollbackConfiguration: { Alarms: [{ AlarmName: "none" }] } }),
    }),
  ).rejects.toThrow("do not exist");
  await expect(setCopies("one", 10_000)).rejects.toThrow("account-level service limit");
});
