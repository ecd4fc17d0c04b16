import { expect, it } from "vitest";
import {
  actualOf,
  ask,
  configureHost,
  createComponent,
  createHost,
  describe,
  remove,
  setCopies,
  specified,
  untilIs,
  untilQuiet,
} from "./component.fixture.ts";
import {
  actual,
  alarms,
  context,
  describeEndpoint,
  EndpointName,
  Image,
  invoke,
  passTime,
  restartEngine,
  serverOf,
  until,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import { runIdsOf } from "./endpoint-fleet.ts";

useEndpoint();

const hosts = async () => (await actual()).serving!.hosting![0]!.hosts;
const update = (InferenceComponentName: string, more: object) =>
  context.call("sagemaker", "UpdateInferenceComponent", { InferenceComponentName, ...more });
const list = async (filters: object = {}) =>
  (await context.call("sagemaker", "ListInferenceComponents", filters)).InferenceComponents!.map(
    ({ InferenceComponentName }) => InferenceComponentName,
  );

it("a component's life: created, asked, scaled to zero and back, deleted before its endpoint", async () => {
  await createHost({ InitialInstanceCount: 2 });
  expect(await describeEndpoint()).toMatchObject({
    EndpointStatus: "InService",
    ProductionVariants: [{ VariantName: "A", CurrentInstanceCount: 2, DesiredInstanceCount: 2 }],
  });
  await createComponent("one", 2);
  expect(await describe("one")).toMatchObject({
    InferenceComponentStatus: "Creating",
    RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 0 },
  });
  await untilIs("one", "InService");
  await createComponent("two");
  await untilIs("two", "InService");
  expect(await describe("one")).toMatchObject({
    InferenceComponentArn: "arn:aws:sagemaker:us-west-2:123456789012:inference-component/one",
    EndpointArn: "arn:aws:sagemaker:us-west-2:123456789012:endpoint/echo",
    VariantName: "A",
    Specification: {
      Container: { DeployedImage: { SpecifiedImage: Image }, Environment: { NAME: "one" } },
      ComputeResourceRequirements: { NumberOfCpuCoresRequired: 0.5, MinMemoryRequiredInMb: 4096 },
    },
    RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 2 },
  });
  // One copy on each instance, and another component beside them.
  expect((await hosts()).map(({ claims }) => claims.one?.copies)).toEqual([1, 1]);
  expect([await ask("one"), await ask("two")]).toEqual(["one: x", "two: x"]);
  expect(await list({ SortBy: "Name", SortOrder: "Ascending" })).toEqual(["one", "two"]);
  expect(await list({ EndpointNameEquals: EndpointName, VariantNameEquals: "A", NameContains: "tw" })).toEqual(["two"]);
  expect(await list({ EndpointNameEquals: "Other" })).toEqual([]);
  expect(await list({ StatusEquals: "Creating" })).toEqual([]);

  await expect(invoke("x")).rejects.toThrow("Inference Component Name header is required");
  await expect(ask("none")).rejects.toThrow("Inference component none of endpoint Echo not found.");
  await expect(context.call("sagemaker", "DeleteEndpoint", { EndpointName })).rejects.toThrow(
    "it hosts inference components",
  );

  await setCopies("one", 0);
  await untilIs("one", "InService");
  expect((await describe("one")).RuntimeConfig).toEqual({ DesiredCopyCount: 0, CurrentCopyCount: 0 });
  await expect(ask("one")).rejects.toThrow("Inference Component has no capacity to process this request.");
  expect(await ask("two")).toBe("two: x");
  await setCopies("one", 1);
  await untilIs("one", "InService");
  expect(await ask("one")).toBe("one: x");

  await remove("one");
  await expect(ask("one")).rejects.toThrow("not found");
  await expect(remove("one")).rejects.toThrow("DELETE_IN_PROGRESS");
  await untilIs("one", undefined);
  await expect(describe("one")).rejects.toThrow(
    'Could not find inference component "arn:aws:sagemaker:us-west-2:123456789012:inference-component/one".',
  );
  expect((await hosts()).flatMap(({ claims }) => Object.keys(claims))).toEqual(["two"]);
  await remove("two");
  await untilIs("two", undefined);
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
  await until((found) => found === undefined);
  const [executor] = context.executors.all;
  expect(await executor!.list()).toEqual([]);
});

it("what fits no instance is refused, and what has no room now fails and says what to do", async () => {
  await createHost();
  await expect(createComponent("huge", 1, specified("huge", 8193))).rejects.toThrow(
    'a copy takes 0.5 vCPUs, 8193 MB of memory, and an instance of variant "A" (ml.m5.large) has 2 vCPUs, 8192 MB of memory',
  );
  await createComponent("one", 2);
  await untilIs("one", "InService");
  await createComponent("two");
  await untilIs("two", "Failed");
  expect(await describe("two")).toMatchObject({
    InferenceComponentStatus: "Failed",
    FailureReason: expect.stringMatching(/^There is not enough hardware resources on the instances.*Delete other comp/),
    RuntimeConfig: { DesiredCopyCount: 1, CurrentCopyCount: 0 },
    Specification: { Container: { Environment: { NAME: "two" } } },
  });
  await expect(update("two", { RuntimeConfig: { CopyCount: 1 } })).rejects.toThrow("it has failed");
  await remove("two");
  await untilIs("two", undefined);
  // A change of the copies that has no room leaves the component as it was.
  await setCopies("one", 3);
  await untilIs("one", "InService");
  expect(await describe("one")).toMatchObject({
    FailureReason: expect.stringContaining("not enough hardware resources"),
    RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 2 },
  });
  // Room that is about to be free is waited for.
  await remove("one");
  await createComponent("three", 2);
  await untilIs("three", "InService");
  expect(await ask("three")).toBe("three: x");
});

it("of two components that are created at once and have room for one, one comes and the other fails", async () => {
  await createHost();
  await Promise.all(["a", "b", "c"].map((name) => createComponent(name, 1, specified(name, 5000))));
  const ended = async () =>
    (await Promise.all(["a", "b", "c"].map(describe))).map((one) => one.InferenceComponentStatus).sort();
  await expect.poll(ended, { timeout: 20_000 }).toEqual(["Failed", "Failed", "InService"]);
  expect((await hosts()).flatMap(({ claims }) => Object.keys(claims))).toHaveLength(1);
});

it("instances follow the components where the variant says so, down to none", async () => {
  await createHost({ ManagedInstanceScaling: { Status: "ENABLED", MinInstanceCount: 0, MaxInstanceCount: 3 } });
  const count = async () => (await describeEndpoint()).ProductionVariants![0]!.CurrentInstanceCount;
  await expect.poll(count, { timeout: 10_000 }).toBe(0);
  await createComponent("one", 3, specified("one", 6000));
  await untilIs("one", "InService");
  expect(await count()).toBe(3);
  await setCopies("one", 4);
  await untilIs("one", "InService");
  expect(await describe("one")).toMatchObject({ RuntimeConfig: { DesiredCopyCount: 3, CurrentCopyCount: 3 } });
  await setCopies("one", 1);
  await untilIs("one", "InService");
  await untilQuiet("one");
  await expect.poll(count, { timeout: 10_000 }).toBe(1);
  expect(await ask("one")).toBe("one: x");
  await setCopies("one", 0);
  await expect.poll(count, { timeout: 10_000 }).toBe(0);
  await expect(ask("one")).rejects.toThrow("no capacity");
  await setCopies("one", 1);
  await untilIs("one", "InService");
  expect([await count(), await ask("one")]).toEqual([1, "one: x"]);
});

it("an update takes over when its copies answer, and one whose copies never do leaves the component as it was", async () => {
  await createHost();
  await createComponent("one", 1, specified("old", 2000));
  await untilIs("one", "InService");
  let loading = true;
  const seen = new Set<string>();
  const load = Array.from({ length: 3 }, async () => {
    while (loading) seen.add(await ask("one"));
  });
  await update("one", { Specification: { Container: { Image, Environment: { NAME: "new" } } } });
  await expect(update("one", { RuntimeConfig: { CopyCount: 2 } })).rejects.toThrow("Cannot update in-progress");
  await expect(remove("one")).rejects.toThrow("in-progress");
  await untilIs("one", "InService");
  expect(await ask("one")).toBe("new: x");
  await update("one", { Specification: specified("broken", 2000, { END: "3" }) });
  await untilIs("one", "InService");
  expect(await describe("one")).toMatchObject({
    FailureReason:
      "The primary container for production variant A did not pass the ping health check. Please check CloudWatch logs for this endpoint. The model server ended with code 3.",
    Specification: { Container: { Environment: { NAME: "new" } } },
  });
  loading = false;
  await Promise.all(load);
  expect([...seen].sort()).toEqual(["new: x", "old: x"]);
});

const rolling = (more: object = {}) => ({
  RollingUpdatePolicy: { MaximumBatchSize: { Type: "COPY_COUNT", Value: 1 }, WaitIntervalInSeconds: 60 },
  ...more,
});

it("a rolling update needs room for one batch, goes on after a restart, and an alarm takes it back", {
  timeout: 60_000,
}, async () => {
  await createHost();
  await createComponent("one", 2, specified("old", 2700));
  await untilIs("one", "InService");
  alarms.wrong = "OK";
  const DeploymentConfig = rolling({ AutoRollbackConfiguration: { Alarms: [{ AlarmName: "wrong" }] } });
  await update("one", { Specification: specified("new", 2700), DeploymentConfig });
  const baking = async () => (await actualOf("one")).deployment?.phase;
  await expect.poll(baking, { timeout: 20_000 }).toBe("baking");
  await restartEngine(() => passTime(60_000));
  await expect.poll(async () => (await actualOf("one")).deployment?.step, { timeout: 20_000 }).toBe(1);
  await expect.poll(baking, { timeout: 20_000 }).toBe("baking");
  alarms.wrong = "ALARM";
  await restartEngine();
  await untilIs("one", "InService");
  await untilQuiet("one");
  expect(await describe("one")).toMatchObject({
    FailureReason: expect.stringContaining("wrong"),
    RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 2 },
    LastDeploymentConfig: DeploymentConfig,
  });
  expect(new Set(await Promise.all([ask("one"), ask("one"), ask("one")]))).toEqual(new Set(["old: x"]));
  expect((await hosts())[0]!.claims.one).toMatchObject({ copies: 2, memoryMegabytes: 5400 });
});

it("a copy that is killed is replaced in its place, and another server finds all copies as they were", async () => {
  await createHost();
  await createComponent("one", 2, specified("one", 2000));
  await untilIs("one", "InService");
  const [first, second] = runIdsOf((await actualOf("one")).serving);
  process.kill(serverOf(first!), "SIGKILL");
  await expect
    .poll(async () => runIdsOf((await actualOf("one")).serving).includes(first!), { timeout: 10_000 })
    .toBe(false);
  await expect.poll(async () => (await describe("one")).RuntimeConfig!.CurrentCopyCount, { timeout: 10_000 }).toBe(2);
  await restartEngine();
  expect(runIdsOf((await actualOf("one")).serving)).toContain(second);
  expect(await ask("one")).toBe("one: x");
  expect((await hosts())[0]!.claims.one).toMatchObject({ copies: 2 });
});

it("an endpoint is updated and its instances change under components that go on answering", async () => {
  await createHost({ InitialInstanceCount: 2 });
  await createComponent("one", 2, specified("one", 6000));
  await untilIs("one", "InService");
  const before = runIdsOf((await actualOf("one")).serving);
  const resize = (DesiredInstanceCount: number) =>
    context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", {
      EndpointName,
      DesiredWeightsAndCapacities: [{ VariantName: "A", DesiredInstanceCount }],
    });
  await expect(resize(1)).rejects.toThrow("not enough hardware resources on 1 instance(s)");
  await resize(3);
  await untilStatus("InService");
  expect(await hosts()).toHaveLength(3);
  await configureHost({ InstanceType: "ml.m5.xlarge" }, "larger");
  await configureHost({ InstanceType: "ml.t2.medium" }, "smaller");
  const to = (EndpointConfigName: string) =>
    context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName });
  await expect(to("smaller")).rejects.toThrow("not enough hardware resources");
  await to("larger");
  await untilStatus("InService");
  await expect.poll(async () => (await hosts())[0]!.claims.one?.copies, { timeout: 10_000 }).toBe(2);
  expect(runIdsOf((await actualOf("one")).serving)).toEqual(before);
  expect(await ask("one")).toBe("one: x");
});
