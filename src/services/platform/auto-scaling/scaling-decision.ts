import type { WantedPolicy } from "./scaling-kinds.ts";

type StepConfiguration = NonNullable<WantedPolicy["StepScalingPolicyConfiguration"]>;

/**
 * Returns the capacity that a step policy asks for.
 * @param delta how far the metric lies beyond the alarm's threshold: negative when below it
 */
export function steppedCapacity(
  { AdjustmentType, StepAdjustments = [], MinAdjustmentMagnitude = 1 }: StepConfiguration,
  capacity: number,
  delta: number,
): number | undefined {
  const step = StepAdjustments.find(
    ({ MetricIntervalLowerBound: lower = -Infinity, MetricIntervalUpperBound: upper = Infinity }) =>
      // Above the threshold the lower bound belongs to the step, below it the upper one.
      delta >= 0 ? delta >= lower && delta < upper : delta > lower && delta <= upper,
  );
  if (!step) return undefined;
  const { ScalingAdjustment } = step;
  if (AdjustmentType === "ExactCapacity") return ScalingAdjustment!;
  if (AdjustmentType === "ChangeInCapacity") return capacity + ScalingAdjustment!;
  const change = (capacity * ScalingAdjustment!) / 100;
  // Changes are rounded towards none, and those below one to one.
  const whole = Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
  return capacity + Math.sign(whole) * Math.max(Math.abs(whole), whole === 0 ? 0 : MinAdjustmentMagnitude);
}

/** Returns the capacity at which a metric that is shared out among the capacity is at its target. */
export const trackedCapacity = (capacity: number, value: number, target: number): number =>
  // A quotient that is whole but for the last digits of a double stays whole.
  Math.ceil(Number(((capacity * value) / target).toFixed(9)));

/** What a policy asks for. */
export interface Proposal {
  readonly policy: string;
  readonly alarm: string;
  readonly capacity: number;
}

/**
 * Chooses among what several policies ask for: the largest capacity. Policies that track a target make it smaller only
 * when all of them would (`mayShrink`).
 */
export function chooseProposal(
  proposals: readonly Proposal[],
  capacity: number,
  mayShrink: (policy: string) => boolean,
): Proposal | undefined {
  const possible = proposals.filter(
    (one) => one.capacity > capacity || (one.capacity < capacity && mayShrink(one.policy)),
  );
  return possible.sort((a, b) => b.capacity - a.capacity)[0];
}
