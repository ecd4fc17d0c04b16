import { setTimeout as delay } from "node:timers/promises";
import type { Flow } from "../../prep/flows/flow.ts";
import { flowJobRequest, flowManifests, flowOutputs } from "../../prep/flows/flow-job-request.ts";
import type { ApiClient } from "../api-client.ts";
import { CommandError } from "../define-command.ts";

export interface FlowRunOptions {
  /** The flow's file, as it is. */
  readonly text: string;
  /** What the job is called, with the time after it. Absent: "flow". */
  readonly title?: string;
  readonly role?: string | undefined;
  /** Where outputs go; absent: a bucket of the account that is made for it. */
  readonly output?: string | undefined;
  readonly sources: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
  /** The outputs that are wanted; absent: all that the flow has. */
  readonly outputs?: readonly string[];
}

interface Described {
  readonly ProcessingJobStatus: string;
  readonly ExitMessage?: string;
  readonly FailureReason?: string;
}

const lookMilliseconds = 300;

/** Runs a flow as a processing job, says what it says, and returns the places of its outputs. @throws CommandError */
export async function runFlowJob(
  flow: Flow,
  options: FlowRunOptions,
  api: ApiClient,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const name = `${options.title ?? "flow"}-${new Date()
    .toISOString()
    .replace(/[-:.]|\.\d+Z/g, "")
    .toLowerCase()}`;
  const bucket = `sagemaker-${api.region}-${api.account}`;
  await api.makeBucket(bucket);
  const key = `data_wrangler_flows/${name}.flow`;
  const outputUri = (options.output ?? `s3://${bucket}/${name}/output`).replace(/\/+$/, "");
  const job = {
    name,
    role: options.role ?? `arn:aws:iam::${api.account}:role/SageMakerRole`,
    region: api.region,
    flowUri: `s3://${bucket}/${key}`,
    outputUri,
    sources: options.sources,
    arguments: options.arguments,
    ...(options.outputs && { outputs: options.outputs }),
  };
  const request = flowJobRequest(flow, job);
  await api.putObject(bucket, key, options.text);
  for (const { text, uri } of flowManifests(flow, job))
    await api.putObject(bucket, uri.slice(`s3://${bucket}/`.length), text);
  await api.call("sagemaker", "SageMaker.CreateProcessingJob", request);
  const made = { ProcessingJobName: name };
  const say = sayLog(name, api);
  let described: Described;
  do {
    await delay(lookMilliseconds, undefined, { signal }).catch(async () => {
      await api.call("sagemaker", "SageMaker.StopProcessingJob", made).catch(() => undefined);
      throw new CommandError(`The job ${name} is stopped.`, 130);
    });
    described = await api.call<Described>("sagemaker", "SageMaker.DescribeProcessingJob", made);
    await say();
  } while (["InProgress", "Stopping"].includes(described.ProcessingJobStatus));
  await say();
  if (described.ProcessingJobStatus !== "Completed")
    throw new CommandError(described.ExitMessage ?? described.FailureReason ?? `The job ${name} was stopped.`);
  return (options.outputs ?? flowOutputs(flow)).map((output) => `${outputUri}/${output.replaceAll(".", "/")}/`);
}

interface LogPage {
  readonly events: readonly { readonly eventId: string; readonly timestamp: number; readonly message: string }[];
}

/** Returns what writes the lines of the job's log that are new. */
function sayLog(job: string, api: ApiClient): () => Promise<void> {
  const said = new Set<string>();
  let startTime = 0;
  return async () => {
    const where = { logGroupName: "/aws/sagemaker/ProcessingJobs", logStreamNamePrefix: `${job}/`, startTime };
    // The group is made with its first line.
    const { events } = await api
      .call<LogPage>("logs", "Logs_20140328.FilterLogEvents", where)
      .catch((): LogPage => ({ events: [] }));
    for (const { eventId, message, timestamp } of events) {
      if (said.has(eventId)) continue;
      said.add(eventId);
      startTime = Math.max(startTime, timestamp);
      console.log(message);
    }
  };
}
