import { setTimeout as pause } from "node:timers/promises";
import { CopyObjectCommand, CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { scriptEnvironments } from "../conformance/script-environments.ts";
import { createTestServer } from "../conformance/server.ts";
import { role } from "../conformance/xgboost-job.ts";
import { defineSoak } from "./define-soak.ts";
import { jobLog } from "./job-log.ts";
import { runMegabytes } from "./run-memory.ts";

const image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3";
const Bucket = "soak-pipe";
const objectMegabytes = 50;
const mostMegabytes = 200;

export const soak = defineSoak({
  words: "a channel in mode Pipe is read in little memory, whatever its size",
  unit: "MB",
  sizes: { full: 5000, short: 500 },
  async run(size) {
    const server = await createTestServer({ environment: scriptEnvironments });
    try {
      await server.start();
      const s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
      const sagemaker = new SageMakerClient(server.clientOptions);
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } }),
      );
      const count = Math.ceil(size / objectMegabytes);
      await s3.send(new PutObjectCommand({ Bucket, Key: "data/0", Body: Buffer.alloc(objectMegabytes * 1e6, "x") }));
      // Copies share the stored body.
      for (let at = 1; at < count; at++)
        await s3.send(new CopyObjectCommand({ Bucket, Key: `data/${at}`, CopySource: `${Bucket}/data/0` }));

      const TrainingJobName = "reads-a-pipe";
      await sagemaker.send(
        new CreateTrainingJobCommand({
          TrainingJobName,
          RoleArn: role,
          AlgorithmSpecification: {
            TrainingImage: image,
            TrainingInputMode: "Pipe",
            ContainerEntrypoint: ["/bin/sh", "-c", "echo read $(wc -c < /opt/ml/input/data/train_0)"],
          },
          InputDataConfig: [
            {
              ChannelName: "train",
              DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/data/` } },
            },
          ],
          OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
          ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
          StoppingCondition: { MaxRuntimeInSeconds: 3600 },
        }),
      );
      let most = 0;
      let job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
      for (; job.TrainingJobStatus === "InProgress"; await pause(100)) {
        most = Math.max(most, runMegabytes(server.home));
        job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
      }
      if (job.TrainingJobStatus !== "Completed") throw new Error(job.FailureReason);
      const lines = await jobLog(server.clientOptions, TrainingJobName);
      const read = `read ${count * objectMegabytes * 1e6}`;
      if (!lines.includes(read)) throw new Error(`The job did not print "${read}":\n${lines.join("\n")}`);
      if (most === 0 || most >= mostMegabytes) throw new Error(`The run took ${most.toFixed(0)} MB.`);
      const seconds = job.TrainingTimeInSeconds!;
      return `the run, with what stages it, took ${most.toFixed(0)} MB at most, in ${seconds} s`;
    } finally {
      await server.close();
    }
  },
});
