import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { ClientOptions } from "../conformance/server.ts";

/** Returns the first lines of a training job's log, a page of them. */
export async function jobLog(options: ClientOptions, jobName: string): Promise<string[]> {
  const logs = new CloudWatchLogs(options);
  const logGroupName = "/aws/sagemaker/TrainingJobs";
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName, logStreamNamePrefix: `${jobName}/` });
  const { logStreamName } = logStreams[0]!;
  const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true });
  return events.map(({ message }) => message!);
}
