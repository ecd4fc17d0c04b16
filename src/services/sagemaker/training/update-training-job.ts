import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { Job } from "../../../frame/job-definition.ts";
import type { JobActual } from "../../../frame/job-state.ts";
import type { Resource } from "../../../frame/resource-definition.ts";
import { run, runKey } from "../../../frame/run.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";
import { checkFolders, folderGrants, isProfiled, keptFolders } from "./training-folders.ts";
import type { TrainingRequest } from "./training-request.ts";

type TrainingJob = Job<TrainingRequest>;
type UpdateTrainingJob = InputOf<typeof import("@aws-sdk/client-sagemaker"), "UpdateTrainingJob">;

/**
 * Changes what may be changed of a job that has not ended: how it is profiled, which a script that runs is told. That
 * nobody looks into it with a debugger may be said again.
 */
export async function updateTrainingJob(
  input: UpdateTrainingJob,
  context: Context,
  jobs: Resource<TrainingRequest, JobActual>,
): Promise<{ TrainingJobArn: string }> {
  refuseUnbuilt(input, context);
  const { ProfilerConfig: profiler, RemoteDebugConfig: debug } = input;
  if (!profiler && !debug) throw validationFault("There is nothing to update: give ProfilerConfig.");
  const { key } = await jobs.update(context, input, async (job) => {
    const { status, wanted, actual } = job;
    if (status !== "InProgress")
      throw validationFault(`The request was rejected because the training job is in status ${status}.`);
    if (debug) checkDebugTime(job);
    if (profiler) checkPath(job, profiler);
    const after: TrainingRequest = {
      ...wanted,
      ...(profiler && { ProfilerConfig: { ...wanted.ProfilerConfig, ...profiler } }),
      ...(debug && { RemoteDebugConfig: { ...wanted.RemoteDebugConfig, ...debug } }),
    };
    await checkFolders(after, context.as(wanted.RoleArn));
    return { wanted: after, actual: { ...actual, changed: true }, changes: await grantFolders(job, after, context) };
  });
  return { TrainingJobArn: jobs.arn(key) };
}

function refuseUnbuilt(input: UpdateTrainingJob, context: Context): void {
  refuseMembers(context, input, "", ["ProfilerRuleConfigurations", "RemoteDebugConfig"]);
  if (input.ResourceConfig)
    refuseMembers(context, input.ResourceConfig, "ResourceConfig.", ["KeepAlivePeriodInSeconds"]);
}

/** AWS changes this only of a job whose instance is there. */
function checkDebugTime({ actual }: TrainingJob): void {
  const step = actual.transitions.at(-1)?.Status;
  if (step !== "Downloading" && step !== "Training")
    throw validationFault(
      `RemoteDebugConfig can be updated when the SecondaryStatus of the training job is Downloading or Training; it is ${step}.`,
    );
}

/** Where the profiles of a job go stays as it is once it has begun with them. */
function checkPath({ wanted, actual }: TrainingJob, { S3OutputPath: path }: { readonly S3OutputPath?: string }): void {
  const before = wanted.ProfilerConfig?.S3OutputPath;
  if (actual.runs && isProfiled(wanted.ProfilerConfig) && path !== undefined && path !== before)
    throw validationFault(
      `ProfilerConfig.S3OutputPath cannot be changed while the training job is profiled. It is "${before}".`,
    );
}

/** Lets the runs of a job write to folders that it has only now. */
async function grantFolders(
  { wanted, actual }: TrainingJob,
  after: TrainingRequest,
  context: Context,
): Promise<readonly ResourceChange[]> {
  const had = new Set(keptFolders(wanted, true).map((folder) => JSON.stringify(folder)));
  const fresh = keptFolders(after, true).filter((folder) => !had.has(JSON.stringify(folder)));
  const changes: ResourceChange[] = [];
  for (const { id } of fresh.length > 0 ? (actual.runs ?? []) : []) {
    const found = await run.find(context, runKey(context, id));
    if (!found) continue;
    const grants = [...found.wanted.grants, ...folderGrants(fresh)];
    changes.push(
      await run.put(context, { ...found, modified: context.clock.now(), wanted: { ...found.wanted, grants } }),
    );
  }
  return changes;
}
