import type { Context } from "../../../frame/context.ts";
import type { Job, Spot } from "../../../frame/job-definition.ts";
import { occupiedMilliseconds } from "../../../frame/job-spot.ts";
import { type JobActual, workSeconds } from "../../../frame/job-state.ts";
import { defaultRuntimeSeconds, type TrainingRequest } from "./training-request.ts";

type TrainingJob = Job<TrainingRequest>;

/** Returns how a managed spot job is interrupted, and until when it is waited for; undefined for another job. */
export const managedSpot = ({ wanted, created }: TrainingJob, context: Pick<Context, "settings">) =>
  wanted.EnableManagedSpotTraining
    ? ({
        meanSeconds: context.settings.spotInterruptions,
        waitsUntil: created + (wanted.StoppingCondition?.MaxWaitTimeInSeconds ?? defaultRuntimeSeconds) * 1000,
        waited: { status: "Stopped", step: "MaxWaitTimeExceeded" },
        working: "Training",
        saving: "Uploading",
        interrupted: "Interrupted",
      } as const satisfies Spot)
    : undefined;

/** Returns how many seconds the next attempt of a job may take: of a spot job, what its earlier attempts left, 1 at least. */
export function runtimeLeft({ wanted, actual }: TrainingJob): number {
  const whole = wanted.StoppingCondition?.MaxRuntimeInSeconds ?? defaultRuntimeSeconds;
  if (!wanted.EnableManagedSpotTraining) return whole;
  return Math.max(1, whole - Math.round(occupiedMilliseconds(actual.transitions) / 1000));
}

/** Returns the seconds for which a job that has ended had its instance: a spot job had none between its attempts. */
export function billableSeconds({ wanted, actual }: { readonly wanted: TrainingRequest; readonly actual: JobActual }) {
  const whole = workSeconds(actual);
  if (!wanted.EnableManagedSpotTraining || whole === undefined) return whole;
  return Math.min(whole, Math.max(1, Math.round(occupiedMilliseconds(actual.transitions) / 1000)));
}
