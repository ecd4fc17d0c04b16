import type { Call } from "../wire/call.ts";

/** A training job under way, or an endpoint. */
export interface Running {
  readonly what: string;
  readonly name: string;
  readonly status: string;
  readonly since: Date;
}

/** The most shown of each kind, newest first, because neither the page nor `status` is a console. */
const shownOfEach = 20;

/** Returns what runs now in the region that `call` is for. */
export async function whatRuns(call: Call): Promise<Running[]> {
  const newest = { MaxResults: shownOfEach, SortBy: "CreationTime", SortOrder: "Descending" } as const;
  const [jobs, endpoints] = await Promise.all([
    call("sagemaker", "ListTrainingJobs", { ...newest, StatusEquals: "InProgress" }),
    call("sagemaker", "ListEndpoints", newest),
  ]);
  return [
    ...(jobs.TrainingJobSummaries ?? []).map((job) => ({
      what: "Training job",
      name: job.TrainingJobName,
      status: job.SecondaryStatus ?? job.TrainingJobStatus,
      since: job.CreationTime,
    })),
    ...(endpoints.Endpoints ?? []).map((endpoint) => ({
      what: "Endpoint",
      name: endpoint.EndpointName,
      status: endpoint.EndpointStatus,
      since: endpoint.CreationTime,
    })),
  ];
}
