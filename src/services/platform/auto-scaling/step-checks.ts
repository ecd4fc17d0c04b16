import { validationFault } from "../../../aws/faults.ts";
import type { WantedPolicy } from "./scaling-kinds.ts";

/** Checks what the model of a step policy cannot say. @throws Fault */
export function checkSteps(configuration: NonNullable<WantedPolicy["StepScalingPolicyConfiguration"]>): void {
  const { AdjustmentType, StepAdjustments = [], MinAdjustmentMagnitude } = configuration;
  if (AdjustmentType === undefined || StepAdjustments.length === 0)
    throw validationFault("A step scaling policy needs an AdjustmentType and at least one step adjustment.");
  if (MinAdjustmentMagnitude !== undefined && AdjustmentType !== "PercentChangeInCapacity")
    throw validationFault("MinAdjustmentMagnitude is only for the AdjustmentType PercentChangeInCapacity.");
  const steps = StepAdjustments.map(
    ({ MetricIntervalLowerBound: lower = -Infinity, MetricIntervalUpperBound: upper = Infinity }) => ({ lower, upper }),
  ).sort((a, b) => a.lower - b.lower);
  steps.forEach(({ lower, upper }, index) => {
    if (lower === -Infinity && upper === Infinity)
      throw validationFault(
        "Each step adjustment needs a MetricIntervalLowerBound, a MetricIntervalUpperBound, or both.",
      );
    if (lower >= upper)
      throw validationFault("The MetricIntervalUpperBound of a step adjustment must be greater than its lower bound.");
    const next = steps[index + 1]?.lower;
    if (next === undefined) return;
    if (next < upper) throw validationFault("The intervals of the step adjustments must not overlap.");
    if (next > upper) throw validationFault("There must be no gap between the intervals of the step adjustments.");
  });
}
