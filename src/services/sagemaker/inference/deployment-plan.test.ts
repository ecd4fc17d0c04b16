import { expect, it } from "vitest";
import { type DeploymentConfig, isPlain, planDeployment } from "./deployment-plan.ts";

type Routing = NonNullable<DeploymentConfig["BlueGreenUpdatePolicy"]>["TrafficRoutingConfiguration"];
const blueGreen = (routing: object, more: object = {}): DeploymentConfig =>
  ({
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { WaitIntervalInSeconds: 60, ...routing } as Routing,
      ...more,
    },
  }) as DeploymentConfig;
const percent = (Value: number) => ({ Type: "CAPACITY_PERCENT" as const, Value });
const instances = (Value: number) => ({ Type: "INSTANCE_COUNT" as const, Value });
const rolling = (MaximumBatchSize: object, more: object = {}) =>
  ({ RollingUpdatePolicy: { MaximumBatchSize, WaitIntervalInSeconds: 10, ...more } }) as DeploymentConfig;

it.each([
  ["nothing", undefined, [1]],
  ["ALL_AT_ONCE", blueGreen({ Type: "ALL_AT_ONCE" }), [1]],
  ["a canary of 10 %", blueGreen({ Type: "CANARY", CanarySize: percent(10) }), [0.1, 1]],
  ["a canary of 2 of 8 instances", blueGreen({ Type: "CANARY", CanarySize: instances(2) }), [0.25, 1]],
  ["steps of 50 %", blueGreen({ Type: "LINEAR", LinearStepSize: percent(50) }), [0.5, 1]],
  ["steps of 30 %", blueGreen({ Type: "LINEAR", LinearStepSize: percent(30) }), [0.3, 0.6, 0.9, 1]],
  ["steps of 2 of 8 instances", blueGreen({ Type: "LINEAR", LinearStepSize: instances(2) }), [0.25, 0.5, 0.75, 1]],
  ["batches of 50 % at most", rolling(percent(50)), [1 / 3, 2 / 3, 1]],
  ["batches of 3 of 8 instances", rolling(instances(3)), [1 / 3, 2 / 3, 1]],
])("%s shifts the traffic so", (_, config, shares) => {
  const plan = planDeployment(config, { A: 8, B: 3 });
  expect(plan.shares).toHaveLength(shares.length);
  for (const [step, share] of shares.entries()) expect(plan.shares[step]).toBeCloseTo(share, 12);
});

it("a rolling update has batches of at least one instance", () => {
  expect(planDeployment(rolling(percent(10)), { A: 8, B: 3 })).toMatchObject({ batches: { A: 1, B: 1 } });
  expect(planDeployment(rolling(percent(50)), { A: 8, B: 3 })).toMatchObject({ batches: { A: 4, B: 1 } });
});

it("only what goes over at once, unwatched, is plain", () => {
  const at = (more: object, policy: object = {}, config: object = {}) =>
    isPlain(planDeployment({ ...blueGreen({ Type: "ALL_AT_ONCE", ...more }, policy), ...config }, { A: 1 }));
  expect(at({ WaitIntervalInSeconds: 0 })).toBe(true);
  expect(at({ WaitIntervalInSeconds: 1 })).toBe(false);
  expect(at({ WaitIntervalInSeconds: 0 }, { TerminationWaitInSeconds: 1 })).toBe(false);
  const alarmed = { AutoRollbackConfiguration: { Alarms: [{ AlarmName: "a" }] } };
  expect(at({ WaitIntervalInSeconds: 0 }, {}, alarmed)).toBe(false);
});

it.each([
  ["both policies", { ...blueGreen({ Type: "ALL_AT_ONCE" }), ...rolling(percent(50)) }, /both/],
  ["a canary without size", blueGreen({ Type: "CANARY" }), /needs CanarySize/],
  ["steps without size", blueGreen({ Type: "LINEAR" }), /needs LinearStepSize/],
  ["a size of another type", blueGreen({ Type: "LINEAR", CanarySize: percent(10) }), /CanarySize is for .* CANARY/],
  ["a canary of 51 %", blueGreen({ Type: "CANARY", CanarySize: percent(51) }), /more than 50 percent/],
  ["a canary of 5 of 8 instances", blueGreen({ Type: "CANARY", CanarySize: instances(5) }), /more than 50 percent/],
  ["steps of 9 %", blueGreen({ Type: "LINEAR", LinearStepSize: percent(9) }), /not between 10 and 50/],
  ["batches of 4 %", rolling(percent(4)), /not between 5 and 50/],
  [
    "waits beyond the limit",
    blueGreen({ Type: "LINEAR", LinearStepSize: percent(10) }, { MaximumExecutionTimeoutInSeconds: 600 }),
    /600 is not longer than the waits .* 600 s/,
  ],
])("%s is refused", (_, config, words) => {
  expect(() => planDeployment(config as DeploymentConfig, { A: 8, B: 3 })).toThrow(words);
});
