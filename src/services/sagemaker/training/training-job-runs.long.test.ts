import { readFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import type { CreateTrainingJobRequest } from "@aws-sdk/client-sagemaker";
import { expect, it } from "vitest";
import { runAccessKey, runKeyPrefix } from "../../../runs/run-key.ts";
import {
  archive,
  bucket,
  channel,
  describeJob,
  ended,
  home,
  inStep,
  logOf,
  lossesOf,
  request,
  run,
  runFolders,
  s3,
  sagemaker,
  until,
  withChannel,
} from "./training-server.fixture.ts";

it("trains: data in, log, metrics, model and output out", async () => {
  const job = await run(
    request(
      "whole",
      { rounds: "30", output: "a plot" },
      {
        // Would end the program, were it one of its variables.
        Environment: { COLOUR: "green", NODE_OPTIONS: "--import data:text/javascript,process.exit(7)" },
        InputDataConfig: [
          channel("train", `s3://${bucket}/data/train`),
          channel("one", `s3://${bucket}/data/train.csv`),
          channel("listed", `s3://${bucket}/lists/manifest.json`, "ManifestFile"),
        ],
      },
    ),
  );
  expect(job).toMatchObject({ TrainingJobStatus: "Completed", SecondaryStatus: "Completed" });
  expect(job.SecondaryStatusTransitions?.map(({ Status, StatusMessage }) => [Status, StatusMessage])).toEqual([
    ["Starting", "Preparing the instances for training"],
    ["Downloading", "Downloading input data"],
    ["Training", "Training image download completed. Training in progress."],
    ["Uploading", "Uploading generated training model"],
    ["Completed", "Training job completed"],
  ]);
  const ends = job.SecondaryStatusTransitions!.map(({ EndTime }) => EndTime!.getTime());
  const starts = job.SecondaryStatusTransitions!.map(({ StartTime }) => StartTime!.getTime());
  expect(ends.slice(0, -1)).toEqual(starts.slice(1));
  expect(job.TrainingTimeInSeconds).toBeGreaterThan(0);
  expect(job.FinalMetricDataList).toMatchObject([{ MetricName: "train:loss", Value: expect.closeTo(1 / 30) }]);
  expect(await lossesOf("whole")).toBe(30);

  const lines = await logOf("whole");
  expect(lines).toEqual(Array.from({ length: 30 }, (_, i) => `[${i}]#011train-loss:${1 / (i + 1)}`));

  expect(job.ModelArtifacts?.S3ModelArtifacts).toBe(`s3://${bucket}/out/whole/output/model.tar.gz`);
  const model = await archive(job.ModelArtifacts!.S3ModelArtifacts!);
  expect(JSON.parse(model["seen.json"]!)).toEqual({
    seen: [
      "listed/train.csv: c",
      "listed/train/a.csv: a",
      "one/train.csv: c",
      "train/a.csv: a",
      "train/deep/b.csv: b",
      "train/train.csv: c",
    ],
    environment: {
      TRAINING_JOB_NAME: "whole",
      TRAINING_JOB_ARN: job.TrainingJobArn,
      AWS_REGION: "us-west-2",
    },
  });
  expect(await archive(`s3://${bucket}/out/whole/output/output.tar.gz`)).toEqual({ "plot.txt": "a plot" });
  await expect.poll(runFolders, { timeout: 20_000 }).toEqual([]);
});

it("gives a job a key for its own data alone, and only while it runs", async () => {
  await run(request("reaching", { reach: bucket }));
  const lines = await logOf("reaching");
  const key = lines.pop()!.slice("key: ".length);
  expect(lines).toEqual([
    ...["read channel: done", "list channel: done", "write output: done"],
    ...["read other: AccessDenied", "list all: AccessDenied", "write other: AccessDenied"],
    ...["delete channel: AccessDenied", "list jobs: AccessDeniedException"],
    ...["write log: AccessDeniedException", "write metric: AccessDenied"],
  ]);
  const secret = readFileSync(join(home, "run-secret"), "utf8").trim();
  const known = runAccessKey(secret, key.slice(runKeyPrefix.length));
  const credentials = { accessKeyId: known.accessKeyId, secretAccessKey: known.secret };
  const late = new S3({
    endpoint: await s3.config.endpoint!().then(({ protocol, hostname, port }) => `${protocol}//${hostname}:${port}`),
    region: "us-west-2",
    credentials,
    forcePathStyle: true,
  });
  await expect(late.getObject({ Bucket: bucket, Key: "data/train/a.csv" })).rejects.toThrow(
    /does not exist in our records/,
  );
});

it("fails with what the program left in its failure file, and with its exit code", async () => {
  const clientError = await run(request("client-error", { fail: "ClientError: train.csv, line 3: 'x'", exit: "1" }));
  expect(clientError).toMatchObject({
    TrainingJobStatus: "Failed",
    FailureReason: "ClientError: train.csv, line 3: 'x', exit code: 1",
  });
  expect(clientError.ModelArtifacts).toBeUndefined();
  const other = await run(request("other-error", { fail: "broken", exit: "2" }));
  expect(other.FailureReason).toBe("AlgorithmError: broken, exit code: 2");
  expect(other.SecondaryStatusTransitions?.at(-1)).toMatchObject({
    Status: "Failed",
    StatusMessage: "Training job failed",
  });
});

it("loses nothing of a log that comes faster than it is shipped", async () => {
  const rounds = 20_000;
  const job = await run(request("talkative", { rounds: String(rounds) }));
  expect(job.TrainingJobStatus).toBe("Completed");
  expect(await lossesOf("talkative")).toBe(rounds);
  const lines = await logOf("talkative");
  expect(lines).toEqual(Array.from({ length: rounds }, (_, i) => `[${i}]#011train-loss:${1 / (i + 1)}`));
});

it("stops when asked, and keeps what was saved", async () => {
  await sagemaker.createTrainingJob(request("stopped", { wait: "1" }));
  await expect.poll(() => logOf("stopped").catch(() => []), { timeout: 20_000 }).toContain("waiting");
  await expect(sagemaker.deleteTrainingJob({ TrainingJobName: "stopped" })).rejects.toThrow(/is InProgress. Stop it/);
  await sagemaker.stopTrainingJob({ TrainingJobName: "stopped" });
  await sagemaker.stopTrainingJob({ TrainingJobName: "stopped" });
  const job = await until("stopped", ended);
  expect(job).toMatchObject({ TrainingJobStatus: "Stopped", SecondaryStatus: "Stopped" });
  expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
    ...["Starting", "Downloading", "Training", "Stopping", "Stopped"],
  ]);
  expect(await logOf("stopped")).toContain("saving what there is");
  expect((await archive(job.ModelArtifacts!.S3ModelArtifacts!))["seen.json"]).toMatch(/\n$/);
  await expect(sagemaker.stopTrainingJob({ TrainingJobName: "stopped" })).rejects.toThrow(/in status Stopped/);
});

it("ends soon when it is stopped while it uploads", async () => {
  await sagemaker.createTrainingJob(request("late-stop", { outputBytes: "40000000" }));
  await until("late-stop", inStep("Uploading"));
  await sagemaker.stopTrainingJob({ TrainingJobName: "late-stop" });
  const job = await until("late-stop", ended);
  expect(Object.keys(await archive(job.ModelArtifacts!.S3ModelArtifacts!))).toEqual(["seen.json"]);
});

it("ends at its longest runtime as AWS does, with its artifacts", async () => {
  const job = await run(request("too-long", { wait: "1" }, { StoppingCondition: { MaxRuntimeInSeconds: 6 } }));
  expect(job).toMatchObject({ TrainingJobStatus: "Stopped", SecondaryStatus: "MaxRuntimeExceeded" });
  expect(Object.keys(await archive(job.ModelArtifacts!.S3ModelArtifacts!))).toEqual(["seen.json"]);
});

it("writes the model as it is when asked for no compression", async () => {
  const OutputDataConfig = { S3OutputPath: `s3://${bucket}/plain/`, CompressionType: "NONE" as const };
  const job = await run(request("uncompressed", {}, { OutputDataConfig }));
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBe(`s3://${bucket}/plain/uncompressed/output/model/`);
  const { Contents } = await s3.listObjectsV2({ Bucket: bucket, Prefix: "plain/" });
  expect(Contents?.map(({ Key }) => Key)).toEqual(["plain/uncompressed/output/model/seen.json"]);
});

it("refuses what AWS refuses, and what is not built, in words that help", async () => {
  const algorithm = request("x").AlgorithmSpecification!;
  const resources = request("x").ResourceConfig!;
  await s3.putObject({ Bucket: bucket, Key: "lists/large", Body: Buffer.alloc(16 * 1024 * 1024 + 1, " ") });
  const refusals: [Partial<CreateTrainingJobRequest>, RegExp][] = [
    [
      { AlgorithmSpecification: { ...algorithm, TrainingImage: "123456789012.dkr.ecr.us-west-2.amazonaws.com/x:1" } },
      /test-trainer \(1\)/,
    ],
    [
      { InputDataConfig: [channel("train", `s3://${bucket}/nothing`)] },
      /No S3 objects found under S3 URL "s3:\/\/training-data\/nothing"/,
    ],
    [{ InputDataConfig: [channel("train", "s3://no-such-bucket/x")] }, /No S3 objects found/],
    [
      { InputDataConfig: [channel("train", `s3://${bucket}/lists/large`, "ManifestFile")] },
      /lists\/large has 16777217 bytes; at most 16777216 are allowed/,
    ],
    [
      { InputDataConfig: [channel("a", `s3://${bucket}/data`), channel("a", `s3://${bucket}/data`)] },
      /"a" is given twice/,
    ],
    [{ OutputDataConfig: { S3OutputPath: "s3://no-such-bucket/x" } }, /bucket "no-such-bucket"/],
    [{ ResourceConfig: { ...resources, InstanceCount: 0 } }, /InstanceCount is 0; it must be at least 1/],
    [
      withChannel({}, { S3DataType: "AugmentedManifestFile", AttributeNames: ["a"] }),
      /^Channel "train": AugmentedManifestFile can only be used if the Channel's input mode is Pipe\.$/,
    ],
    [withChannel({ InputMode: "Pipe" }, { S3DataType: "AugmentedManifestFile" }), /needs AttributeNames/],
    [
      withChannel({}, { AttributeNames: ["a"] }),
      /AttributeNames are allowed with S3DataType AugmentedManifestFile alone/,
    ],
    [
      withChannel({ InputMode: "FastFile" }, { S3DataType: "ManifestFile" }),
      /FastFile takes S3DataType S3Prefix alone/,
    ],
    [
      withChannel({ InputMode: "FastFile" }, { S3Uri: `s3://${bucket}/data/tr` }),
      /S3Uri "s3:\/\/training-data\/data\/tr" is neither a folder nor an object/,
    ],
    [withChannel({ CompressionType: "Gzip" }), /CompressionType Gzip is allowed with input mode Pipe alone/],
    [
      withChannel({ RecordWrapperType: "RecordIO" }),
      /RecordWrapperType RecordIO is allowed with input mode Pipe alone/,
    ],
    [withChannel({ ChannelName: ".." }), /^Channel "\.\.": ChannelName cannot be the name of a folder/],
    [
      {
        AlgorithmSpecification: { ...algorithm, TrainingInputMode: "Pipe" },
        InputDataConfig: [channel("a", `s3://${bucket}/data`), channel("a_0", `s3://${bucket}/data`)],
      },
      /^Channel name "a_0" is that of a pipe of channel "a"\.$/,
    ],
    [
      { AlgorithmSpecification: { ...algorithm, MetricDefinitions: [{ Name: "a", Regex: "(" }] } },
      /Invalid regex of metric definition "a"/,
    ],
    [{ AlgorithmSpecification: { ...algorithm, MetricDefinitions: [{ Name: "a", Regex: "x" }] } }, /has no group/],
    [
      { AlgorithmSpecification: { ...algorithm, MetricDefinitions: [{ Name: "a", Regex: "(?=x)(y)" }] } },
      /^Look-around /,
    ],
    [
      { AlgorithmSpecification: { ...algorithm, ContainerEntrypoint: ["/bin/bash"] } },
      /^A training script in the image \S+test-trainer:1 is not built/,
    ],
    [{ HyperParameters: { sagemaker_program: '"train.py"' } }, /^A training script in the image /],
    [{ EnableManagedSpotTraining: true }, /MaxWaitTimeInSeconds/],
    [
      { CheckpointConfig: { S3Uri: `s3://${bucket}/steps` } },
      /^CheckpointConfig of a built-in algorithm is not built .*, or train by a script/,
    ],
    [
      {
        DebugHookConfig: {
          S3OutputPath: `s3://${bucket}/tensors`,
          CollectionConfigurations: [{ CollectionName: "metrics" }],
        },
      },
      /^DebugHookConfig.CollectionConfigurations of a built-in algorithm is not built/,
    ],
  ];
  for (const [changes, text] of refusals) {
    await expect(sagemaker.createTrainingJob(request("refused", {}, changes))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(text),
    });
  }
  await expect(describeJob("refused")).rejects.toMatchObject({
    name: "ValidationException",
    message: "Requested resource not found.",
  });
  await expect(sagemaker.createTrainingJob(request("whole"))).rejects.toMatchObject({
    name: "ResourceInUse",
    message: expect.stringMatching(
      /^Training job names must be unique .* already exists \(arn:aws:sagemaker:us-west-2:/,
    ),
  });
});

it("lists jobs oldest first, and deletes those that have ended", async () => {
  const { TrainingJobSummaries: all = [] } = await sagemaker.listTrainingJobs({ StatusEquals: "Completed" });
  expect(all.map(({ TrainingJobName }) => TrainingJobName)).toEqual(["whole", "reaching", "talkative", "uncompressed"]);
  await sagemaker.deleteTrainingJob({ TrainingJobName: "whole" });
  await expect(describeJob("whole")).rejects.toThrow("Requested resource not found.");
});
