import { expect, it } from "vitest";
import {
  context,
  describeEndpoint,
  EndpointName,
  invoke,
  passTime,
  reports,
  restartEngine,
  untilSettled,
  useEndpoint,
} from "./endpoint.fixture.ts";
import {
  capturedOf,
  configNames,
  day,
  experiment,
  hour,
  look,
  Name,
  RoleArn,
  serve,
  shadowMode,
  stop,
  untilIs,
  update,
  variant,
} from "./inference-experiment.fixture.ts";
import { inferenceExperimentReconciler } from "./inference-experiment.reconcile.ts";

useEndpoint();

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
