import type { JobRuns } from "../../../frame/job-definition.ts";
import { jobEnds, outOfMemory, tookTooMuch } from "../job-ends.ts";
import type { ProcessingRequest } from "./processing-request.ts";

const memoryAdvice =
  "Please use an instance type with more memory, or reduce the size of job data processed on an instance.";

/** The steps and ends of a processing job, and the states of a run that lead to the steps. Describe shows no step. */
export const processingSteps = {
  steps: {
    Starting: { message: "Starting the processing job" },
    Downloading: { message: "Downloading input data" },
    Processing: { message: "Processing in progress" },
    Uploading: { message: "Uploading output data" },
    Restarting: { message: "Restarting the processing job" },
    Stopping: { message: "Stopping the processing job" },
    Stopped: { message: "Processing job stopped" },
    MaxRuntimeExceeded: { message: "Processing job runtime exceeded MaxRuntimeInSeconds provided" },
    Completed: { message: "Processing job completed" },
    Failed: { message: "Processing job failed" },
  },
  stepOfState: { started: "Starting", Downloading: "Downloading", Processing: "Processing", Uploading: "Uploading" },
  startsWith: "Downloading",
  outcome: {
    ...jobEnds,
    memory: ({ code }, { wanted }, context) =>
      outOfMemory(context, {
        advice: memoryAdvice,
        instanceType: wanted.ProcessingResources.ClusterConfig.InstanceType,
        code,
      }),
    limit: (end, { wanted }) => tookTooMuch(end, wanted.ProcessingResources.ClusterConfig),
  },
} as const satisfies Pick<JobRuns<ProcessingRequest>, "steps" | "stepOfState" | "startsWith" | "outcome">;
