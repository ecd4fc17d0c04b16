import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  type TrainingInputMode,
} from "@aws-sdk/client-sagemaker";
import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";
import { machine, startSagebrush } from "./servers.ts";

const image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3";
const role = "arn:aws:iam::123456789012:role/SageMakerRole";
const bucket = "bench-data";
const rounds = 5;

/**
 * From CreateTrainingJob to the first line of the job's own command, with 10,000 objects of 1 GB in all and with one
 * object of that size, in mode File and in mode FastFile; medians and the least of five, in turns. `data-in=OBJECTS` has as many objects.
 */
export async function run(argument = "10000"): Promise<void> {
  const count = Number(argument);
  const size = Math.floor(1e9 / 10_000);
  console.log(`${machine()}; ${count} objects of ${size} bytes, and one of ${count * size}`);
  const environment = { SAGEBRUSH_ENVIRONMENTS: process.env.SAGEBRUSH_ENVIRONMENTS ?? scriptEnvironmentsFolder };
  const server = await startSagebrush({ environment });
  try {
    const { id, secret, region } = server.credentials;
    const credentials = { accessKeyId: id, secretAccessKey: secret };
    const options = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials };
    const s3 = new S3Client({ ...options, forcePathStyle: true });
    const sagemaker = new SageMakerClient(options);
    const logs = new CloudWatchLogsClient(options);
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const put = (Key: string, Body: Buffer) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    const one = Buffer.alloc(size, "x");
    const numbers = Array.from({ length: count }, (_, at) => at).values();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const at of numbers) await put(`many/${at % 100}/${at}`, one);
      }),
    );
    await put("one/whole", Buffer.alloc(count * size, "x"));

    let made = 0;
    const secondsOf = async (place: string, mode: TrainingInputMode): Promise<number> => {
      const TrainingJobName = `data-${made++}`;
      const began = Date.now();
      await sagemaker.send(
        new CreateTrainingJobCommand({
          TrainingJobName,
          RoleArn: role,
          AlgorithmSpecification: {
            TrainingImage: image,
            TrainingInputMode: mode,
            ContainerEntrypoint: [
              "/bin/sh",
              "-c",
              "echo first $(date +%s%3N); find /opt/ml/input/data/train/ -type f | wc -l",
            ],
          },
          InputDataConfig: [
            {
              ChannelName: "train",
              DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${bucket}/${place}/` } },
            },
          ],
          OutputDataConfig: { S3OutputPath: `s3://${bucket}/out` },
          ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
          StoppingCondition: { MaxRuntimeInSeconds: 3600 },
        }),
      );
      for (;;) {
        const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
        if (job.TrainingJobStatus === "Failed") throw new Error(job.FailureReason);
        if (job.TrainingJobStatus === "Completed") {
          const stream = {
            logGroupName: "/aws/sagemaker/TrainingJobs",
            logStreamName: `${TrainingJobName}/algo-1-${Math.floor(job.CreationTime!.getTime() / 1000)}`,
          };
          const { events = [] } = await logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true }));
          const lines = events.map(({ message }) => message!);
          const first = lines.findIndex((line) => line.startsWith("first "));
          if (Number(lines[first + 1]) !== (place === "many" ? count : 1)) throw new Error(lines.join("\n"));
          return (Number(lines[first]!.slice(6)) - began) / 1000;
        }
        await pause(50);
      }
    };
    await secondsOf("one", "FastFile"); // makes the server warm
    for (const mode of ["File", "FastFile"] as const) {
      const seconds: Record<string, number[]> = { many: [], one: [] };
      // In turns, because the machine may be busy with other work for a while.
      for (let round = 0; round < rounds; round++)
        for (const place of ["many", "one"]) seconds[place]!.push(await secondsOf(place, mode));
      const [many, one] = ["many", "one"].map((place) => seconds[place]!.sort((a, b) => a - b)) as [number[], number[]];
      const middle = Math.floor(rounds / 2);
      const shown = (all: number[]) => `${all[middle]!.toFixed(2)} s (${all[0]!.toFixed(2)} at least)`;
      console.log(
        `${mode}: many ${shown(many)}, one ${shown(one)}: ${(many[middle]! / one[middle]!).toFixed(2)}x (${(many[0]! / one[0]!).toFixed(2)}x)`,
      );
    }
  } finally {
    await server.close();
  }
}
