import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { cpuMicroseconds } from "./process-figures.ts";
import { machine, startSagebrush } from "./servers.ts";

const lines = 200_000;
const pollMilliseconds = 50;

/**
 * How many lines a second of one job reach its log stream and, with two metrics in each line, CloudWatch: from when the
 * job prints the first until it has ended, which it has when all are stored. It prints faster than that.
 * @param checkout another checkout, measured in place of this one
 */
export async function run(checkout?: string): Promise<void> {
  const environment = { SAGEBRUSH_LOG_RATE: "0", SAGEBRUSH_LOG_SIZE: "0" };
  const server = await startSagebrush({ checkout, environment });
  try {
    const {
      port,
      credentials: { id, secret, region },
    } = server;
    const options = {
      endpoint: `http://127.0.0.1:${port}`,
      region,
      credentials: { accessKeyId: id, secretAccessKey: secret },
    };
    const s3 = new S3Client({ ...options, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "bench-out" }));
    for (const metrics of [2, "the image's"] as const) {
      const TrainingJobName = `lines-${metrics === 2 ? "two" : "image"}`;
      const sagemaker = new SageMakerClient(options);
      await sagemaker.send(new CreateTrainingJobCommand(printingJob(TrainingJobName, region, metrics)));
      const status = async () =>
        (await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))).SecondaryStatus!;
      for (let now = ""; now !== "Training"; now = await status()) await pause(pollMilliseconds);
      const [begun, cpu] = [performance.now(), await cpuMicroseconds(server.pid)];
      let now = "";
      for (; now !== "Completed"; now = await status()) {
        if (now === "Failed") throw new Error(`The job ${TrainingJobName} has failed.`);
        await pause(pollMilliseconds);
      }
      const seconds = (performance.now() - begun) / 1000;
      const used = ((await cpuMicroseconds(server.pid)) ?? Number.NaN) - (cpu ?? 0);
      const stored = await count(new CloudWatchLogsClient(options), `${TrainingJobName}/`);
      if (stored !== lines) throw new Error(`${lines} lines were printed, and ${stored} are stored.`);
      console.log(
        `${metrics} metric definitions: ${Math.round(lines / seconds)} lines/s, ${(used / lines).toFixed(1)} us of CPU a line`,
      );
    }
    console.log(machine());
  } finally {
    await server.close();
  }
}

async function count(client: CloudWatchLogsClient, logStreamNamePrefix: string): Promise<number> {
  let found = 0;
  const input = { logGroupName: "/aws/sagemaker/TrainingJobs", logStreamNamePrefix, filterPattern: `"train-rmse:"` };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) found += events.length;
  return found;
}

/** A job of XGBoost's image that prints what a training of many short rounds prints. */
const printingJob = (TrainingJobName: string, region: string, metrics: 2 | "the image's") => ({
  TrainingJobName,
  AlgorithmSpecification: {
    TrainingImage: `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:3.0-5`,
    TrainingInputMode: "File" as const,
    ContainerEntrypoint: ["python3", "-c"],
    ContainerArguments: [
      `for i in range(${lines}): print(f"[{i}]\\ttrain-rmse:{1 / (i + 1):.5f}\\tvalidation-rmse:{2 / (i + 1):.5f}")`,
    ],
    ...(metrics === 2 && {
      MetricDefinitions: [
        { Name: "train:rmse", Regex: "train-rmse:(\\S+)" },
        { Name: "validation:rmse", Regex: "validation-rmse:(\\S+)" },
      ],
    }),
  },
  RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
  OutputDataConfig: { S3OutputPath: "s3://bench-out/" },
  ResourceConfig: { InstanceType: "ml.m5.large" as const, InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
});
