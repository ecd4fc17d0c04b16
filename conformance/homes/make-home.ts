/**
 * Makes the fixture of a home format: a home that the server of another checkout has filled and that was then killed,
 * as format-N.tar.gz, and what that server said it holds, as format-N.json.
 *
 *     git worktree add ../old COMMIT        (with node_modules)
 *     node conformance/homes/make-home.ts ../old N
 *
 * format-1 was made by commit dd032e2.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createTestServer, region } from "../server.ts";
import type { HomeFixture } from "./fixture.ts";
import { clientsOf, takeInventory } from "./inventory.ts";

const [folderOfCheckout, format] = process.argv.slice(2);
if (!folderOfCheckout || !format) throw new Error("Give the checkout and the number of its format.");
const checkout = resolve(folderOfCheckout);
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: checkout, encoding: "utf8" }).trim();
const archive = join(import.meta.dirname, `format-${format}.tar.gz`);

const account = "123456789012";
const Bucket = "fixture-objects";
const role = `arn:aws:iam::${account}:role/SageMakerRole`;
const image = `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`;
const tags = (name: string) => [
  { Key: "Name", Value: name },
  { Key: "team:Ünit", Value: "" },
];
const hour = 3_600_000;
const metricsFrom = Math.floor(Date.now() / hour) * hour - 24 * hour;

const folder = mkdtempSync(join(tmpdir(), "sagebrush-key-"));
const keyFile = join(folder, "key");
writeFileSync(keyFile, "FIXTUREKEY:fixture-secret-of-no-value\n");
const server = await createTestServer({ checkout, words: ["--admin-key-file", keyFile] });
try {
  await server.start();
  await makeObjects();
  await makeRoles();
  await makeLogs();
  await makeMetrics();
  await makeJobs();
  await makeEndpoint();
  // A stop empties the write-ahead logs, so they hold only what is written after it.
  await server.sagebrush("stop");
  await server.ended();
  await server.start({ SAGEBRUSH_JOBS: "1" });
  await untilEndpoint();
  await makeLast();
  const inventory = await takeInventory(server.clientOptions, metricsFrom);
  await server.kill();
  endRuns();
  // Large bodies repeat themselves, so that the archive stays under 200 kB.
  const left = ["./access.log", "./runs/*/ml", "*-shm", "./server.json", "./lease", "./address", "./reserve"];
  const words = [
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    ...left.map((name) => `--exclude=${name}`),
  ];
  execFileSync("tar", ["-C", server.home, ...words, "-I", "gzip -9", "-cf", archive, "."]);
  writeFileSync(archive.replace(".tar.gz", ".json"), fixtureText({ commit, metricsFrom, inventory }));
  console.log(`${archive} has ${statSync(archive).size} bytes.`);
} finally {
  await server.close();
  rmSync(folder, { recursive: true });
}
// The clients keep connections open.
process.exit();

/** JSON with a line for each thing, so that a difference can be read. */
function fixtureText({ inventory, ...head }: HomeFixture): string {
  const things = (kind: Readonly<Record<string, unknown>>) =>
    Object.entries(kind).map(([name, facts]) => `${JSON.stringify(name)}: ${JSON.stringify(facts)}`);
  const kinds = Object.entries(inventory).map(([kind, all]) => `"${kind}": {\n${things(all).join(",\n")}\n}`);
  return `${JSON.stringify(head).slice(0, -1)}, "inventory": {\n${kinds.join(",\n")}\n}}\n`;
}

async function makeObjects(): Promise<void> {
  const { s3 } = clientsOf(server.clientOptions);
  const here = { LocationConstraint: region } as const;
  await s3.createBucket({ Bucket, CreateBucketConfiguration: here });
  await s3.createBucket({ Bucket: "fixture-empty", CreateBucketConfiguration: here });
  await clientsOf(server.clientOptions, "us-east-1").s3.createBucket({ Bucket: "fixture-east" });
  await clientsOf(server.clientOptions, "us-east-1").s3.putObject({ Bucket: "fixture-east", Key: "far", Body: "away" });
  await s3.putObject({ Bucket: `sagemaker-${region}-${account}`, Key: "default/of/the/SDKs.txt", Body: "default" });

  const again = { Bucket: "fixture-anew" };
  await s3.createBucket({ ...again, CreateBucketConfiguration: here });
  await s3.putObject({ ...again, Key: "old", Body: "of the first bucket" });
  await s3.deleteObject({ ...again, Key: "old" });
  await s3.deleteBucket(again);
  await s3.createBucket({ ...again, CreateBucketConfiguration: here });
  await s3.putObject({ ...again, Key: "new", Body: "of the second bucket" });

  const keys = [
    "a",
    "a/b",
    "a/b/c.txt",
    "a//b",
    "/leading",
    "trailing/",
    "blank and+plus%20&=?#:;,@",
    "größe/ß/日本/🌵",
  ];
  for (const Key of [...keys, "UPPER", "upper", `long/${"k".repeat(900)}`])
    await s3.putObject({ Bucket, Key, Body: `body of ${Key}` });
  await s3.putObject({
    Bucket,
    Key: "with-metadata",
    Body: "metadata",
    ContentType: "text/csv; charset=utf-8",
    ContentEncoding: "identity",
    ContentLanguage: "de",
    ContentDisposition: 'attachment; filename="a.csv"',
    CacheControl: "no-store",
    Expires: new Date(Date.UTC(2030, 0, 1)),
    Metadata: { owner: "fixture", "with-dash": "1" },
    ChecksumAlgorithm: "SHA256",
  });
  await s3.putObject({ Bucket, Key: "empty", Body: "" });
  await s3.putObject({ Bucket, Key: "overwritten", Body: "first" });
  await s3.putObject({ Bucket, Key: "overwritten", Body: "second" });
  await s3.putObject({ Bucket, Key: "deleted", Body: "gone" });
  await s3.deleteObject({ Bucket, Key: "deleted" });
  await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/a/b/c.txt` });
  await s3.copyObject({ Bucket: "fixture-anew", Key: "copy-elsewhere", CopySource: `${Bucket}/with-metadata` });

  const large = Buffer.alloc(5 * 1024 * 1024, "sagebrush ");
  await s3.putObject({ Bucket, Key: "large", Body: large });
  const parts = { Bucket, Key: "of-parts" };
  const { UploadId } = await s3.createMultipartUpload({
    ...parts,
    ContentType: "text/plain",
    Metadata: { parts: "2" },
  });
  const first = await s3.uploadPartCopy({ ...parts, UploadId, PartNumber: 1, CopySource: `${Bucket}/large` });
  const second = await s3.uploadPart({ ...parts, UploadId, PartNumber: 2, Body: "the end" });
  const Parts = [
    { PartNumber: 1, ETag: first.CopyPartResult!.ETag },
    { PartNumber: 2, ETag: second.ETag },
  ];
  await s3.completeMultipartUpload({ ...parts, UploadId, MultipartUpload: { Parts } });
}

async function makeRoles(): Promise<void> {
  const { iam } = clientsOf(server.clientOptions);
  const Statement = [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.createRole({ RoleName: "Plain", AssumeRolePolicyDocument });
  await iam.createRole({
    RoleName: "Fixture-Role",
    AssumeRolePolicyDocument,
    Path: "/team/",
    Description: "Of the fixture",
    MaxSessionDuration: 7200,
    Tags: tags("role"),
  });
}

async function makeLogs(): Promise<void> {
  const now = Date.now();
  for (const place of [region, "us-east-1", "eu-central-1"]) {
    const { logs } = clientsOf(server.clientOptions, place);
    for (const logGroupName of ["/fixture/logs/Nested", "plain"]) {
      await logs.createLogGroup({ logGroupName, tags: { place } });
      for (const logStreamName of ["job/algo-1", "[$LATEST]a b", "UPPER"]) {
        await logs.createLogStream({ logGroupName, logStreamName });
        const say = (message: string, milliseconds: number) => ({ message, timestamp: now + milliseconds });
        const logEvents = [say(`first in ${place}`, -2), say("größer 🌵", -1)];
        await logs.putLogEvents({ logGroupName, logStreamName, logEvents });
        await logs.putLogEvents({ logGroupName, logStreamName, logEvents: [say("late", -1000)] });
      }
    }
    await logs.createLogGroup({ logGroupName: "without-streams" });
    await logs.createLogGroup({ logGroupName: "deleted" });
    await logs.deleteLogGroup({ logGroupName: "deleted" });
  }
  // More than the tail of a journal: part of it is in a segment file.
  const { logs } = clientsOf(server.clientOptions);
  const long = { logGroupName: "plain", logStreamName: "long" };
  await logs.createLogStream(long);
  for (let batch = 0; batch < 5; batch++) {
    const message = (line: number) => `${batch * 240 + line} `.padEnd(1000, "long ");
    const logEvents = Array.from({ length: 240 }, (_, line) => ({ message: message(line), timestamp: now + batch }));
    await logs.putLogEvents({ ...long, logEvents });
  }
}

async function makeMetrics(): Promise<void> {
  for (const place of [region, "us-east-1"]) {
    const { cloudwatch } = clientsOf(server.clientOptions, place);
    const Dimensions = [
      { Name: "Zone", Value: "a b/c" },
      { Name: "Algo", Value: "größe" },
    ];
    const datum = (more: object) => ({ MetricName: "Latency", Dimensions, Unit: "Seconds" as const, ...more });
    const at = (hours: number) => new Date(metricsFrom + hours * hour);
    await cloudwatch.putMetricData({
      Namespace: "Fixture",
      MetricData: [
        datum({ Value: 1, Timestamp: at(1) }),
        datum({ Values: [1, 2, 3], Counts: [1, 1, 2], Timestamp: at(1) }),
        datum({ Value: 7, Timestamp: at(2), StorageResolution: 1 }),
        datum({ StatisticValues: { SampleCount: 2, Sum: 5, Minimum: 1, Maximum: 4 }, Timestamp: at(20) }),
        { MetricName: "Plain", Value: 4, Timestamp: at(3) },
      ],
    });
  }
}

async function startTraining(TrainingJobName: string, rounds: number, data = "train.csv"): Promise<void> {
  const { sagemaker } = clientsOf(server.clientOptions);
  await sagemaker.createTrainingJob({
    TrainingJobName,
    HyperParameters: { objective: "binary:logistic", num_round: String(rounds), max_depth: "2" },
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
    RoleArn: role,
    InputDataConfig: [
      {
        ChannelName: "train",
        ContentType: "text/csv",
        DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/input/${data}` } },
      },
    ],
    OutputDataConfig: { S3OutputPath: `s3://${Bucket}/output` },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    Environment: { FIXTURE: "1" },
    Tags: tags(TrainingJobName),
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error(`${what} took too long.`);
}

function jobOf(TrainingJobName: string) {
  return clientsOf(server.clientOptions).sagemaker.describeTrainingJob({ TrainingJobName });
}

function untilJob(name: string, status: string): Promise<void> {
  return until(`${name} ${status}`, async () => {
    const { TrainingJobStatus, SecondaryStatus } = await jobOf(name);
    return TrainingJobStatus === status || SecondaryStatus === status;
  });
}

async function makeJobs(): Promise<void> {
  const { s3, sagemaker } = clientsOf(server.clientOptions);
  const rows = Array.from({ length: 60 }, (_, row) => `${row < 30 ? 0 : 1},${row / 60},${(row * 7) % 10}`);
  await s3.putObject({ Bucket, Key: "input/train.csv", Body: rows.join("\n") });
  // Slow to learn from, and quick to compress.
  const block = Array.from({ length: 50 }, (_, row) => {
    const features = Array.from({ length: 20 }, (_, column) => (row * (column + 3)) % 17);
    return [features[0]! + features[1]! > 16 ? 1 : 0, ...features].join(",");
  });
  await s3.putObject({ Bucket, Key: "input/slow.csv", Body: `${block.join("\n")}\n`.repeat(400) });
  await s3.putObject({ Bucket, Key: "input/bad.csv", Body: "no,number,here\n" });
  await startTraining("Completed-Job", 10);
  await startTraining("failed-job", 10, "bad.csv");
  await startTraining("Stopped-Job", 100_000, "slow.csv");
  await startTraining("deleted-job", 1);
  await untilMetric("/aws/sagemaker/TrainingJobs", "Stopped-Job");
  await sagemaker.stopTrainingJob({ TrainingJobName: "Stopped-Job" });
  for (const [name, status] of [
    ["Completed-Job", "Completed"],
    ["failed-job", "Failed"],
    ["Stopped-Job", "Stopped"],
    ["deleted-job", "Completed"],
  ] as const)
    await untilJob(name, status);
  await sagemaker.deleteTrainingJob({ TrainingJobName: "deleted-job" });
}

async function makeEndpoint(): Promise<void> {
  const { sagemaker } = clientsOf(server.clientOptions);
  const ModelDataUrl = (await jobOf("Completed-Job")).ModelArtifacts!.S3ModelArtifacts;
  for (const ModelName of ["Fixture-Model", "deleted-model"])
    await sagemaker.createModel({
      ModelName,
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: image, ModelDataUrl, Environment: { FIXTURE: "1" } },
      Tags: tags(ModelName),
    });
  await sagemaker.deleteModel({ ModelName: "deleted-model" });
  const east = clientsOf(server.clientOptions, "us-east-1").sagemaker;
  await east.createModel({
    ModelName: "Fixture-Model",
    ExecutionRoleArn: role,
    PrimaryContainer: { Image: image.replace("246618743249", "683313688378").replace(region, "us-east-1") },
  });
  const variant = { VariantName: "AllTraffic", ModelName: "Fixture-Model", InstanceType: "ml.m5.large" } as const;
  await sagemaker.createEndpointConfig({
    EndpointConfigName: "Fixture-Config",
    ProductionVariants: [{ ...variant, InitialInstanceCount: 1 }],
    Tags: tags("config"),
  });
  const EndpointName = "Fixture-Endpoint";
  await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: "Fixture-Config", Tags: tags("endpoint") });
  await untilEndpoint();
  const ResourceArn = (await sagemaker.describeEndpoint({ EndpointName })).EndpointArn!;
  await sagemaker.addTags({ ResourceArn, Tags: [{ Key: "Added", Value: "later" }] });
  const { runtime } = clientsOf(server.clientOptions);
  for (let call = 0; call < 3; call++)
    await runtime.invokeEndpoint({ EndpointName, Body: "0.9,3", ContentType: "text/csv" });
  await untilMetric("AWS/SageMaker", EndpointName);
}

/** Metrics are written a moment after what they tell of. */
function untilMetric(Namespace: string, name: string): Promise<void> {
  const { cloudwatch } = clientsOf(server.clientOptions);
  return until(`A metric of ${name}`, async () => {
    const { Metrics = [] } = await cloudwatch.listMetrics({ Namespace });
    return Metrics.some(({ Dimensions }) => Dimensions?.some(({ Value }) => Value === name));
  });
}

/** After a restart an endpoint is in service before its model server answers. */
function untilEndpoint(): Promise<void> {
  const { sagemaker } = clientsOf(server.clientOptions);
  const EndpointName = "Fixture-Endpoint";
  return until(`${EndpointName} in service`, async () => {
    const { EndpointStatus, ProductionVariants } = await sagemaker.describeEndpoint({ EndpointName });
    return EndpointStatus === "InService" && ProductionVariants?.[0]?.CurrentInstanceCount === 1;
  });
}

/** What the write-ahead logs hold when the server is killed, with an upload and two jobs under way. */
async function makeLast(): Promise<void> {
  const { s3, logs, cloudwatch, sagemaker } = clientsOf(server.clientOptions);
  await s3.putObject({ Bucket, Key: "last", Body: "in the write-ahead log" });
  const upload = { Bucket, Key: "under-way" };
  const { UploadId } = await s3.createMultipartUpload({ ...upload, Metadata: { upload: "under-way" } });
  await s3.uploadPart({ ...upload, UploadId, PartNumber: 1, Body: Buffer.alloc(5 * 1024 * 1024, "first part ") });
  const stream = { logGroupName: "plain", logStreamName: "UPPER" };
  await logs.putLogEvents({ ...stream, logEvents: [{ message: "in the write-ahead log", timestamp: Date.now() }] });
  const Timestamp = new Date(metricsFrom + 22 * hour);
  await cloudwatch.putMetricData({ Namespace: "Fixture", MetricData: [{ MetricName: "Last", Value: 1, Timestamp }] });
  const PrimaryContainer = { Image: image };
  await sagemaker.createModel({ ModelName: "last-model", ExecutionRoleArn: role, PrimaryContainer });
  // Long enough to be under way at the end, and short enough for a test to wait for.
  await startTraining("Under-Way", 300, "slow.csv");
  await startTraining("waiting-for-room", 5);
  await untilJob("Under-Way", "Training");
}

/** Runs outlive the server that is killed. The server that opens the fixture finds them lost. */
function endRuns(): void {
  for (const run of readdirSync(join(server.home, "runs"))) {
    for (const file of ["keeper.json", "command.json"]) {
      const { pid } = JSON.parse(readFileSync(join(server.home, "runs", run, file), "utf8")) as { pid: number };
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended with its keeper.
      }
    }
  }
}
