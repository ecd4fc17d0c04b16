import { validationFault } from "../../aws/faults.ts";
import type { RunNeeds } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import { instanceCores, instanceMemory, smallerThanInstance } from "../../frame/instance-weight.ts";

/** An instance as a job asks for it. */
interface AskedInstance {
  readonly InstanceType?: string | undefined;
  readonly VolumeSizeInGB?: number | undefined;
}

/** Programs of data science start threads by the hundred, never so many. */
const mostProcesses = 4096;

/** Returns what a job's run may use of the machine: what its instance has, as far as it is there. */
export const instanceLimits = (
  context: Pick<Context, "machine">,
  { InstanceType, VolumeSizeInGB }: AskedInstance,
): RunNeeds["limits"] => ({
  memoryBytes: instanceMemory(context, InstanceType),
  cores: instanceCores(context, InstanceType),
  processes: mostProcesses,
  ...(VolumeSizeInGB ? { diskBytes: VolumeSizeInGB * 1024 ** 3 } : {}),
});

/** The volume of an instance that serves a model, where its variant names none. */
const servingVolumeGigabytes = 30;

/** Returns what the run of a model server may use besides the memory of its instance. */
export const servingLimits = (volumeGigabytes = servingVolumeGigabytes) =>
  ({ processes: mostProcesses, diskBytes: volumeGigabytes * 1024 ** 3 }) satisfies RunNeeds["limits"];

/** Says what a model server had or took too much of. */
export const servingLimitWords = (of: "processes" | "disk", volumeGigabytes = servingVolumeGigabytes): string =>
  of === "processes"
    ? `stayed at ${mostProcesses} processes and threads, the most that it may have`
    : `took more of the disk than ${volumeGigabytes} GiB, its VolumeSizeInGB`;

/** Refuses an instance that is larger than the machine where the setting asks for it. */
export function checkInstance(context: Pick<Context, "machine" | "settings">, type: string | undefined): void {
  const words = smallerThanInstance(context, type);
  if (words !== undefined && context.settings.largeInstances === "refuse")
    throw validationFault(`${words} Use a smaller type, or start the server with SAGEBRUSH_LARGE_INSTANCES=run.`);
}

/** What a job's log says first of an instance that is larger than the machine. */
export function instanceNotes(context: Pick<Context, "machine">, type: string | undefined): readonly string[] {
  const words = smallerThanInstance(context, type);
  return words === undefined ? [] : [words];
}

/** Says in AWS's form why a job was ended that needed more than it may have. */
export const limitReason = (
  { of, code }: { readonly of: "processes" | "disk"; readonly code: number },
  { VolumeSizeInGB }: AskedInstance,
): string => `ClientError: ${reasons[of](VolumeSizeInGB)}, exit code: ${code}`;

const reasons = {
  processes: () =>
    `Please start fewer processes and threads, or let them end. (The job stayed at ${mostProcesses}, the most that it may have.)`,
  disk: (gigabytes?: number) =>
    `Please use a larger volume (VolumeSizeInGB), or write less. (The job's files took more than ${gigabytes} GiB, its VolumeSizeInGB.)`,
} as const;
