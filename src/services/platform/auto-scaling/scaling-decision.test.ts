import { describe, expect, it } from "vitest";
import { chooseProposal, steppedCapacity, trackedCapacity } from "./scaling-decision.ts";

type Steps = Parameters<typeof steppedCapacity>[0];
const step = (ScalingAdjustment: number, lower?: number, upper?: number) => ({
  ScalingAdjustment,
  MetricIntervalLowerBound: lower,
  MetricIntervalUpperBound: upper,
});

describe("steps", () => {
  const out: Steps = { AdjustmentType: "ChangeInCapacity", StepAdjustments: [step(1, 0, 10), step(3, 10)] };
  const down: Steps = {
    AdjustmentType: "ChangeInCapacity",
    StepAdjustments: [step(-1, -10, 0), step(-2, undefined, -10)],
  };
  it.each([
    [out, 0, 5],
    [out, 9.9, 5],
    [out, 10, 7],
    [out, -1, undefined],
    [down, -10, 2],
    [down, -9.9, 3],
    [down, -0.1, 3],
    [down, 0, undefined],
  ])("%j beyond the threshold by %d", (steps, delta, expected) =>
    expect(steppedCapacity(steps, 4, delta)).toBe(expected),
  );

  it.each([
    [10, 25, 1, 12],
    [10, -25, 1, 8],
    [3, 10, 1, 4],
    [3, -10, 1, 2],
    [10, 10, 3, 13],
    [10, -10, 3, 7],
    [10, 0, 3, 10],
  ])("%d changed by %d %%, by %d at least, is %d", (capacity, percent, least, expected) => {
    const steps: Steps = {
      AdjustmentType: "PercentChangeInCapacity",
      MinAdjustmentMagnitude: least,
      StepAdjustments: [step(percent, 0)],
    };
    expect(steppedCapacity(steps, capacity, 0)).toBe(expected);
  });

  it("may name the capacity itself", () => {
    const steps: Steps = { AdjustmentType: "ExactCapacity", StepAdjustments: [step(6, 0)] };
    expect(steppedCapacity(steps, 2, 1)).toBe(6);
  });
});

it.each([
  [1, 150, 70, 3],
  [4, 70, 70, 4],
  [3, 0.7 * 3, 0.7, 9],
  [10, 7, 70, 1],
])("%d at %d with the target %d becomes %d", (capacity, value, target, expected) =>
  expect(trackedCapacity(capacity, value, target)).toBe(expected),
);

it("takes the largest capacity, and a smaller one only when it may", () => {
  const proposals = [2, 6, 8, 4].map((capacity, index) => ({ policy: `p${index}`, alarm: "a", capacity }));
  expect(chooseProposal(proposals, 4, () => true)).toMatchObject({ capacity: 8 });
  expect(chooseProposal(proposals.slice(0, 1), 4, () => true)).toMatchObject({ capacity: 2 });
  expect(chooseProposal(proposals.slice(0, 1), 4, () => false)).toBeUndefined();
  expect(chooseProposal(proposals.slice(3), 4, () => true)).toBeUndefined();
});
