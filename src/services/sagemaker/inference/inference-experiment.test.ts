import { expect, it } from "vitest";
import {
  actual,
  configure,
  context,
  create,
  describeEndpoint,
  EndpointName,
  invoke,
  passTime,
  reports,
  restartEngine,
  untilSettled,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import { inferenceExperimentReconciler } from "./inference-experiment.reconcile.ts";

useEndpoint();

const Name = "Trial";
const RoleArn = "arn:aws:iam::123456789012:role/SageMakerRole";
const hour = 3_600_000;
const day = 24 * hour;

const variant = (VariantName: string, ModelName: string, InstanceCount = 1) => ({
  VariantName,
  ModelName,
  InfrastructureConfig: {
    InfrastructureType: "RealTimeInference" as const,
    RealTimeInferenceConfig: { InstanceType: "ml.m5.large" as const, InstanceCount },
  },
});
const shadowMode = (SamplingPercentage = 100, ShadowModelVariantName = "B") => ({
  SourceModelVariantName: "A",
  ShadowModelVariants: [{ ShadowModelVariantName, SamplingPercentage }],
});

/** An endpoint with the production variant A, and the model of a variant B beside it. */
async function serve(): Promise<void> {
  await create("one");
  await configure("two", { B: {} });
  await untilStatus("InService");
}
const experiment = (more: object = {}) =>
  context.call("sagemaker", "CreateInferenceExperiment", {
    ...{ Name, RoleArn, EndpointName, Type: "ShadowMode" },
    ModelVariants: [variant("A", "one-A"), variant("B", "two-B")],
    ShadowModeConfig: shadowMode(),
    ...more,
  });
const look = () => context.call("sagemaker", "DescribeInferenceExperiment", { Name });
const untilIs = (status: string) =>
  expect.poll(async () => (await look()).Status, { timeout: 20_000, interval: 20 }).toBe(status);
const stop = (actions: Record<string, "Retain" | "Remove" | "Promote">, more: object = {}) =>
  context.call("sagemaker", "StopInferenceExperiment", { Name, ModelVariantActions: actions, ...more });
const update = (more: object) => context.call("sagemaker", "UpdateInferenceExperiment", { Name, ...more });
const configNames = async () =>
  (await context.call("sagemaker", "ListEndpointConfigs", {})).EndpointConfigs!.map(
    ({ EndpointConfigName }) => EndpointConfigName!,
  );
/** What the endpoint's fleet has captured of a variant: each output, and how it is encoded. */
async function capturedOf(variant: string): Promise<[string, string][]> {
  const entries = await context.journals.read((await actual()).serving!.capture!.stream, 0, 100);
  return entries
    .map(({ data }) => data.split("\n") as [string, string])
    .filter(([name]) => name === variant)
    .map(([, line]) => {
      const { data, encoding } = JSON.parse(line).captureData.endpointOutput;
      return [data, encoding];
    });
}

it("copies requests to its shadow variant for its time, and leaves the endpoint as it was", async () => {
  await serve();
  const { InferenceExperimentArn } = await experiment({
    ...{ Description: "a try", KmsKey: "alias/mine" },
    DataStorageConfig: { Destination: "s3://captured/in", ContentType: { CsvContentTypes: ["text/own"] } },
  });
  expect(InferenceExperimentArn).toBe("arn:aws:sagemaker:us-west-2:123456789012:inference-experiment/trial");
  await untilIs("Running");
  const running = await look();
  expect(running).toMatchObject({
    ...{ Arn: InferenceExperimentArn, Name, Type: "ShadowMode", RoleArn, Description: "a try", KmsKey: "alias/mine" },
    EndpointMetadata: { EndpointName, EndpointStatus: "InService" },
    ModelVariants: [
      { VariantName: "A", ModelName: "one-A", Status: "InService" },
      { VariantName: "B", ModelName: "two-B", Status: "InService" },
    ],
    ShadowModeConfig: shadowMode(),
    CompletionTime: undefined,
  });
  expect(running.Schedule!.EndTime!.getTime() - running.Schedule!.StartTime!.getTime()).toBe(7 * day);
  const during = running.EndpointMetadata!.EndpointConfigName!;
  expect(await describeEndpoint()).toMatchObject({
    EndpointConfigName: during,
    ProductionVariants: [{ VariantName: "A", CurrentInstanceCount: 1, CurrentWeight: 1 }],
    ShadowProductionVariants: [{ VariantName: "B", CurrentInstanceCount: 1, CurrentWeight: 1 }],
  });
  for (const text of ["a", "b", "c"]) expect((await invoke(text, { Accept: "text/own" })).text).toBe(`one-A: ${text}`);
  const answers = (model: string) => ["a", "b", "c"].map((text) => [`${model}: ${text}`, "CSV"]);
  await expect.poll(async () => (await capturedOf("B")).sort(), { timeout: 10_000 }).toEqual(answers("two-B"));
  expect(await capturedOf("A")).toEqual(answers("one-A"));

  await restartEngine(() => passTime(7 * day));
  await untilIs("Completed");
  const ended = await look();
  expect(ended).toMatchObject({
    EndpointMetadata: { EndpointConfigName: "one" },
    ModelVariants: [{ Status: "InService" }, { VariantName: "B", Status: "Deleted" }],
    StatusReason: undefined,
  });
  expect(ended.Schedule!.EndTime).toEqual(ended.CompletionTime);
  expect((await describeEndpoint()).ShadowProductionVariants).toBeUndefined();
  expect((await configNames()).sort()).toEqual(["one", "two"]);
  await untilSettled();
});

it("waits for its time, can be changed until then, and begins sooner when it is told to", async () => {
  await serve();
  const now = context.clock.now();
  const schedule = { StartTime: new Date(now + hour), EndTime: new Date(now + day) };
  await experiment({ Schedule: schedule });
  await untilIs("Created");
  expect((await describeEndpoint()).EndpointConfigName).toBe("one");
  const endTime = new Date(now + 2 * day);
  await update({ Description: "changed", Schedule: { EndTime: endTime }, ShadowModeConfig: shadowMode(0) });
  await untilIs("Created");
  expect(await look()).toMatchObject({
    Description: "changed",
    Schedule: { StartTime: schedule.StartTime, EndTime: endTime },
    ShadowModeConfig: shadowMode(0),
  });
  await update({ ModelVariants: [variant("C", "two-B")], ShadowModeConfig: shadowMode(0, "C") });
  await untilIs("Created");
  await context.call("sagemaker", "StartInferenceExperiment", { Name });
  await expect(context.call("sagemaker", "StartInferenceExperiment", { Name })).rejects.toMatchObject({
    code: "ConflictException",
  });
  await untilIs("Running");
  expect((await look()).Schedule!.StartTime!.getTime()).toBeLessThan(now + hour);
  expect((await describeEndpoint()).ShadowProductionVariants).toMatchObject([{ VariantName: "C", CurrentWeight: 0 }]);

  await expect(update({ Schedule: { StartTime: new Date(now) } })).rejects.toThrow("StartTime of a Running");
  await expect(update({ ShadowModeConfig: shadowMode(50, "B") })).rejects.toThrow("the variants");
  await expect(update({ ModelVariants: [variant("C", "one-A")] })).rejects.toThrow("cannot be changed");
  await expect(update({ DataStorageConfig: { Destination: "s3://captured/in" } })).rejects.toThrow("DataStorageConfig");
  const before = (await describeEndpoint()).EndpointConfigName;
  await update({ Description: "words alone" });
  await untilIs("Running");
  expect((await describeEndpoint()).EndpointConfigName).toBe(before);
  await update({ ShadowModeConfig: shadowMode(50, "C"), ModelVariants: [variant("C", "two-B", 2)] });
  expect((await look()).Status).toBe("Updating");
  await expect(update({})).rejects.toMatchObject({ code: "ConflictException" });
  await untilIs("Running");
  expect((await describeEndpoint()).ShadowProductionVariants).toMatchObject([
    { VariantName: "C", CurrentWeight: 0.5, CurrentInstanceCount: 2 },
  ]);
});

it("ends by its scheduled times, over restarts", async () => {
  await serve();
  const now = context.clock.now();
  await experiment({ Schedule: { StartTime: new Date(now + hour), EndTime: new Date(now + 2 * hour) } });
  await untilIs("Created");
  await restartEngine(() => passTime(hour));
  await untilIs("Running");
  await restartEngine(() => passTime(hour));
  await untilIs("Completed");
  expect((await describeEndpoint()).EndpointConfigName).toBe("one");
});

it("promotes the shadow variant, with the instances that are asked for", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  const { EndpointConfigName: during } = await describeEndpoint();
  await stop(
    { A: "Remove", B: "Promote" },
    { DesiredState: "Completed", Reason: "better", DesiredModelVariants: [variant("B", "two-B", 2)] },
  );
  expect(await look()).toMatchObject({ Status: "Stopping", ModelVariants: [{ Status: "Deleting" }, {}] });
  await expect(stop({ A: "Retain", B: "Remove" })).rejects.toMatchObject({ code: "ConflictException" });
  await untilIs("Completed");
  expect(await look()).toMatchObject({
    StatusReason: "better",
    ModelVariants: [{ Status: "Deleted" }, { VariantName: "B", Status: "InService" }],
  });
  const after = await describeEndpoint();
  expect(after.ProductionVariants).toMatchObject([{ VariantName: "B", CurrentInstanceCount: 2 }]);
  expect(after.ShadowProductionVariants).toBeUndefined();
  expect((await invoke("x")).text).toBe("two-B: x");
  const left = await configNames();
  expect(left).not.toContain(during);
  expect(left).toContain(after.EndpointConfigName);
  await context.call("sagemaker", "DeleteInferenceExperiment", { Name });
  await expect(look()).rejects.toMatchObject({ code: "ResourceNotFound" });
  expect((await describeEndpoint()).EndpointStatus).toBe("InService");
});

it("retains the shadow variant, or takes it away, as it is told", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  const { EndpointConfigName: during } = await describeEndpoint();
  await stop({ A: "Retain", B: "Retain" });
  await untilIs("Cancelled");
  expect(await describeEndpoint()).toMatchObject({
    EndpointConfigName: during,
    ShadowProductionVariants: [{ VariantName: "B" }],
  });
  await context.call("sagemaker", "DeleteInferenceExperiment", { Name });
  // On an endpoint that had a shadow variant before: what is removed is gone afterwards.
  await experiment({ ShadowModeConfig: shadowMode(10) });
  await untilIs("Running");
  await stop({ A: "Retain", B: "Remove" });
  await untilIs("Cancelled");
  const after = await describeEndpoint();
  expect(after.ShadowProductionVariants).toBeUndefined();
  expect(after.ProductionVariants).toMatchObject([{ VariantName: "A" }]);
});

it("is cancelled before it has begun, and leaves the endpoint alone", async () => {
  await serve();
  const start = { StartTime: new Date(context.clock.now() + hour) };
  await experiment({ Schedule: start });
  await untilIs("Created");
  const { modified } = (await context.resources.get(inferenceExperimentReconciler.kind.key(context, { Name })))!;
  expect(modified).toBeGreaterThan(0);
  await stop({ A: "Retain", B: "Remove" }, { Reason: "not now" });
  await untilIs("Cancelled");
  expect((await look()).StatusReason).toBe("not now");
  expect((await describeEndpoint()).EndpointConfigName).toBe("one");
});

it("is refused where it cannot be done", async () => {
  await serve();
  const refused = (more: object, text: string, code = "ValidationException") =>
    expect(experiment(more)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  const at = (milliseconds: number) => new Date(context.clock.now() + milliseconds);
  await refused({ EndpointName: "None" }, "Could not find endpoint");
  await refused({ ModelVariants: [variant("A", "one-A"), variant("B", "none")] }, 'Could not find model "arn');
  await refused({ ModelVariants: [variant("A", "one-A")] }, "must have the variants of ShadowModeConfig");
  await refused({ ModelVariants: [variant("A", "one-A"), variant("C", "two-B")] }, '"A" and "B"');
  await refused({ ShadowModeConfig: { ...shadowMode(), SourceModelVariantName: "X" } }, 'which is "A"');
  await refused({ ShadowModeConfig: shadowMode(1, "A") }, "must differ");
  await refused({ Schedule: { EndTime: at(-1000) } }, "in the past");
  await refused({ Schedule: { StartTime: at(day), EndTime: at(hour) } }, "is not after its StartTime");
  await refused({ Schedule: { EndTime: at(31 * day) } }, "longer than 30 days");
  await refused({ DataStorageConfig: { Destination: "captured" } }, "s3://BUCKET/PREFIX");
  await refused({ DataStorageConfig: { Destination: "s3://captured/in", KmsKey: "alias/mine" } }, "KmsKeyId");
  const two = await Promise.allSettled([experiment(), experiment({ Name: "Other" })]);
  expect(two.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(two.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "ResourceInUse" } });
  const { InferenceExperiments } = await context.call("sagemaker", "ListInferenceExperiments", {});
  expect(InferenceExperiments).toHaveLength(1);
});

it("what an end cannot be is refused", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  await expect(experiment()).rejects.toMatchObject({ code: "ResourceInUse" });
  await expect(context.call("sagemaker", "DeleteInferenceExperiment", { Name })).rejects.toMatchObject({
    code: "ConflictException",
    message: expect.stringContaining("is Running; only one that is Created, Completed or Cancelled can be deleted"),
  });
  const refused = (actions: Parameters<typeof stop>[0], text: string, more: object = {}) =>
    expect(stop(actions, more)).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringContaining(text),
    });
  await refused({ A: "Remove", B: "Remove" }, "no production variant");
  await refused({ A: "Retain", B: "Promote" }, "both be production variants");
  await refused({ A: "Promote", B: "Remove" }, "production variant already");
  await refused({ A: "Retain" }, 'no action for the variant "B"');
  await refused({ A: "Retain", C: "Remove" }, 'has the variant "C"');
  await refused({ A: "Retain", B: "Remove" }, 'there is "A"', { DesiredModelVariants: [variant("B", "two-B")] });
  expect((await look()).Status).toBe("Running");
});

it("is cancelled when its shadow variant never answers, and the endpoint serves as before", async () => {
  await serve();
  await configure("bad", { B: { environment: { END: "3" } } });
  await experiment({ ModelVariants: [variant("A", "one-A"), variant("B", "bad-B")] });
  await untilIs("Cancelled");
  expect(await look()).toMatchObject({
    StatusReason: expect.stringContaining("ended with code 3"),
    EndpointMetadata: { EndpointConfigName: "one", EndpointStatus: "InService" },
    ModelVariants: [{ Status: "InService" }, { Status: "Deleted" }],
  });
  expect((await invoke("x")).text).toBe("one-A: x");
  expect((await configNames()).sort()).toEqual(["bad", "one", "two"]);
});

it("is cancelled when its endpoint is updated by somebody else, or deleted, and touches it no more", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "two" });
  await untilIs("Cancelled");
  expect(await look()).toMatchObject({
    StatusReason: 'The endpoint "Echo" was updated to the configuration "two" while the experiment ran.',
    EndpointMetadata: { EndpointConfigName: "two" },
  });
  expect((await configNames()).sort()).toEqual(["one", "two"]);
  await context.call("sagemaker", "DeleteInferenceExperiment", { Name });
  await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "one" });
  await untilStatus("InService");
  await experiment();
  await untilIs("Running");
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
  await untilIs("Cancelled");
  expect((await look()).StatusReason).toBe('The endpoint "Echo" was deleted.');
  expect((await configNames()).sort()).toEqual(["one", "two"]);
});

it("goes back to what the endpoint had when that configuration was deleted meanwhile", async () => {
  await serve();
  await experiment();
  await untilIs("Running");
  await context.call("sagemaker", "DeleteEndpointConfig", { EndpointConfigName: "one" });
  await stop({ A: "Retain", B: "Remove" }, { DesiredState: "Completed" });
  await untilIs("Completed");
  const after = await describeEndpoint();
  expect(after.ShadowProductionVariants).toBeUndefined();
  expect(after.ProductionVariants).toMatchObject([{ VariantName: "A" }]);
  expect(await configNames()).toEqual(expect.arrayContaining([after.EndpointConfigName]));
});

it("a kill at each of its points changes nothing of how it runs and ends", async () => {
  await serve();
  const reached = context.settings.reached;
  const points = Object.keys(inferenceExperimentReconciler.killPoints!);
  for (const [index, point] of points.entries()) {
    let killed = 0;
    Object.assign(context.settings, {
      reached(at: string) {
        if (at === point && killed++ === 0) throw Object.assign(new Error("killed"), { code: "test" });
      },
    });
    await experiment({ Name: `${Name}${index}` });
    const status = async () =>
      (await context.call("sagemaker", "DescribeInferenceExperiment", { Name: `${Name}${index}` })).Status;
    const untilThere = (expected: string) => expect.poll(status, { timeout: 20_000, interval: 20 }).toBe(expected);
    if (point.endsWith("before-ended") === false) {
      await expect.poll(() => killed, { timeout: 20_000 }).toBeGreaterThan(0);
      await restartEngine();
    }
    await untilThere("Running");
    expect((await describeEndpoint()).ShadowProductionVariants).toMatchObject([{ VariantName: "B" }]);
    await context.call("sagemaker", "StopInferenceExperiment", {
      Name: `${Name}${index}`,
      ModelVariantActions: { A: "Retain", B: "Remove" },
      DesiredState: "Completed",
    });
    if (point.endsWith("before-ended")) {
      await expect.poll(() => killed, { timeout: 20_000 }).toBeGreaterThan(0);
      await restartEngine();
    }
    await untilThere("Completed");
    expect(killed).toBeGreaterThan(0);
    expect((await configNames()).sort()).toEqual(["one", "two"]);
  }
  Object.assign(context.settings, { reached });
  expect(reports.splice(0).filter((report) => !(report instanceof Error))).toHaveLength(points.length);
}, 60_000);

it("lists are filtered and sorted", async () => {
  await serve();
  const list = async (query: object) =>
    (await context.call("sagemaker", "ListInferenceExperiments", query)).InferenceExperiments!.map(({ Name }) => Name);
  const times: Date[] = [];
  for (const [name, state] of [
    ["b-first", "Completed"],
    ["c-second", "Cancelled"],
    ["a-third", undefined],
  ] as const) {
    times.push(new Date(context.clock.now() - 30_000));
    await experiment({ Name: name, Schedule: { StartTime: new Date(context.clock.now() + hour) } });
    const described = () => context.call("sagemaker", "DescribeInferenceExperiment", { Name: name });
    await expect.poll(async () => (await described()).Status, { interval: 20 }).toBe("Created");
    if (state) {
      const ModelVariantActions = { A: "Retain", B: "Remove" } as const;
      await context.call("sagemaker", "StopInferenceExperiment", {
        Name: name,
        ModelVariantActions,
        DesiredState: state,
      });
      await expect.poll(async () => (await described()).Status, { interval: 20 }).toBe(state);
    }
    passTime(60_000);
  }
  expect(await list({})).toEqual(["a-third", "c-second", "b-first"]);
  expect(await list({ SortBy: "Name", SortOrder: "Ascending" })).toEqual(["a-third", "b-first", "c-second"]);
  expect(await list({ SortBy: "Status", SortOrder: "Ascending" })).toEqual(["c-second", "b-first", "a-third"]);
  expect(await list({ SortOrder: "Ascending", MaxResults: 1 })).toEqual(["b-first"]);
  expect(await list({ StatusEquals: "Created" })).toEqual(["a-third"]);
  expect(await list({ NameContains: "SECOND", Type: "ShadowMode" })).toEqual(["c-second"]);
  expect(await list({ CreationTimeAfter: times[1], LastModifiedTimeBefore: times[2] })).toEqual(["c-second"]);
});
