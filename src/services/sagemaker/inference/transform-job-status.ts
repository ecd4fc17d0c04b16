import type { JobRuns } from "../../../frame/job-definition.ts";
import { jobEnds, outOfMemory, tookTooMuch } from "../job-ends.ts";
import type { TransformRequest } from "./transform-request.ts";

const memoryAdvice =
  "Please use an instance type with more memory, or reduce MaxPayloadInMB or MaxConcurrentTransforms.";

/** The steps and ends of a transform job, and the states of a run that lead to the steps. Describe shows no step. */
export const transformSteps = {
  steps: {
    Starting: { message: "Starting the transform job" },
    Preparing: { message: "Preparing the model" },
    Transforming: { message: "Transforming the input" },
    Restarting: { message: "Restarting the transform job" },
    Stopping: { message: "Stopping the transform job" },
    Stopped: { message: "Transform job stopped" },
    MaxRuntimeExceeded: { message: "Transform job took too long" },
    Completed: { message: "Transform job completed" },
    Failed: { message: "Transform job failed" },
  },
  stepOfState: { started: "Starting", Preparing: "Preparing", Transforming: "Transforming" },
  startsWith: "Preparing",
  outcome: {
    ...jobEnds,
    memory: ({ code }, { wanted }, context) =>
      outOfMemory(context, { advice: memoryAdvice, instanceType: wanted.TransformResources!.InstanceType, code }),
    limit: (end) => tookTooMuch(end, {}),
  },
} as const satisfies Pick<JobRuns<TransformRequest>, "steps" | "stepOfState" | "startsWith" | "outcome">;
