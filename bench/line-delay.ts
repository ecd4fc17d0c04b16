import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchLogsClient, FilterLogEventsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { machine, startSagebrush } from "./servers.ts";

const lines = 100;
const pollMilliseconds = 5;
const logGroupName = "/aws/sagemaker/TrainingJobs";
const TrainingJobName = "slow-printer";

/**
 * How long a printed line takes until a client has it in its hands, for a job that prints now and then: from the clock
 * that the script reads as it prints to the answer of GetLogEvents and FilterLogEvents, which are asked again and again.
 * @param checkout another checkout, measured in place of this one
 */
export async function run(checkout?: string): Promise<void> {
  const server = await startSagebrush({ checkout });
  try {
    const { port, credentials } = server;
    const options = {
      endpoint: `http://127.0.0.1:${port}`,
      region: credentials.region,
      credentials: { accessKeyId: credentials.id, secretAccessKey: credentials.secret },
    };
    const sagemaker = new SageMakerClient(options);
    const logs = new CloudWatchLogsClient(options);
    await new S3Client({ ...options, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: "bench-out" }));
    await sagemaker.send(new CreateTrainingJobCommand(printingJob(credentials.region)));

    const delays = { GetLogEvents: new Map<number, number>(), FilterLogEvents: new Map<number, number>() };
    const note = (operation: keyof typeof delays, messages: readonly (string | undefined)[]) => {
      const now = Date.now();
      for (const message of messages) {
        const [, number, printed] = /^line (\d+) printed at (\d+)$/.exec(message ?? "") ?? [];
        const seen = delays[operation];
        if (number !== undefined && !seen.has(Number(number))) seen.set(Number(number), now - Number(printed));
      }
    };
    let logStreamName: string | undefined;
    let nextToken: string | undefined;
    for (let turn = 0; Object.values(delays).some(({ size }) => size < lines); turn++) {
      const filter = { logGroupName, logStreamNamePrefix: `${TrainingJobName}/` };
      const { events = [] } = await logs.send(new FilterLogEventsCommand(filter)).catch(() => ({ events: [] }));
      note(
        "FilterLogEvents",
        events.map(({ message }) => message),
      );
      logStreamName ??= events[0]?.logStreamName;
      if (logStreamName !== undefined) {
        const asked = { logGroupName, logStreamName, startFromHead: true, nextToken };
        const page = await logs.send(new GetLogEventsCommand(asked));
        note(
          "GetLogEvents",
          page.events!.map(({ message }) => message),
        );
        nextToken = page.nextForwardToken;
      }
      if (turn % 100 === 0) await checkJob(sagemaker);
      await pause(pollMilliseconds);
    }
    for (const [operation, seen] of Object.entries(delays)) console.log(`${operation}: ${summary([...seen.values()])}`);
    console.log(`${machine()}; load ${loadavg()[0]!.toFixed(1)}`);
  } finally {
    await server.close();
  }
}

async function checkJob(sagemaker: SageMakerClient): Promise<void> {
  const { TrainingJobStatus, FailureReason } = await sagemaker.send(
    new DescribeTrainingJobCommand({ TrainingJobName }),
  );
  if (TrainingJobStatus === "Failed") throw new Error(`The job has failed: ${FailureReason}`);
}

function summary(delays: number[]): string {
  const sorted = delays.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)];
  return `of ${sorted.length} lines, the median took ${at(0.5)} ms, the slowest ${sorted.at(-1)} ms`;
}

const printingJob = (region: string) => ({
  TrainingJobName,
  AlgorithmSpecification: {
    TrainingImage: `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:3.0-5`,
    TrainingInputMode: "File" as const,
    ContainerEntrypoint: ["python3", "-c"],
    ContainerArguments: [
      [
        "import random, time",
        `for line in range(${lines}):`,
        `    print(f"line {line} printed at {time.time_ns() // 1000000}", flush=True)`,
        "    time.sleep(random.uniform(0.01, 0.3))",
      ].join("\n"),
    ],
  },
  RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
  OutputDataConfig: { S3OutputPath: "s3://bench-out/" },
  ResourceConfig: { InstanceType: "ml.m5.large" as const, InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
});
