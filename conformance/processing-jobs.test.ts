import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import {
  Bucket,
  basePython,
  describeProcessing,
  endOf,
  input,
  objectsBelow,
  output,
  processingJob,
  uploadTexts,
} from "./processing-jobs.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });
beforeAll(() => uploadTexts(server));
const sagemaker = () => clientsOf(server).sagemaker;
const create = (...words: Parameters<typeof processingJob>) => sagemaker().createProcessingJob(processingJob(...words));

test("a job's life: made, described, listed, ended, deleted", async () => {
  const request = processingJob(
    "whole",
    "cd processing; cat input/data/a.txt input/data/deep/b.txt > result/all.txt; echo $GREETING; printf done > ../output/message",
    {
      Environment: { GREETING: "hello" },
      Tags: [{ Key: "team", Value: "a" }],
      ExperimentConfig: { ExperimentName: "words" },
    },
  );
  const { ProcessingJobArn } = await sagemaker().createProcessingJob(request);
  expect(ProcessingJobArn).toMatch(/:processing-job\/whole$/);
  await expect(sagemaker().createProcessingJob(request)).rejects.toMatchObject({ name: "ResourceInUse" });
  const job = await endOf(server, "whole");
  const { Tags: _, ...shown } = request;
  expect(job).toEqual({
    ...shown,
    ProcessingJobArn,
    ProcessingJobStatus: "Completed",
    ExitMessage: "done",
    ProcessingInputs: [
      {
        InputName: "data",
        AppManaged: false,
        S3Input: {
          ...request.ProcessingInputs![0]!.S3Input,
          S3DataDistributionType: "FullyReplicated",
          S3CompressionType: "None",
        },
      },
    ],
    ProcessingOutputConfig: { Outputs: [{ ...output("result", "out/whole"), AppManaged: false }] },
    StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    CreationTime: expect.any(Date),
    ProcessingStartTime: expect.any(Date),
    ProcessingEndTime: expect.any(Date),
    LastModifiedTime: expect.any(Date),
  });
  expect(job.ProcessingEndTime!.getTime()).toBeGreaterThanOrEqual(job.ProcessingStartTime!.getTime());
  expect(await objectsBelow(server, "out/whole/")).toEqual({ "all.txt": "one two\nthree\n" });
  expect((await linesOf(server, "/aws/sagemaker/ProcessingJobs", "whole/algo-1-")).flat()).toContain("hello");
  expect(await sagemaker().listTags({ ResourceArn: ProcessingJobArn })).toMatchObject({ Tags: request.Tags });
  const { ProcessingJobSummaries } = await sagemaker().listProcessingJobs({
    NameContains: "whole",
    StatusEquals: "Completed",
    CreationTimeAfter: new Date(0),
    LastModifiedTimeBefore: new Date(Date.now() + 60_000),
    SortBy: "Name",
    SortOrder: "Descending",
  });
  expect(ProcessingJobSummaries).toEqual([
    {
      ProcessingJobName: "whole",
      ProcessingJobArn,
      ProcessingJobStatus: "Completed",
      ExitMessage: "done",
      CreationTime: job.CreationTime,
      ProcessingEndTime: job.ProcessingEndTime,
      LastModifiedTime: job.LastModifiedTime,
    },
  ]);
  const ProcessingJobName = "whole";
  await expect(sagemaker().stopProcessingJob({ ProcessingJobName })).rejects.toMatchObject({
    name: "ValidationException",
    message: "The request was rejected because the processing job is in status Completed.",
  });
  await sagemaker().deleteProcessingJob({ ProcessingJobName });
  const calls = ["describeProcessingJob", "stopProcessingJob", "deleteProcessingJob"] as const;
  for (const call of calls)
    await expect(sagemaker()[call]({ ProcessingJobName })).rejects.toMatchObject({
      name: "ValidationException",
      message: "Could not find requested job with name: whole",
    });
});

test("an input in mode Pipe is read from a named pipe for each time, and an unreadable one fails the job", async () => {
  const { s3 } = clientsOf(server);
  await s3.putObject({ Bucket, Key: "packed/1.gz", Body: gzipSync("packed one\n") });
  await s3.putObject({ Bucket, Key: "packed/2.gz", Body: gzipSync("packed two\n") });
  const pipe = { S3InputMode: "Pipe" } as const;
  const place = "/opt/ml/processing/input";
  const shell = `test ! -e ${place}/data; for n in 0 1; do cat ${place}/data_$n; done; cat ${place}/packed_0`;
  await create("pipes", shell, {
    ProcessingInputs: [
      input("data", "data/", pipe),
      input("packed", "packed/", { ...pipe, S3CompressionType: "Gzip" }),
      input("unread", "data/", pipe),
    ],
  });
  expect(await endOf(server, "pipes")).toMatchObject({ ProcessingJobStatus: "Completed" });
  const lines = (await linesOf(server, "/aws/sagemaker/ProcessingJobs", "pipes/")).flat();
  const twice = ["one two", "three", "one two", "three"];
  expect(lines.slice(-6)).toEqual([...twice, "packed one", "packed two"]);

  await create("unpackable", `cat ${place}/data_0`, {
    ProcessingInputs: [input("data", "data/", { ...pipe, S3CompressionType: "Gzip" })],
  });
  expect(await endOf(server, "unpackable")).toMatchObject({
    ProcessingJobStatus: "Failed",
    FailureReason: expect.stringMatching(/^ClientError: Failed to download data\. .*data\/a\.txt/),
  });
});

test("a stopped job ends by SIGTERM, and what it wrote is uploaded", async () => {
  const ProcessingJobName = "stopped";
  await create(
    ProcessingJobName,
    "cd processing; trap 'echo saved > result/saved.txt; printf early > ../output/message; exit 1' TERM; echo waiting; while true; do sleep 0.1; done",
  );
  const lines = async () => (await linesOf(server, "/aws/sagemaker/ProcessingJobs", "stopped/")).flat();
  await expect.poll(lines, patience).toContain("waiting");
  expect((await describeProcessing(server, ProcessingJobName)).ProcessingJobStatus).toBe("InProgress");
  await expect(sagemaker().deleteProcessingJob({ ProcessingJobName })).rejects.toThrow(
    "Processing job stopped is InProgress. Stop it with StopProcessingJob, and delete it once it has ended.",
  );
  await sagemaker().stopProcessingJob({ ProcessingJobName });
  expect(await endOf(server, ProcessingJobName)).toMatchObject({
    ProcessingJobStatus: "Stopped",
    ExitMessage: "early",
    ProcessingEndTime: expect.any(Date),
  });
  expect(await objectsBelow(server, "out/stopped/")).toEqual({ "saved.txt": "saved\n" });
});

/** Waits until another has put an object, with the credentials of the job's role. */
const waitFor = (key: string) => `
import boto3, time
s3 = boto3.client("s3")
print("acting as", boto3.client("sts").get_caller_identity()["Arn"], flush=True)
while "Contents" not in s3.list_objects_v2(Bucket="${Bucket}", Prefix="${key}"):
    time.sleep(0.1)
`;

test("an output in mode Continuous has a file once it is closed, and again when it has changed", async () => {
  const { s3 } = clientsOf(server);
  await s3.putObject({ Bucket, Key: "code/wait.py", Body: waitFor("go") });
  await create(
    "continuous",
    "cd processing; echo 1 > result/closed; exec 3> result/open; echo 2 >&3; python3 input/code/wait.py; echo 3 >> result/closed",
    {
      ProcessingInputs: [input("code", "code/wait.py")],
      ProcessingOutputConfig: { Outputs: [output("result", "out/continuous/", { S3UploadMode: "Continuous" })] },
    },
  );
  const uploaded = () => objectsBelow(server, "out/continuous/");
  await expect.poll(uploaded, patience).toEqual({ closed: "1\n" });
  expect((await describeProcessing(server, "continuous")).ProcessingJobStatus).toBe("InProgress");
  await s3.putObject({ Bucket, Key: "go", Body: "" });
  expect((await endOf(server, "continuous")).ProcessingJobStatus).toBe("Completed");
  expect(await uploaded()).toEqual({ closed: "1\n3\n", open: "2\n" });
  const lines = (await linesOf(server, "/aws/sagemaker/ProcessingJobs", "continuous/")).flat();
  expect(lines.find((line) => line.startsWith("acting as"))).toMatch(/:assumed-role\/[^/]+\//);
});

test("inputs of all kinds come where they are wanted", async () => {
  const { s3 } = clientsOf(server);
  const manifest = JSON.stringify([{ prefix: `s3://${Bucket}/data/` }, "deep/b.txt"]);
  await s3.putObject({ Bucket, Key: "lists/manifest.json", Body: manifest });
  await create("inputs", "cd processing/input; find . -type f | sort > ../result/found.txt", {
    ProcessingInputs: [
      input("object", "data/a.txt"),
      input("prefix", "data/de"),
      input("folder", "data", {
        LocalPath: "/opt/ml/processing/input/some/where/",
        S3DataDistributionType: "ShardedByS3Key",
      }),
      input("manifest", "lists/manifest.json", { S3DataType: "ManifestFile" }),
    ],
  });
  expect(await endOf(server, "inputs")).toMatchObject({ ProcessingJobStatus: "Completed" });
  const found = [
    "./manifest/deep/b.txt",
    "./object/a.txt",
    "./prefix/deep/b.txt",
    "./some/where/a.txt",
    "./some/where/deep/b.txt",
  ];
  expect(await objectsBelow(server, "out/inputs/")).toEqual({ "found.txt": `${found.join("\n")}\n` });
});

describe("a job that goes wrong says why:", () => {
  const bad: Record<
    string,
    readonly [shell: string, reason: string | RegExp, more?: Parameters<typeof processingJob>[2]]
  > = {
    "exit-code": ["echo half > processing/result/half.txt; exit 3", "AlgorithmError: , exit code: 3"],
    "failure-file": ["printf 'no rows' > output/failure; exit 1", "AlgorithmError: no rows, exit code: 1"],
    "no-program": ["exec /no/such/program", "AlgorithmError: , exit code: 127"],
    "bad-message": [
      "printf '\\377\\376' > output/message",
      "ClientError: The exit message in /opt/ml/output/message is not encoded in UTF-8.",
    ],
    "no-input": [
      "true",
      `ClientError: Failed to download data. No S3 objects found under S3 URL "s3://${Bucket}/nothing/".`,
      { ProcessingInputs: [input("data", "nothing/")] },
    ],
    "no-bucket": [
      "true",
      /^ClientError: Failed to upload data\. The bucket "not-there" of output "result" cannot be used/,
      { ProcessingOutputConfig: { Outputs: [output("result", "", { S3Uri: "s3://not-there/out" })] } },
    ],
    "key-file": ["ln -s /proc/self/environ output/failure; exit 1", "AlgorithmError: , exit code: 1"],
  };
  test.each(Object.keys(bad))("%s", async (name) => {
    const [shell, reason, more] = bad[name]!;
    await create(name, shell, more);
    const { ProcessingJobStatus, FailureReason, ProcessingEndTime } = await endOf(server, name);
    expect([ProcessingJobStatus, FailureReason]).toEqual(["Failed", expect.stringMatching(reason)]);
    if (typeof reason === "string") expect(FailureReason).toBe(reason);
    expect(ProcessingEndTime).toBeInstanceOf(Date);
  });

  test("what a failed job wrote is uploaded", async () => {
    expect(await objectsBelow(server, "out/exit-code/")).toEqual({ "half.txt": "half\n" });
  });
});

test("a job over its longest runtime is stopped, and what it wrote is uploaded", async () => {
  await create("long", "echo a > processing/result/a.txt; exec sleep 600", {
    StoppingCondition: { MaxRuntimeInSeconds: 3 },
  });
  const { ProcessingJobStatus, FailureReason } = await endOf(server, "long");
  expect([ProcessingJobStatus, FailureReason]).toEqual(["Stopped", undefined]);
  expect(await objectsBelow(server, "out/long/")).toEqual({ "a.txt": "a\n" });
});

test.for([
  [432_000, []],
  [432_001, [expect.stringMatching(/^WARNING: MaxRuntimeInSeconds is 432001\..* 432000 \(5 days\)\.$/)]],
] as const)("a longest runtime of %i s is made, and warned of over five days", async ([seconds, warnings]) => {
  const name = `days-${seconds}`;
  await create(name, "echo done", { StoppingCondition: { MaxRuntimeInSeconds: seconds } });
  expect(await endOf(server, name)).toMatchObject({ ProcessingJobStatus: "Completed" });
  const lines = (await linesOf(server, "/aws/sagemaker/ProcessingJobs", `${name}/`)).flat();
  expect(lines.filter((line) => line.startsWith("WARNING"))).toEqual(warnings);
});

test("links of a job's lead nowhere: neither files nor folders behind them are uploaded", async () => {
  await create(
    "links",
    "cd processing; echo a > result/a.txt; ln -s /proc/self/environ result/environ; ln -s /opt/ml/config result/config; mkfifo result/pipe; rm -r more; ln -s /opt/ml/config more",
    { ProcessingOutputConfig: { Outputs: [output("result", "out/links"), output("more", "out/more-links")] } },
  );
  expect(await endOf(server, "links")).toMatchObject({ ProcessingJobStatus: "Completed" });
  expect(await objectsBelow(server, "out/links/")).toEqual({ "a.txt": "a\n" });
  expect(await objectsBelow(server, "out/more-links/")).toEqual({});
});

describe("refused when it is made:", () => {
  const result = output("result", "out/refused");
  const outputs = (...Outputs: object[]) => ({ ProcessingOutputConfig: { Outputs: Outputs as (typeof result)[] } });
  const cluster = (more: object) => ({
    ProcessingResources: { ClusterConfig: { InstanceType: "ml.m5.large" as const, VolumeSizeInGB: 1, ...more } },
  });
  const app = (ImageUri: string, ContainerEntrypoint?: string[]) => ({
    AppSpecification: { ImageUri, ContainerEntrypoint },
  });
  const notBuilt = (what: string) => new RegExp(`^${what} is not built in Sagebrush`);
  test.each<[string, Parameters<typeof processingJob>[2], RegExp]>([
    [
      "a path elsewhere",
      { ProcessingInputs: [input("data", "data/", { LocalPath: "/opt/ml/input" })] },
      /LocalPath "\/opt\/ml\/input" is no path below \/opt\/ml\/processing\//,
    ],
    [
      "a path that leaves",
      outputs(output("result", "out", { LocalPath: "/opt/ml/processing/../x" })),
      /^Output "result": LocalPath/,
    ],
    [
      "no path",
      { ProcessingInputs: [input("data", "data/", { LocalPath: undefined })] },
      /^Input "data": LocalPath is missing\./,
    ],
    [
      "a name twice",
      { ProcessingInputs: [input("data", "data/"), input("data", "data/")] },
      /^InputName "data" is given twice/,
    ],
    ["an output's name twice", outputs(result, result), /^OutputName "result" is given twice/],
    [
      "Gzip",
      { ProcessingInputs: [input("data", "data/", { S3CompressionType: "Gzip" })] },
      /S3CompressionType Gzip is allowed with S3InputMode Pipe alone/,
    ],
    [
      "a dataset of nothing",
      { ProcessingInputs: [{ InputName: "data", DatasetDefinition: { LocalPath: "/opt/ml/processing/d" } }] },
      /^Input "data": DatasetDefinition needs AthenaDatasetDefinition or RedshiftDatasetDefinition/,
    ],
    [
      "no source",
      { ProcessingInputs: [{ InputName: "data" }] },
      /^Input "data": S3Input or DatasetDefinition is missing\./,
    ],
    [
      "a feature group",
      outputs({ OutputName: "result", FeatureStoreOutput: { FeatureGroupName: "g" } }),
      /^Output "result": FeatureStoreOutput alone is for jobs that write .* Set AppManaged to true, or give an S3Output/,
    ],
    [
      "a feature group that the application writes, and files",
      outputs({ ...result, AppManaged: true, FeatureStoreOutput: { FeatureGroupName: "g" } }),
      /^Output "result": S3Output and FeatureStoreOutput are both given, and .* \(AppManaged is true\)/,
    ],
    [
      "a store of a feature group",
      { Environment: { SAGEBRUSH_TARGET_STORES: "OnlineStore,Offline" } },
      /^Environment.SAGEBRUSH_TARGET_STORES names "Offline"; give OnlineStore or OfflineStore/,
    ],
    [
      "an output of the application's",
      outputs({ ...result, AppManaged: true }),
      notBuilt('Output "result": AppManaged'),
    ],
    [
      "a selected type",
      cluster({ SelectedInstanceType: "ml.m5.large" }),
      /SelectedInstanceType is told by DescribeProcessingJob/,
    ],
    [
      "a key",
      { ProcessingOutputConfig: { Outputs: [result], KmsKeyId: "k" } },
      notBuilt("ProcessingOutputConfig.KmsKeyId"),
    ],
    [
      "an image without a runtime",
      app("123456789012.dkr.ecr.us-west-2.amazonaws.com/mine:1", ["a"]),
      /has no runtime in Sagebrush .* Images that can run a processing job: .*sagemaker-scikit-learn \(/,
    ],
    [
      "MXNet",
      app("763104351884.dkr.ecr.us-west-2.amazonaws.com/mxnet-training:1.9.0-cpu-py38", ["a"]),
      /cannot be run\. MXNet was retired/,
    ],
    ["no command", app(basePython), notBuilt(`A processing job that runs the own command of the image ${basePython}`)],
  ])("%s", async (_, more, words) => {
    await expect(create("refused", "true", more)).rejects.toMatchObject({
      name: expect.stringMatching(/^(ValidationException|NotImplemented)/),
      message: expect.stringMatching(words),
    });
  });
});

test("a program that prints that the disk was full fails with that, where the disk has room again", async () => {
  await create("was-full", "echo 'OSError: [Errno 28] No space left on device' >&2; exit 3");
  expect(await endOf(server, "was-full")).toMatchObject({
    ProcessingJobStatus: "Failed",
    FailureReason: `AlgorithmError: (Insufficient disk space: see "No space left on device" in the job's log.), exit code: 3`,
  });
});
