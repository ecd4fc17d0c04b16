import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { basePython, processingJob } from "../conformance/processing-jobs.ts";
import { scriptEnvironments } from "../conformance/script-environments.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { defineSoak } from "./define-soak.ts";
import { runMegabytes } from "./run-memory.ts";

const logGroupName = "/aws/sagemaker/ProcessingJobs";
const ProcessingJobName = "prints";
const lineBytes = 1000;
const linesPerMegabyte = 1000;
/** What a run may print at once, and what it may each second: the defaults of the settings. */
const burstMegabytes = 4 * 1.049;
const megabytesPerSecond = 1.049;
const mostMegabytes = 300;

const source = `
import sys
part = (b"x" * ${lineBytes - 1} + b"\\n") * ${linesPerMegabyte}
for _ in range(int(sys.argv[1])):
    sys.stdout.buffer.write(part)
sys.stdout.buffer.flush()
print("the last words")
`;

export const soak = defineSoak({
  words: "a job that prints without measure fills neither the disk nor the memory, and its end is in its log",
  unit: "MB",
  sizes: { full: 10_000, short: 300 },
  async run(size) {
    const server = await createTestServer({ environment: scriptEnvironments });
    try {
      await server.start();
      const sagemaker = new SageMaker(server.clientOptions);
      const app = { ImageUri: basePython, ContainerEntrypoint: ["python", "-c", source, String(size)] };
      const plain = { ProcessingInputs: undefined, ProcessingOutputConfig: undefined };
      const begun = performance.now();
      await sagemaker.createProcessingJob(processingJob(ProcessingJobName, "", { AppSpecification: app, ...plain }));
      const describe = () => sagemaker.describeProcessingJob({ ProcessingJobName });
      let most = 0;
      let job = await describe();
      for (; job.ProcessingJobStatus === "InProgress"; await pause(200)) {
        most = Math.max(most, runMegabytes(server.home));
        job = await describe();
      }
      const seconds = (performance.now() - begun) / 1000;
      if (job.ProcessingJobStatus !== "Completed") throw new Error(job.FailureReason);
      const { lines, megabytes, leftOut, last } = await logOf(server);
      if (last !== "the last words") throw new Error(`The log ends with: ${last}`);
      if (lines + leftOut !== size * linesPerMegabyte)
        throw new Error(`${lines} lines are in the log and ${leftOut} are counted, of ${size * linesPerMegabyte}`);
      if (megabytes > burstMegabytes + megabytesPerSecond * seconds)
        throw new Error(`The log has ${megabytes.toFixed(0)} MB after ${seconds.toFixed(0)} s`);
      if (most > mostMegabytes) throw new Error(`The run took ${most.toFixed(0)} MB of memory.`);
      return `the log has ${megabytes.toFixed(0)} MB of what was printed in ${seconds.toFixed(0)} s; the run took ${most.toFixed(0)} MB of memory`;
    } finally {
      await server.close();
    }
  },
});

/** Counts the lines of the job's own in the log, and those that the log says are left out. */
async function logOf({ clientOptions }: TestServer) {
  const logs = new CloudWatchLogs(clientOptions);
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName });
  const { logStreamName } = logStreams[0]!;
  const found = { lines: 0, megabytes: 0, leftOut: 0, last: "" };
  let nextToken: string | undefined;
  for (;;) {
    const page = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true, nextToken });
    for (const { message } of page.events ?? []) {
      found.last = message!;
      found.megabytes += message!.length / 1e6;
      if (message!.startsWith("xxx")) found.lines++;
      found.leftOut += Number(/^\((\d+) lines are left out here/.exec(message!)?.[1] ?? 0);
    }
    if (page.nextForwardToken === nextToken) return found;
    nextToken = page.nextForwardToken;
  }
}
