import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import { expect } from "vitest";
import { runsLeftIn } from "./runs-left.ts";
import type { TestServer } from "./server.ts";

/** How long a test waits for what a server does by itself. */
export const patience = { timeout: 60_000, interval: 50 };

export function clientsOf(server: TestServer) {
  // Tries of the SDK's own would hide what the product does.
  const options = { ...server.clientOptions, maxAttempts: 1 };
  return {
    sagemaker: new SageMaker(options),
    runtime: new SageMakerRuntime(options),
    logs: new CloudWatchLogs(options),
    cloudwatch: new CloudWatch(options),
    s3: new S3({ ...options, forcePathStyle: true }),
  };
}

/** The lines of each stream of a log group whose name begins so. */
export async function linesOf(server: TestServer, logGroupName: string, prefix: string): Promise<string[][]> {
  const { logs } = clientsOf(server);
  const { logStreams = [] } = await logs
    .describeLogStreams({ logGroupName, logStreamNamePrefix: prefix })
    .catch(() => ({ logStreams: [] }));
  const streams: string[][] = [];
  for (const { logStreamName } of logStreams) {
    const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true });
    streams.push(events.map(({ message }) => message!));
  }
  return streams;
}

/** The sum of a statistic over the last hour. */
export async function sumOf(
  server: TestServer,
  metric: { readonly Namespace: string; readonly MetricName: string },
  dimensions: Readonly<Record<string, string>>,
  statistic: "Sum" | "SampleCount",
): Promise<number> {
  const { Datapoints = [] } = await clientsOf(server).cloudwatch.getMetricStatistics({
    ...metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    Period: 3600,
    Statistics: [statistic],
  });
  return Datapoints.reduce((sum, point) => sum + (point[statistic] ?? 0), 0);
}

export const untilNothingIsLeft = (server: TestServer, name: string) =>
  expect.poll(() => runsLeftIn(server.home), { ...patience, message: `nothing of ${name} is left` }).toEqual([]);
