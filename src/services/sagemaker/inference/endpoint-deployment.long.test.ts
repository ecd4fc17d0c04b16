import { expect, it } from "vitest";
import {
  actual,
  alarms,
  configure,
  context,
  create,
  describeEndpoint,
  document,
  EndpointName,
  invoke,
  passTime,
  restartEngine,
  serverOf,
  until,
  untilSettled,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import type { ActualEndpoint } from "./endpoint.ts";
import { runIdsOf } from "./endpoint-fleet.ts";

useEndpoint();

type Routing = object;
const blueGreen = (Type: string, routing: Routing = {}, more: object = {}) => ({
  BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type, WaitIntervalInSeconds: 300, ...routing }, ...more },
});
const canary = (more: object = {}) =>
  blueGreen("CANARY", { CanarySize: { Type: "CAPACITY_PERCENT", Value: 20 } }, more);
const rolling = (more: object = {}) => ({
  RollingUpdatePolicy: {
    MaximumBatchSize: { Type: "CAPACITY_PERCENT", Value: 50 },
    WaitIntervalInSeconds: 300,
    ...more,
  },
});
const watching = (...names: string[]) => ({
  AutoRollbackConfiguration: { Alarms: names.map((AlarmName) => ({ AlarmName })) },
});

const update = (EndpointConfigName: string, DeploymentConfig: object, more: object = {}) =>
  context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName, DeploymentConfig, ...more } as never);
const phase = async () => {
  const { deployment } = await actual();
  return deployment && `${deployment.phase} ${deployment.share}`;
};
/** Sets the clock ahead, as if the server had been away, and waits for a phase. */
async function later(seconds: number, expected: string): Promise<void> {
  await restartEngine(() => passTime(seconds * 1000));
  await untilPhase(expected);
}
const untilPhase = (expected: string) =>
  until((found) => {
    const { deployment } = found!.actual as ActualEndpoint;
    return `${deployment?.phase} ${deployment?.share}` === expected;
  });
/** The share of 200 requests that the new configuration answered. */
async function shareOfNew(): Promise<number> {
  let count = 0;
  for (let call = 0; call < 200; call++) if ((await invoke("x")).text === "two-A: x") count += 1;
  return count / 200;
}
async function start(count = 1): Promise<void> {
  await create("one", { A: { count } });
  await untilStatus("InService");
  await configure("two", { A: { count } });
}

it("a canary takes its share, is watched, and then takes all", async () => {
  await start();
  await update("two", canary({ TerminationWaitInSeconds: 100 }));
  await untilPhase("creating 0");
  expect(await describeEndpoint()).toMatchObject({
    EndpointStatus: "Updating",
    EndpointConfigName: "one",
    PendingDeploymentSummary: {
      EndpointConfigName: "two",
      ProductionVariants: [{ VariantName: "A", CurrentWeight: 0, VariantStatus: [{ Status: "Creating" }] }],
      StartTime: expect.any(Date),
    },
  });
  await untilPhase("activating 0.2");
  expect((await describeEndpoint()).PendingDeploymentSummary).toMatchObject({
    ProductionVariants: [{ CurrentWeight: 0.2, VariantStatus: [{ Status: "ActivatingTraffic" }] }],
  });
  await untilPhase("baking 0.2");
  expect((await describeEndpoint()).PendingDeploymentSummary).toMatchObject({
    ProductionVariants: [{ CurrentWeight: 0.2, VariantStatus: [{ Status: "Baking", StartTime: expect.any(Date) }] }],
  });
  // 200 calls at 0.2: four standard deviations are 0.113.
  expect(Math.abs((await shareOfNew()) - 0.2)).toBeLessThan(0.113);
  await expect(context.call("sagemaker", "DeleteEndpoint", { EndpointName })).rejects.toThrow("in-progress");
  await later(240, "baking 0.2");
  await later(61, "baking 1");
  expect(await shareOfNew()).toBe(1);
  await later(301, "terminating 1");
  expect((await describeEndpoint()).ProductionVariants).toMatchObject([
    { CurrentWeight: 0, CurrentInstanceCount: 1, VariantStatus: [{ Status: "Deleting" }] },
  ]);
  expect(runIdsOf((await actual()).serving)).toHaveLength(1);
  await restartEngine(() => passTime(101_000));
  await untilStatus("InService");
  await untilSettled();
  const described = await describeEndpoint();
  expect(described).toMatchObject({
    EndpointConfigName: "two",
    LastDeploymentConfig: canary({ TerminationWaitInSeconds: 100 }),
  });
  expect(described.PendingDeploymentSummary).toBeUndefined();
  expect(await phase()).toBeUndefined();
  expect(await context.executors.all[0]!.list()).toEqual(runIdsOf((await actual()).serving));
}, 60_000);

it("an alarm gives the former fleet its traffic back, and the same way is gone again when it is retained", async () => {
  alarms.errors = "OK";
  await start();
  const before = runIdsOf((await actual()).serving);
  await expect(update("two", { ...canary(), ...watching("errors", "none") })).rejects.toThrow(
    "The alarm(s) none of AutoRollbackConfiguration do not exist.",
  );
  await update("two", { ...canary(), ...watching("errors") });
  await untilPhase("baking 0.2");
  alarms.errors = "ALARM";
  await restartEngine(() => passTime(5_000));
  await untilStatus("InService");
  await untilSettled();
  expect(await describeEndpoint()).toMatchObject({
    EndpointConfigName: "one",
    FailureReason: expect.stringContaining("the alarm(s) errors went into ALARM"),
  });
  expect(runIdsOf((await actual()).serving)).toEqual(before);
  expect(await shareOfNew()).toBe(0);

  alarms.errors = "OK";
  await context.call("sagemaker", "UpdateEndpoint", {
    EndpointName,
    EndpointConfigName: "two",
    RetainDeploymentConfig: true,
  });
  await untilPhase("baking 0.2");
  expect((await describeEndpoint()).FailureReason).toBeUndefined();
  await later(301, "baking 1");
  await restartEngine(() => passTime(301_000));
  await untilStatus("InService");
  expect((await describeEndpoint()).EndpointConfigName).toBe("two");
}, 60_000);

it("a linear shift goes in steps, and one that takes too long is undone", async () => {
  await start();
  const steps = { LinearStepSize: { Type: "CAPACITY_PERCENT", Value: 40 } };
  await update("two", blueGreen("LINEAR", steps, { MaximumExecutionTimeoutInSeconds: 1000 }));
  await untilPhase("baking 0.4");
  await later(301, "baking 0.8");
  await later(301, "baking 1");
  await restartEngine(() => passTime(400_000));
  await untilStatus("InService");
  expect(await describeEndpoint()).toMatchObject({
    EndpointConfigName: "one",
    FailureReason: "The deployment was not complete within 1000 seconds.",
  });
  expect(await shareOfNew()).toBe(0);
}, 60_000);

it("a rolling update starts and ends instances batch by batch, without a dropped request", async () => {
  await start(4);
  let loading = true;
  const seen = new Set<string>();
  const load = Array.from({ length: 3 }, async (_, index) => {
    for (let count = 0; loading; count++) seen.add((await invoke(count % 20 === index ? "slow" : "quick")).text);
  });
  const counts = async () => {
    const { serving, next } = await actual();
    return [serving, next].map((fleet) => fleet!.variants[0]!.instances.filter(({ ready }) => ready).length);
  };
  await update("two", rolling());
  await untilPhase("baking 0.5");
  expect(await counts()).toEqual([4, 2]);
  await later(301, "baking 1");
  expect(await counts()).toEqual([2, 4]);
  await restartEngine(() => passTime(301_000));
  await untilStatus("InService");
  await untilSettled();
  loading = false;
  await Promise.all(load);
  expect([...seen].sort()).toEqual(["one-A: quick", "one-A: slow", "two-A: quick", "two-A: slow"]);
  expect([...(await context.executors.all[0]!.list())].sort()).toEqual(runIdsOf((await actual()).serving).sort());
}, 60_000);

it("a rolling update that an alarm stops brings the former instances back before it takes the new ones away", async () => {
  alarms.errors = "OK";
  await start(2);
  await update("two", { ...rolling(), ...watching("errors") });
  await untilPhase("baking 0.5");
  await later(301, "baking 1");
  expect((await actual()).serving!.variants[0]!.instances).toHaveLength(1);
  alarms.errors = "ALARM";
  await restartEngine(() => passTime(5_000));
  await until((found) => (found!.actual as ActualEndpoint).serving!.variants[0]!.desired?.count === 2);
  expect(await describeEndpoint()).toMatchObject({
    EndpointStatus: "RollingBack",
    ProductionVariants: [{ DesiredInstanceCount: 2 }],
  });
  await invoke("x");
  await untilStatus("InService");
  await untilSettled();
  expect(await describeEndpoint()).toMatchObject({
    EndpointConfigName: "one",
    ProductionVariants: [{ CurrentInstanceCount: 2, DesiredInstanceCount: 2, CurrentWeight: 1 }],
    FailureReason: expect.stringContaining("errors"),
  });
  expect(await shareOfNew()).toBe(0);
}, 60_000);

it("when the way back fails too, the endpoint serves with both and can be deleted", async () => {
  alarms.errors = "OK";
  await start(2);
  await update("two", { ...rolling(), ...watching("errors") });
  await untilPhase("baking 0.5");
  await later(301, "baking 1");
  alarms.errors = "ALARM";
  await restartEngine(() => {
    passTime(5_000);
    Object.assign(context, { images: { ...context.images, find: () => undefined } });
  });
  await untilStatus("UpdateRollbackFailed");
  expect((await describeEndpoint()).FailureReason).toMatch(/errors went into ALARM.*Going back failed/);
  await invoke("x");
  await expect(update("two", canary())).rejects.toThrow("serves with both configurations");
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
  await until((found) => found === undefined);
}, 60_000);

it("a new instance that never answers undoes the deployment", async () => {
  await start();
  await configure("broken", { A: { environment: { END: "3" } } });
  await update("broken", canary());
  await untilStatus("InService");
  expect(await describeEndpoint()).toMatchObject({
    EndpointConfigName: "one",
    FailureReason: expect.stringContaining("did not pass the ping health check"),
  });
  expect(await phase()).toBeUndefined();
  await untilSettled();
});

it("a model server that is killed while it is watched is replaced, and serves on", async () => {
  await start();
  await update("two", canary());
  await untilPhase("baking 0.2");
  const [runId] = runIdsOf((await actual()).next);
  process.kill(serverOf(runId!), "SIGKILL");
  await until((found) => {
    const [now] = (found!.actual as ActualEndpoint).next!.variants[0]!.instances;
    return now!.ready && now!.runId !== runId;
  });
  expect(await phase()).toBe("baking 0.2");
  expect((await document())!.status).toBe("Updating");
});
