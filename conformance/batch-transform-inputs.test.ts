import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, linesOf } from "./clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";
import { Bucket, ended, makeModels, objectsBelow, put, transform, transformJob } from "./transform-jobs.ts";

const server = useServer({ environment: scriptEnvironments });
beforeAll(() => makeModels(server), 120_000);

const from = (S3Uri: string, S3DataType: "S3Prefix" | "ManifestFile" = "S3Prefix") => ({
  DataSource: { S3DataSource: { S3DataType, S3Uri } },
});

test("several instances divide the objects, and each has a log", async () => {
  const name = "hosts";
  const inputs = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`${index}.csv`, `row ${index}\n`]));
  const TransformResources = { InstanceType: "ml.m5.large" as const, InstanceCount: 3 };
  const outputs = await transform(server, inputs, transformJob(name, "lines", { TransformResources }));
  expect(Object.keys(outputs)).toEqual(Object.keys(inputs).map((key) => `${key}.out`));
  expect(outputs["6.csv.out"]).toBe("1:5:ROW 6\n");
  const { logStreams } = await clientsOf(server).logs.describeLogStreams({
    logGroupName: "/aws/sagemaker/TransformJobs",
    logStreamNamePrefix: `${name}/`,
  });
  const names = logStreams!.map(({ logStreamName }) => logStreamName!.replace(/-\d{10}/, ""));
  expect(names.sort()).toEqual([1, 2, 3].flatMap((host) => [`hosts/algo-${host}`, `hosts/algo-${host}/data-log`]));
});

test("the objects of a manifest, one object, and a prefix that ends within a name", async () => {
  const manifest = JSON.stringify([{ prefix: `s3://${Bucket}/in/listed/` }, "deep/a.csv", "b.csv"]);
  const listed = transformJob("listed", "lines", {
    TransformInput: from(`s3://${Bucket}/lists/objects.json`, "ManifestFile"),
    TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 2 },
  });
  await put(server, "lists/objects.json", manifest);
  const inputs = { "deep/a.csv": "a\n", "b.csv": "b\n", "c.csv": "not listed\n" };
  expect(Object.keys(await transform(server, inputs, listed))).toEqual(["b.csv.out", "deep/a.csv.out"]);
  const one = transformJob("one", "lines", { TransformInput: from(`s3://${Bucket}/in/listed/b.csv`) });
  expect(Object.keys(await transform(server, {}, one))).toEqual(["b.csv.out"]);
  const part = transformJob("part", "lines", { TransformInput: from(`s3://${Bucket}/in/listed/de`) });
  expect(Object.keys(await transform(server, {}, part))).toEqual(["deep/a.csv.out"]);
});

test("compressed, empty, binary and whole files", async () => {
  const zipped = transformJob("zipped", "lines", { TransformInput: { CompressionType: "Gzip" } });
  const gzipped = Buffer.concat([gzipSync("a\nb\n"), gzipSync("c\n")]);
  expect(await transform(server, { "rows.gz": gzipped, "none.gz": gzipSync("") }, zipped)).toEqual({
    "rows.gz.out": "3:1:A\n3:1:B\n3:1:C\n",
    "none.gz.out": "",
  });

  const recordIo = (data: string) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0xced7230a);
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, Buffer.from(data), Buffer.alloc(-data.length & 3)]);
  };
  const records = transformJob("recordio", "lines", {
    BatchStrategy: "SingleRecord",
    TransformInput: { SplitType: "RecordIO", ContentType: "application/x-recordio-protobuf" },
  });
  const framed = ["abcde", "f"].map(recordIo);
  const answers = framed.map((one) => `${one.length}:${one.toString("hex")}\n`).join("");
  expect(await transform(server, { data: Buffer.concat(framed) }, records)).toEqual({ "data.out": answers });

  const tfRecord = (data: string) => {
    const head = Buffer.alloc(12);
    head.writeBigUInt64LE(BigInt(data.length));
    return Buffer.concat([head, Buffer.from(data), Buffer.alloc(4)]);
  };
  const input = { SplitType: "TFRecord" as const, ContentType: "application/x-tfexample" };
  const file = Buffer.concat([tfRecord("abc"), tfRecord("")]);
  const single = transformJob("tfrecord", "lines", { BatchStrategy: "SingleRecord", TransformInput: input });
  expect(await transform(server, { data: file }, single)).toEqual({ "data.out": "3:616263\n0:\n" });
  const multi = transformJob("tfrecords", "lines", { TransformInput: input });
  expect(await transform(server, { data: file }, multi)).toEqual({
    "data.out": `${file.length}:${file.toString("hex")}\n`,
  });

  const whole = transformJob("whole", "lines", { TransformInput: { SplitType: "None" } });
  expect(await transform(server, { "rows.csv": "a\n\nb\n" }, whole)).toEqual({
    "rows.csv.out": "4:1:A\n4:0:\n4:1:B\n4:0:\n",
  });
});

test("without a limit a file goes through as it comes", async () => {
  const text = "0123456789abcdef".repeat(1024 * 1024);
  const request = transformJob("stream", "stream", {
    MaxPayloadInMB: 0,
    TransformInput: { SplitType: "None", ContentType: "text/plain" },
  });
  const { "text.out": output } = await transform(server, { text }, request);
  expect(output!.length).toBe(text.length + 2);
  expect(output === `${text}|\n`).toBe(true);
});

test("a model server may say how it is asked, and the request says more", async () => {
  const told = transformJob("told", "told", {});
  expect(await transform(server, { "a.csv": "a\nb\n" }, told)).toEqual({ "a.csv.out": "1:1:A\n1:1:B\n" });
  const [, dataLog] = await linesOf(server, "/aws/sagemaker/TransformJobs", "told/");
  expect(dataLog![0]).toContain("MaxConcurrentTransforms=3, MaxPayloadInMB=2, BatchStrategy=SINGLE_RECORD");
  const asked = transformJob("asked", "told", { BatchStrategy: "MultiRecord" });
  expect(await transform(server, { "a.csv": "a\nb\n" }, asked)).toEqual({ "a.csv.out": "2:1:A\n2:1:B\n" });
});

test("what is read and written is listed, and records are numbered", async () => {
  const name = "captured";
  const DataCaptureConfig = { DestinationS3Uri: `s3://${Bucket}/captures`, GenerateInferenceId: true };
  const request = transformJob(name, "trees", { DataCaptureConfig });
  const { "a.csv.out": text } = await transform(server, { "a.csv": "0.1,1\n0.9,1\n" }, request);
  expect(text).toMatch(/^(\d\d\.0,[0-9a-f-]{36},\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n){2}$/);
  const lists = Object.entries(await objectsBelow(server, "captures/"));
  const hour = /^(input|output)\/\d{4}\/\d\d\/\d\d\/\d\d\/[0-9a-f-]{36}\.json$/;
  expect(lists.map(([key, list]) => [hour.exec(key)?.[1], JSON.parse(list)])).toEqual([
    ["input", [{ prefix: `s3://${Bucket}/` }, "in/captured/a.csv"]],
    ["output", [{ prefix: `s3://${Bucket}/` }, "out/captured/a.csv.out"]],
  ]);
});

test("Describe says what was asked with AWS's defaults, tags and times", async () => {
  const { sagemaker } = clientsOf(server);
  const request = transformJob("described", "trees", { Tags: [{ Key: "team", Value: "blue" }] });
  await transform(server, { "a.csv": "0.1,1\n" }, request);
  const job = await ended(server, "described");
  expect(job).toMatchObject({
    ModelName: "trees",
    TransformInput: { ContentType: "text/csv", CompressionType: "None", SplitType: "Line" },
    TransformOutput: { S3OutputPath: `s3://${Bucket}/out/described`, AssembleWith: "Line", KmsKeyId: "" },
    TransformResources: { InstanceCount: 1, InstanceType: "ml.m5.large" },
    DataProcessing: { InputFilter: "$", OutputFilter: "$", JoinSource: "None" },
  });
  const times = [job.CreationTime, job.TransformStartTime, job.TransformEndTime].map((time) => time!.getTime());
  expect(times.toSorted((one, other) => one - other)).toEqual(times);
  expect((await sagemaker.listTags({ ResourceArn: job.TransformJobArn! })).Tags).toEqual(request.Tags);
  const { TransformJobSummaries } = await sagemaker.listTransformJobs({ MaxResults: 1 });
  // The newest comes first.
  expect(TransformJobSummaries!.map(({ TransformJobName }) => TransformJobName)).toEqual(["described"]);
});
