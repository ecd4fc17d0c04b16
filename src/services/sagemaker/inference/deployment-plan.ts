import { validationFault } from "../../../aws/faults.ts";
import type { InputOf } from "../../../wire/operations.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
export type DeploymentConfig = NonNullable<InputOf<SageMaker, "UpdateEndpoint">["DeploymentConfig"]>;
type CapacitySize = NonNullable<DeploymentConfig["RollingUpdatePolicy"]>["MaximumBatchSize"];

/** How the traffic of an endpoint goes from one fleet to the next. */
export interface DeploymentPlan {
  /** The share of the traffic that the next fleet has after each shift; the last is 1. */
  readonly shares: readonly number[];
  /** How long each shift is watched. */
  readonly waitSeconds: number;
  /** How long the former fleet stays after the last shift has been watched. */
  readonly terminationSeconds: number;
  /** The longest that all of it may take. */
  readonly timeoutSeconds?: number;
  /** Rolling: each shift comes with so many instances of each variant, by name, and takes as many of the former away. */
  readonly batches?: Readonly<Record<string, number>>;
  /** Rolling: how many of the former instances of each variant come back at a time. */
  readonly rollbackBatch?: CapacitySize;
  /** A shift is undone when one of these is in ALARM while it is watched. */
  readonly alarms: readonly string[];
}

/** The instances that each variant is to have, by name. */
export type VariantCounts = Readonly<Record<string, number>>;

const atOnce: DeploymentPlan = { shares: [1], waitSeconds: 0, terminationSeconds: 0, alarms: [] };

/**
 * Returns what a deployment configuration asks for.
 * @throws Fault when it contradicts itself or goes beyond AWS's limits
 */
export function planDeployment(config: DeploymentConfig | undefined, counts: VariantCounts): DeploymentPlan {
  if (!config) return atOnce;
  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = config;
  if (blueGreen && rolling)
    throw validationFault("DeploymentConfig has both BlueGreenUpdatePolicy and RollingUpdatePolicy; give one of them.");
  const alarms = (config.AutoRollbackConfiguration?.Alarms ?? []).map(({ AlarmName }) => AlarmName!);
  const plan = {
    ...(rolling ? planRolling(rolling, counts) : blueGreen ? planBlueGreen(blueGreen, counts) : atOnce),
    alarms,
  };
  const waits = plan.waitSeconds * plan.shares.length + plan.terminationSeconds;
  if (plan.timeoutSeconds !== undefined && plan.timeoutSeconds <= waits)
    throw validationFault(
      `MaximumExecutionTimeoutInSeconds ${plan.timeoutSeconds} is not longer than the waits of the deployment, ${waits} s in all.`,
    );
  return plan;
}

function planBlueGreen(
  policy: NonNullable<DeploymentConfig["BlueGreenUpdatePolicy"]>,
  counts: VariantCounts,
): DeploymentPlan {
  const { Type, WaitIntervalInSeconds, CanarySize, LinearStepSize } = policy.TrafficRoutingConfiguration;
  const times = {
    waitSeconds: WaitIntervalInSeconds ?? 0,
    terminationSeconds: policy.TerminationWaitInSeconds ?? 0,
    timeoutSeconds: policy.MaximumExecutionTimeoutInSeconds,
    alarms: [],
  };
  if (Type !== "CANARY" && CanarySize)
    throw validationFault(`CanarySize is for traffic routing of type CANARY, not ${Type}.`);
  if (Type !== "LINEAR" && LinearStepSize)
    throw validationFault(`LinearStepSize is for traffic routing of type LINEAR, not ${Type}.`);
  if (Type === "ALL_AT_ONCE") return { ...times, shares: [1] };
  if (Type === "CANARY") {
    if (!CanarySize) throw validationFault("Traffic routing of type CANARY needs CanarySize.");
    return { ...times, shares: [shareOf(CanarySize, counts, "CanarySize", 0), 1] };
  }
  if (!LinearStepSize) throw validationFault("Traffic routing of type LINEAR needs LinearStepSize.");
  return { ...times, shares: stepsOf(shareOf(LinearStepSize, counts, "LinearStepSize", 0.1)) };
}

function planRolling(
  policy: NonNullable<DeploymentConfig["RollingUpdatePolicy"]>,
  counts: VariantCounts,
): DeploymentPlan {
  shareOf(policy.MaximumBatchSize, counts, "MaximumBatchSize", 0.05);
  const batches = batchesOf(policy.MaximumBatchSize, counts);
  const steps = Math.max(...Object.entries(counts).map(([name, count]) => Math.ceil(count / batches[name]!)));
  return {
    shares: Array.from({ length: steps }, (_, step) => (step + 1) / steps),
    waitSeconds: policy.WaitIntervalInSeconds ?? 0,
    terminationSeconds: 0,
    timeoutSeconds: policy.MaximumExecutionTimeoutInSeconds,
    batches,
    rollbackBatch: policy.RollbackMaximumBatchSize,
    alarms: [],
  };
}

/** Returns how many instances of each variant a size comes to: at least one. */
export function batchesOf({ Type, Value }: CapacitySize, counts: VariantCounts): VariantCounts {
  const of = (count: number) => (Type === "INSTANCE_COUNT" ? Value! : Math.floor((count * Value!) / 100));
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, Math.min(count, Math.max(1, of(count)))]),
  );
}

const mostShare = 0.5;

/** Returns a size as the share of a variant: of the one with the most instances, when variants differ. */
function shareOf({ Type, Value }: CapacitySize, counts: VariantCounts, member: string, least: number): number {
  const most = Math.max(...Object.values(counts));
  const share = Type === "INSTANCE_COUNT" ? Value! / most : Value! / 100;
  if (share > mostShare || share < least)
    throw validationFault(
      `${member} ${Value} (${Type}) is ${least > 0 ? `not between ${least * 100} and ${mostShare * 100}` : `more than ${mostShare * 100}`} percent of the ${most} instance(s) of a variant.`,
    );
  return share;
}

function stepsOf(share: number): number[] {
  const steps = Math.ceil(1 / share - 1e-9);
  return Array.from({ length: steps }, (_, step) => (step + 1 === steps ? 1 : (step + 1) * share));
}

/** Whether the traffic goes over at once, and nothing is waited for or watched. */
export const isPlain = ({ shares, waitSeconds, terminationSeconds, alarms, batches }: DeploymentPlan): boolean =>
  shares.length === 1 && waitSeconds === 0 && terminationSeconds === 0 && alarms.length === 0 && !batches;
