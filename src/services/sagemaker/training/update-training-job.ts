import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { JobActual } from "../../../frame/job-state.ts";
import type { Resource } from "../../../frame/resource-definition.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";
import type { TrainingRequest } from "./training-request.ts";

type UpdateTrainingJob = InputOf<typeof import("@aws-sdk/client-sagemaker"), "UpdateTrainingJob">;

/** Changes what may be changed of a job that has not ended: where its profiles go. A run has its plan from its start. */
export async function updateTrainingJob(
  input: UpdateTrainingJob,
  context: Context,
  jobs: Resource<TrainingRequest, JobActual>,
): Promise<{ TrainingJobArn: string }> {
  refuseMembers(context, input, "", ["ProfilerRuleConfigurations", "RemoteDebugConfig"]);
  if (input.ResourceConfig)
    refuseMembers(context, input.ResourceConfig, "ResourceConfig.", ["KeepAlivePeriodInSeconds"]);
  const { ProfilerConfig } = input;
  if (!ProfilerConfig) throw validationFault("There is nothing to update: give ProfilerConfig.");
  const { key } = await jobs.update(context, input, (job) => {
    const { status, wanted, actual } = job;
    if (status !== "InProgress")
      throw validationFault(`The request was rejected because the training job is in status ${status}.`);
    if (actual.runs) throw notBuilt(context, "ProfilerConfig of a job that has begun", "make another job");
    return { wanted: { ...wanted, ProfilerConfig: { ...wanted.ProfilerConfig, ...ProfilerConfig } } };
  });
  return { TrainingJobArn: jobs.arn(key) };
}
