import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { region, useServer } from "./server.ts";
import { Bucket, ended, makeModels, objectsBelow, put, transformJob } from "./transform-jobs.ts";
import { role, xgboost } from "./xgboost-job.ts";

const server = useServer({ environment: scriptEnvironments });
beforeAll(() => makeModels(server), 120_000);
const clients = () => clientsOf(server);
const create = (request: ReturnType<typeof transformJob>) => clients().sagemaker.createTransformJob(request);
const s3 = (uri: string) => ({ DataSource: { S3DataSource: { S3DataType: "S3Prefix" as const, S3Uri: uri } } });

const outcome = async (name: string) => {
  const { TransformJobStatus, FailureReason } = await ended(server, name);
  return [TransformJobStatus, FailureReason];
};

/** Has the program of the models wait until there is such an object. */
const gate = async (Key: string) => ({ GATE: await getSignedUrl(clients().s3, new GetObjectCommand({ Bucket, Key })) });

/** Waits until the objects are read. */
const untilBegun = (name: string) =>
  expect
    .poll(async () => (await linesOf(server, "/aws/sagemaker/TransformJobs", `${name}/`)).flat().join("\n"), patience)
    .toContain("MaxConcurrentTransforms=");

/** What of uploads in parts was begun and neither ended nor removed. */
const uploadsLeft = async () => (await clients().s3.listMultipartUploads({ Bucket })).Uploads ?? [];

test("an object with a bad record has no output, and the others have theirs", async () => {
  const name = "partial";
  for (const [key, text] of Object.entries({ a: "good\n", b: "good\nbad\n", c: "fine\n", d: "bad" }))
    await put(server, `in/${name}/${key}.csv`, text);
  await create(transformJob(name, "picky", { BatchStrategy: "SingleRecord" }));
  const [status, reason] = await outcome(name);
  expect(status).toBe("Failed");
  expect(reason).toMatch(
    /^AlgorithmError: s3:\/\/transformed\/in\/partial\/[bd]\.csv: Bad HTTP status received from algorithm: 400: a bad record:: bad\. 2 of 4 objects failed\. See job logs/,
  );
  expect(await objectsBelow(server, `out/${name}/`)).toEqual({ "a.csv.out": "1:4:GOOD\n", "c.csv.out": "1:4:FINE\n" });
  const streams = await linesOf(server, "/aws/sagemaker/TransformJobs", `${name}/`);
  const dataLog = streams.find((lines) => lines[0]?.includes("MaxConcurrentTransforms=1"))!;
  expect(dataLog[0]).toMatch(
    /:\[sagemaker logs\]: MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=SINGLE_RECORD$/,
  );
  expect(dataLog.join("\n")).toContain("transformed/in/partial/b.csv: Bad HTTP status received from algorithm: 400");
});

test("what fails now and then is asked again, as often as the request allows", async () => {
  const text = Array.from({ length: 25 }, (_, index) => `row ${index}\n`).join("");
  for (const name of ["again", "never-again"]) {
    await put(server, `in/${name}/rows.csv`, text);
    const ModelClientConfig = { InvocationsMaxRetries: name === "again" ? 1 : 0 };
    await create(transformJob(name, "tenth", { BatchStrategy: "SingleRecord", ModelClientConfig }));
  }
  expect(await outcome("again")).toEqual(["Completed", undefined]);
  expect((await objectsBelow(server, "out/again/"))["rows.csv.out"]!.split("\n")).toHaveLength(26);
  const [status, reason] = await outcome("never-again");
  expect([status, reason]).toEqual([
    "Failed",
    expect.stringContaining("Bad HTTP status received from algorithm: 500: the tenth"),
  ]);
  expect(await objectsBelow(server, "out/never-again/")).toEqual({});
  expect(await uploadsLeft()).toEqual([]);
});

test("bad data ends a job with its cause", async () => {
  const large = "x".repeat(1024 * 1024 + 1);
  await put(server, "in/large/rows.csv", `a\n${large}\nb\n`);
  await put(server, "in/columns/rows.csv", "a,b\n");
  await put(server, "in/quotes/rows.csv", 'a,b\n"a"b,c\n');
  await put(server, "in/no-json/rows", '{"a": 1}\n{"a": \n');
  await put(server, "in/no-member/rows", '{"a": 1}\n{"b": 1}\n');
  await put(server, "in/no-gzip/rows.csv", "a\n");
  await put(server, "in/no-recordio/rows", "no record");
  await put(server, "in/whole/rows.csv", large);
  const jsonLines = { ContentType: "application/jsonlines" };
  const filter = (InputFilter: string) => ({ DataProcessing: { InputFilter } });
  const jobs = {
    large: [{ MaxPayloadInMB: 1 }, "is larger than MaxPayloadInMB allows, 1048576 bytes"],
    whole: [
      { MaxPayloadInMB: 1, TransformInput: { SplitType: "None" } },
      "The file, which is not split, is larger than MaxPayloadInMB allows, 1048576 bytes",
    ],
    columns: [filter("$[2]"), 'InputFilter "$[2]" matches nothing in record 1, which has 2 columns'],
    quotes: [filter("$[1]"), "as CSV: text after a quoted field"],
    "no-json": [{ ...filter("$.a"), TransformInput: jsonLines }, "Failed to parse record 2 as JSON"],
    "no-member": [{ ...filter("$.a"), TransformInput: jsonLines }, 'InputFilter "$.a" matches nothing in record 2'],
    "no-gzip": [{ TransformInput: { CompressionType: "Gzip" } }, "is not compressed as CompressionType Gzip says"],
    "no-recordio": [{ TransformInput: { SplitType: "RecordIO" } }, "does not begin with the magic number of RecordIO"],
    absent: [{}, 'No S3 objects found under S3 URL "s3://transformed/in/absent/"'],
    nowhere: [
      { TransformOutput: { S3OutputPath: "s3://no-such-bucket-of-ours/x" } },
      'The bucket "no-such-bucket-of-ours" of the output',
    ],
  } as const;
  await put(server, "in/nowhere/rows.csv", "a\n");
  for (const [name, [parts]] of Object.entries(jobs)) await create(transformJob(name, "lines", parts));
  for (const [name, [, words]] of Object.entries(jobs)) {
    const [status, reason] = await outcome(name);
    expect([status, reason], name).toEqual(["Failed", expect.stringMatching(/^ClientError: /)]);
    expect(reason, name).toContain(words);
    expect(await objectsBelow(server, `out/${name}/`), name).toEqual({});
  }
}, 120_000);

test("an output bucket that vanishes fails the job", async () => {
  const name = "vanishes";
  const target = { Bucket: "vanishes" };
  await clients().s3.createBucket({ ...target, CreateBucketConfiguration: { LocationConstraint: region } });
  await put(server, `in/${name}/rows.csv`, "wait\n");
  const parts = { Environment: await gate("open"), TransformOutput: { S3OutputPath: "s3://vanishes/out" } };
  await create(transformJob(name, "lines", parts));
  await untilBegun(name);
  await clients().s3.deleteBucket(target);
  await put(server, "open", "yes");
  const [status, reason] = await outcome(name);
  expect([status, reason]).toEqual([
    "Failed",
    expect.stringMatching(/^ClientError: .*cannot be written: NoSuchBucket/),
  ]);
});

test("a model that cannot serve fails the job with the reason", async () => {
  const name = "no-model";
  await put(server, "models/broken.tar.gz", "no archive");
  const PrimaryContainer = { Image: xgboost, ModelDataUrl: `s3://${Bucket}/models/broken.tar.gz` };
  await clients().sagemaker.createModel({ ModelName: name, ExecutionRoleArn: role, PrimaryContainer });
  await put(server, `in/${name}/rows.csv`, "1,2\n");
  await create(transformJob(name, name));
  const [status, reason] = await outcome(name);
  expect(status).toBe("Failed");
  expect(reason).toMatch(/^AlgorithmError: .*(archive|unpack|tar)/i);
});

test("what AWS refuses is refused when a job is made", async () => {
  const refused = async (parts: Parameters<typeof transformJob>[2], model = "lines") =>
    create(transformJob("refused", model, parts)).then(
      () => "made",
      ({ name, message }: Error) => `${name}: ${message}`,
    );
  const filtered = { DataProcessing: { InputFilter: "$[1:]" } };
  const cases: readonly [Parameters<typeof transformJob>[2], string][] = [
    [{ MaxConcurrentTransforms: 20 }, "is 120 MB; it cannot be more than 100 MB"],
    [{ TransformInput: s3("no-uri") }, "no-uri"],
    [{ DataProcessing: { InputFilter: "id" } }, "a path begins with $"],
    [{ DataProcessing: { InputFilter: "$.id" } }, "Columns of CSV are named by numbers"],
    [{ ...filtered, TransformInput: { SplitType: "None" } }, "SplitType and AssembleWith must both be Line"],
    [
      { ...filtered, TransformInput: { ContentType: "image/png" } },
      'must be one of text/csv, application/json, application/jsonlines, not "image/png"',
    ],
    [
      { DataProcessing: { JoinSource: "Input" }, TransformOutput: { Accept: "application/json" } },
      "joins records of one format",
    ],
    [{ ...filtered, MaxPayloadInMB: 0 }, "With MaxPayloadInMB 0"],
    [{ Environment: { SAGEMAKER_BATCH: "false" } }, "Environment SAGEMAKER_BATCH is set by the platform"],
    [{ TransformOutput: { KmsKeyId: "key" } }, "KmsKeyId"],
  ];
  for (const [parts, words] of cases) expect(await refused(parts)).toContain(words);
  expect(await refused({}, "no-such-model")).toContain("Could not find model");
  const roleless = { ModelName: "roleless", PrimaryContainer: { Image: xgboost } };
  await clients().sagemaker.createModel(roleless);
  expect(await refused({}, "roleless")).toContain("has no ExecutionRoleArn");
});

test("a job is stopped, and stopped only while it runs", async () => {
  const name = "stopped";
  const { sagemaker } = clients();
  await put(server, `in/${name}/rows.csv`, "wait\n");
  await create(transformJob(name, "lines", { Environment: await gate("never-open") }));
  await untilBegun(name);
  await sagemaker.stopTransformJob({ TransformJobName: name });
  expect(await outcome(name)).toEqual(["Stopped", undefined]);
  expect(await objectsBelow(server, `out/${name}/`)).toEqual({});
  await expect(sagemaker.stopTransformJob({ TransformJobName: name })).rejects.toThrow(
    "The request was rejected because the transform job is in status Stopped.",
  );
  const { TransformJobSummaries } = await sagemaker.listTransformJobs({ StatusEquals: "Stopped" });
  expect(TransformJobSummaries).toMatchObject([{ TransformJobName: name, TransformJobStatus: "Stopped" }]);
  await expect(sagemaker.describeTransformJob({ TransformJobName: "none" })).rejects.toThrow("Could not find");
});
