import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { javaOf } from "../src/environments/java-folders.ts";
import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";
import { type MeasuredServer, machine, startSagebrush } from "./servers.ts";

const rounds = 3;
const group = "/aws/sagemaker/ProcessingJobs";
const said = /^FIRST TASK (\S+)$/m;
/** Says when its first task began. */
const program = `
import time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("FIRST TASK", spark.sparkContext.parallelize([0], 1).map(lambda _: time.time()).first())
spark.stop()
`;

/**
 * Seconds to the first task of a Spark job: from CreateProcessingJob on one host and on two, beside spark-submit with
 * local[2] by hand, from its start, in the same Spark. The first job makes the environment and is not counted.
 */
export async function run(): Promise<void> {
  console.log(`${machine()}; seconds to the first task, the middle of ${rounds}`);
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-bench-"));
  const environments = process.env.SAGEBRUSH_ENVIRONMENTS ?? scriptEnvironmentsFolder;
  const server = await startSagebrush({ environment: { SAGEBRUSH_ENVIRONMENTS: environments } });
  try {
    const script = join(folder, "first.py");
    await writeFile(script, program);
    const { s3 } = clients(server);
    await s3.createBucket({ Bucket: "bench-data" });
    await s3.putObject({ Bucket: "bench-data", Key: "code/first.py", Body: program });
    await job(server, "warm", 1);
    const seconds: Record<string, number[]> = { "spark-submit, local[2]": [], "one host": [], "two hosts": [] };
    for (let round = 0; round < rounds; round++) {
      seconds["spark-submit, local[2]"]!.push(await byHand(environments, script));
      seconds["one host"]!.push(await job(server, `one-${round}`, 1));
      seconds["two hosts"]!.push(await job(server, `two-${round}`, 2));
    }
    const hand = middle(seconds["spark-submit, local[2]"]!);
    for (const [name, all] of Object.entries(seconds))
      console.log(`${name}: ${middle(all).toFixed(1)} s, ${(middle(all) / hand).toFixed(2)} of that by hand`);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function byHand(environments: string, script: string): Promise<number> {
  const [bin] = globSync(join(environments, "spark-3.5-*/bin"));
  const begun = Date.now();
  const child = spawn(join(bin!, "spark-submit"), ["--master", "local[2]", script], {
    env: { ...process.env, JAVA_HOME: javaOf("") ?? "", PATH: `${bin}:${process.env.PATH}` },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  for await (const piece of child.stdout) output += piece;
  return sinceThen(output, begun);
}

/** @throws Error with what was said when no task began */
function sinceThen(output: string, begun: number): number {
  const [, at] = said.exec(output) ?? [];
  if (at === undefined) throw new Error(`No task began:\n${output}`);
  return Number(at) - begun / 1000;
}

async function job(server: MeasuredServer, ProcessingJobName: string, InstanceCount: number): Promise<number> {
  const { sagemaker, logs } = clients(server);
  const begun = Date.now();
  await sagemaker.createProcessingJob({
    ProcessingJobName,
    RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
    AppSpecification: {
      ImageUri: "153931337802.dkr.ecr.us-west-2.amazonaws.com/sagemaker-spark-processing:3.5-cpu",
      ContainerArguments: ["/opt/ml/processing/input/code/first.py"],
    },
    ProcessingInputs: [
      {
        InputName: "code",
        S3Input: {
          ...{ S3Uri: "s3://bench-data/code/", LocalPath: "/opt/ml/processing/input/code" },
          ...{ S3DataType: "S3Prefix", S3InputMode: "File" },
        },
      },
    ],
    ProcessingResources: { ClusterConfig: { InstanceCount, InstanceType: "ml.m5.large", VolumeSizeInGB: 5 } },
  });
  for (let status = "InProgress"; status === "InProgress"; await pause(200))
    status = (await sagemaker.describeProcessingJob({ ProcessingJobName })).ProcessingJobStatus!;
  const { logStreams = [] } = await logs.describeLogStreams({
    logGroupName: group,
    logStreamNamePrefix: `${ProcessingJobName}/algo-1-`,
  });
  const { events = [] } = await logs.getLogEvents({
    ...{ logGroupName: group, logStreamName: logStreams[0]!.logStreamName!, startFromHead: true },
  });
  return sinceThen(events.map(({ message }) => message).join("\n"), begun);
}

function clients({ port, credentials: { id, secret, region } }: MeasuredServer) {
  const credentials = { accessKeyId: id, secretAccessKey: secret };
  const options = { endpoint: `http://127.0.0.1:${port}`, region, credentials };
  return {
    sagemaker: new SageMaker(options),
    logs: new CloudWatchLogs(options),
    s3: new S3({ ...options, forcePathStyle: true }),
  };
}
