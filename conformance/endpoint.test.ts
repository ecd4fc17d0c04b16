import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import type {
  ContainerDefinition,
  ProductionVariantInstanceType,
  TrainingInstanceType,
} from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { childrenOf } from "../src/executors/process/processes.ts";
import { clientsOf, patience, sumOf } from "./clients.ts";
import { runsLeftIn } from "./runs-left.ts";
import { createTestServer, region, type TestServer } from "./server.ts";
import { role, xgboost, xgboostJob } from "./xgboost-job.ts";

const Bucket = "endpoints";
const randomRounds = 7;

let server: TestServer & { output(): string };
/** s3:// address of a model that says whether its first number is above a half. */
let ModelDataUrl: string;

beforeAll(async () => {
  server = await createTestServer();
  await server.start();
  ModelDataUrl = await train();
  await configure("one", { ModelDataUrl });
  // The same object, named as old notebooks do.
  const key = ModelDataUrl.slice(`s3://${Bucket}/`.length);
  await configure("two", { ModelDataUrl: `https://${Bucket}.s3.${region}.amazonaws.com/${key}` });
});
afterAll(() => server.close());

const clients = () => clientsOf(server);

async function train(): Promise<string> {
  const { s3, sagemaker } = clients();
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const rows = Array.from({ length: 200 }, (_, index) => `${index < 100 ? 0 : 1},${index / 200},${(index * 7) % 10}`);
  await s3.putObject({ Bucket, Key: "train/rows.csv", Body: rows.join("\n") });
  const TrainingJobName = "model-of-endpoints";
  await startTraining(TrainingJobName, "10");
  const statusOf = async () => (await sagemaker.describeTrainingJob({ TrainingJobName })).TrainingJobStatus;
  await vi.waitUntil(async () => (await statusOf()) === "Completed", patience);
  return (await sagemaker.describeTrainingJob({ TrainingJobName })).ModelArtifacts!.S3ModelArtifacts!;
}

async function startTraining(
  TrainingJobName: string,
  rounds: string,
  InstanceType: TrainingInstanceType = "ml.m5.large",
): Promise<void> {
  await clients().sagemaker.createTrainingJob(
    xgboostJob(TrainingJobName, {
      data: `s3://${Bucket}/train/`,
      output: `s3://${Bucket}/out`,
      hyperparameters: { objective: "binary:logistic", num_round: rounds },
      instanceType: InstanceType,
    }),
  );
}

async function configure(
  name: string,
  data: Omit<ContainerDefinition, "Image">,
  InstanceType: ProductionVariantInstanceType = "ml.m5.large",
): Promise<void> {
  const { sagemaker } = clients();
  await sagemaker.createModel({
    ModelName: name,
    ExecutionRoleArn: role,
    PrimaryContainer: { Image: xgboost, ...data },
  });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: name,
    ProductionVariants: [{ VariantName: "AllTraffic", ModelName: name, InstanceType, InitialInstanceCount: 1 }],
  });
}

const endpointStatus = async (EndpointName: string) =>
  (await clients().sagemaker.describeEndpoint({ EndpointName })).EndpointStatus;

async function deploy(EndpointName: string, EndpointConfigName = "one", status = "InService"): Promise<void> {
  await clients().sagemaker.createEndpoint({ EndpointName, EndpointConfigName });
  await expect.poll(() => endpointStatus(EndpointName), patience).toBe(status);
}

async function remove(EndpointName: string): Promise<void> {
  await clients().sagemaker.deleteEndpoint({ EndpointName });
  await untilGone(EndpointName);
}

async function untilGone(EndpointName: string): Promise<void> {
  const refusal = () => endpointStatus(EndpointName).catch((error: Error) => error.message);
  await expect.poll(refusal, patience).toContain("Could not find endpoint");
  await expect.poll(runsLeft, patience).toEqual([]);
}

async function predict(EndpointName: string, Body: string, runtime = clients().runtime): Promise<number> {
  const answer = await runtime.invokeEndpoint({ EndpointName, Body, ContentType: "text/csv", Accept: "text/csv" });
  expect(answer.InvokedProductionVariant).toBe("AllTraffic");
  return Number(answer.Body.transformToString());
}

async function expectToAnswer(EndpointName: string): Promise<void> {
  expect(await predict(EndpointName, "0.9,3")).toBeGreaterThan(0.8);
  expect(await predict(EndpointName, "0.1,3")).toBeLessThan(0.2);
}

const invocationsOf = (EndpointName: string, MetricName: string): Promise<number> =>
  sumOf(server, { Namespace: "AWS/SageMaker", MetricName }, { EndpointName, VariantName: "AllTraffic" }, "Sum");

const runsLeft = (): string[] => runsLeftIn(server.home);

describe("a real model behind an endpoint", () => {
  test("answers, counts its invocations, and says what its container refused", async () => {
    const EndpointName = "Answers";
    await deploy(EndpointName);
    const { runtime, sagemaker, logs } = clients();
    await expectToAnswer(EndpointName);
    const refused = runtime.invokeEndpoint({ EndpointName, Body: "0.1,abc", ContentType: "text/csv" });
    await expect(refused).rejects.toMatchObject({
      name: "ModelError",
      $metadata: { httpStatusCode: 424 },
      OriginalStatusCode: 415,
      OriginalMessage: expect.stringContaining("abc"),
      LogStreamArn: expect.stringContaining(
        `:log-group:/aws/sagemaker/Endpoints/${EndpointName}:log-stream:AllTraffic/i-`,
      ),
    });
    await expect(runtime.invokeEndpoint({ EndpointName, Body: "x", ContentType: "image/png" })).rejects.toMatchObject({
      OriginalStatusCode: 415,
    });
    await expect(
      runtime.invokeEndpoint({ EndpointName: "Nowhere", Body: "x", ContentType: "text/csv" }),
    ).rejects.toMatchObject({
      name: "ValidationError",
      message: "Endpoint Nowhere of account 123456789012 not found.",
      $metadata: { httpStatusCode: 400 },
    });

    await expect.poll(() => invocationsOf(EndpointName, "Invocations"), patience).toBe(4);
    expect(await invocationsOf(EndpointName, "Invocation4XXErrors")).toBe(2);
    expect(await invocationsOf(EndpointName, "ModelLatency")).toBeGreaterThan(100);

    const { Endpoints } = await sagemaker.listEndpoints({ NameContains: "answers", StatusEquals: "InService" });
    expect(Endpoints).toMatchObject([{ EndpointName }]);
    const { events } = await logs.filterLogEvents({
      logGroupName: `/aws/sagemaker/Endpoints/${EndpointName}`,
      logStreamNamePrefix: "AllTraffic/",
    });
    expect(events!.map(({ message }) => message).join("\n")).toContain("Model server listens");
    await remove(EndpointName);
  });

  test("may lie in S3 without an archive", async () => {
    const { s3 } = clients();
    const Key = ModelDataUrl.slice(`s3://${Bucket}/`.length);
    const archive = await (await s3.getObject({ Bucket, Key })).Body!.transformToByteArray();
    const model = execFileSync("tar", ["-xzOf", "-", "xgboost-model"], { input: archive });
    await s3.putObject({ Bucket, Key: "plain/xgboost-model", Body: model });
    const S3Uri = `s3://${Bucket}/plain/`;
    await configure("Plain", {
      ModelDataSource: { S3DataSource: { S3Uri, S3DataType: "S3Prefix", CompressionType: "None" } },
    });
    await deploy("Plain", "Plain");
    await expectToAnswer("Plain");
    await remove("Plain");
  });

  test("is replaced under load without a dropped request", async () => {
    const EndpointName = "Replaced";
    await deploy(EndpointName);
    let loading = true;
    let answered = 0;
    const load = Array.from({ length: 4 }, async () => {
      const { runtime } = clients();
      while (loading) {
        expect(await predict(EndpointName, "0.9,3", runtime)).toBeGreaterThan(0.8);
        answered++;
      }
    });
    const { sagemaker } = clients();
    for (const EndpointConfigName of ["two", "one"]) {
      await sagemaker.updateEndpoint({ EndpointName, EndpointConfigName });
      expect(await endpointStatus(EndpointName)).toBe("Updating");
      await expect.poll(() => endpointStatus(EndpointName), patience).toBe("InService");
      await expect.poll(() => readdirSync(join(server.home, "runs")).length, patience).toBe(1);
    }
    loading = false;
    await Promise.all(load);
    expect(answered).toBeGreaterThan(50);
    await remove(EndpointName);
  });

  test("answers again after `sagebrush stop` and a new start, its last invocation counted", async () => {
    const EndpointName = "Stopped";
    await deploy(EndpointName);
    await expectToAnswer(EndpointName);
    expect((await server.sagebrush("stop")).code).toBe(0);
    await server.ended();
    expect(runsLeft().filter((left) => /^\d+$/.test(left))).toEqual([]);
    await server.start();
    expect(await invocationsOf(EndpointName, "Invocations")).toBe(2);
    const answer = () => predict(EndpointName, "0.9,3").catch((error: Error) => error.name);
    await expect.poll(answer, patience).toBeGreaterThan(0.8);
    await remove(EndpointName);
  });

  test("is started again when its model server was killed", async () => {
    const EndpointName = "Killed";
    await deploy(EndpointName);
    const [runId] = readdirSync(join(server.home, "runs"));
    const { pid } = JSON.parse(readFileSync(join(server.home, "runs", runId!, "command.json"), "utf8")) as {
      pid: number;
    };
    process.kill(pid, "SIGKILL");
    const answer = () => predict(EndpointName, "0.9,3").catch((error: Error) => error.name);
    await expect.poll(() => readdirSync(join(server.home, "runs")).includes(runId!), patience).toBe(false);
    await expect.poll(answer, patience).toBeGreaterThan(0.8);
    await remove(EndpointName);
  });

  test("is started again when its model server hangs, and calls wait no minute for it", async () => {
    const EndpointName = "Hung";
    await deploy(EndpointName);
    const [runId] = readdirSync(join(server.home, "runs"));
    const { pid } = JSON.parse(readFileSync(join(server.home, "runs", runId!, "keeper.json"), "utf8")) as {
      pid: number;
    };
    let last = pid;
    for (let [child] = childrenOf(pid); child !== undefined; [child] = childrenOf(child)) last = child;
    process.kill(last, "SIGSTOP");
    const began = performance.now();
    const answer = () => predict(EndpointName, "0.9,3").catch((error: Error) => error.name);
    await expect.poll(answer, patience).toBeGreaterThan(0.8);
    expect(performance.now() - began).toBeLessThan(30_000);
    const { logs } = clients();
    const logGroupName = `/aws/sagemaker/Endpoints/${EndpointName}`;
    const { events = [] } = await logs.filterLogEvents({ logGroupName, filterPattern: '"has been stopped for 6 s"' });
    expect(events).toHaveLength(1);
    expect(server.output()).toContain("endpoint hung");
    await remove(EndpointName);
  });

  test("is not updated once its configuration was deleted, which AWS refuses", async () => {
    const { sagemaker } = clients();
    const EndpointName = "Unconfigured";
    await configure("deleted", { ModelDataUrl });
    await deploy(EndpointName, "deleted");
    await sagemaker.deleteEndpointConfig({ EndpointConfigName: "deleted" });
    await expect(sagemaker.updateEndpoint({ EndpointName, EndpointConfigName: "two" })).rejects.toMatchObject({
      name: "ValidationException",
      message: `Could not find endpoint configuration "arn:aws:sagemaker:${region}:123456789012:endpoint-config/deleted".`,
    });
    await expectToAnswer(EndpointName);
    await remove(EndpointName);
  });
});

test.each([
  [
    "Broken",
    "no archive",
    /^Failed to extract model data archive for container "container_1" from URL "s3:\/\/endpoints\/broken"/,
  ],
  ["Gone", undefined, /^Failed to download model data for container "container_1" from URL: "s3:\/\/endpoints\/gone"/],
])("an endpoint fails with the reason: %s", async (EndpointName, content, reason) => {
  const { s3, sagemaker } = clients();
  const Key = EndpointName.toLowerCase();
  await s3.putObject({ Bucket, Key, Body: content ?? "soon gone" });
  await configure(EndpointName, { ModelDataUrl: `s3://${Bucket}/${Key}` });
  if (content === undefined) await s3.deleteObject({ Bucket, Key });
  await deploy(EndpointName, EndpointName, "Failed");
  expect((await sagemaker.describeEndpoint({ EndpointName })).FailureReason).toMatch(reason);
  await remove(EndpointName);
});

test("what the API refuses has the codes of the runtime service", async () => {
  const { runtime } = clients();
  const invoke = (EndpointName: string, Body: string) => runtime.invokeEndpoint({ EndpointName, Body });
  await expect(invoke("no_name", "1")).rejects.toMatchObject({ name: "ValidationError" });
  await expect(invoke("Answers", "1".repeat(6_291_457))).rejects.toMatchObject({
    name: "ValidationError",
    message: expect.stringContaining("6291456"),
  });
});

test(`kill -9 at ${3 * randomRounds} seeded moments of endpoints' lives`, async () => {
  const random = createRandom(3);
  /** Does something, kills the server soon after, starts it again, and says whether it had been answered. */
  const interrupted = async (doing: Promise<unknown>): Promise<boolean> => {
    const answered = doing.then(
      () => true,
      () => false,
    );
    await after(random.below(1500));
    await server.kill();
    const acknowledged = await answered;
    await server.start();
    return acknowledged;
  };
  for (let round = 0; round < randomRounds; round++) {
    const EndpointName = `Random-${round}`;
    const create = () => clients().sagemaker.createEndpoint({ EndpointName, EndpointConfigName: "one" });
    // What was not answered may not have been done.
    if (!(await interrupted(create()))) {
      await create().catch((error: Error) =>
        expect(error.message).toContain("Cannot create already existing endpoint"),
      );
    }
    await expect.poll(() => endpointStatus(EndpointName), patience).toBe("InService");
    const updated = await interrupted(clients().sagemaker.updateEndpoint({ EndpointName, EndpointConfigName: "two" }));
    await expect.poll(() => endpointStatus(EndpointName), patience).toBe("InService");
    const { EndpointConfigName } = await clients().sagemaker.describeEndpoint({ EndpointName });
    if (updated) expect(EndpointConfigName).toBe("two");
    await expectToAnswer(EndpointName);
    await expect.poll(() => readdirSync(join(server.home, "runs")).length, patience).toBe(1);
    if (!(await interrupted(clients().sagemaker.deleteEndpoint({ EndpointName })))) {
      await clients()
        .sagemaker.deleteEndpoint({ EndpointName })
        .catch(() => {});
    }
    await untilGone(EndpointName);
  }
});

test("an ml.m5.24xlarge is deployed on this machine, and jobs of that size train beside it", async () => {
  await configure("Large", { ModelDataUrl }, "ml.m5.24xlarge");
  await deploy("Large", "Large");
  // Two at once: one alone comes in whatever it weighs.
  const names = ["beside-1", "beside-2"];
  for (const name of names) await startTraining(name, "1000000", "ml.m5.24xlarge");
  const { sagemaker } = clients();
  const statuses = () =>
    Promise.all(
      names.map(async (TrainingJobName) => (await sagemaker.describeTrainingJob({ TrainingJobName })).SecondaryStatus),
    );
  await expect.poll(statuses, patience).toEqual(["Training", "Training"]);
  expect(await endpointStatus("Large")).toBe("InService");
  await expectToAnswer("Large");
  for (const TrainingJobName of names) await sagemaker.stopTrainingJob({ TrainingJobName });
  await expect.poll(statuses, patience).toEqual(["Stopped", "Stopped"]);
  await remove("Large");
});

// The last test of this file: it deletes what the tests before have made.
test("`sagebrush reset` ends endpoints and jobs at once, and the home can be used again", async () => {
  const { sagemaker, runtime, s3 } = clients();
  await deploy("Reset");
  await startTraining("reset", "1000000");
  const status = async () => (await sagemaker.describeTrainingJob({ TrainingJobName: "reset" })).SecondaryStatus;
  await expect.poll(status, patience).toBe("Training");
  const key = readFileSync(join(server.home, "keys"), "utf8");

  const began = new Date().toISOString();
  expect(await server.sagebrush("reset", "--yes")).toMatchObject({ code: 0, stdout: `${server.home} is empty.\n` });
  expect(runsLeft()).toEqual([]);
  expect((await sagemaker.listEndpoints()).Endpoints).toEqual([]);
  expect((await sagemaker.listTrainingJobs()).TrainingJobSummaries).toEqual([]);
  await expect(predict("Reset", "0.9,3", runtime)).rejects.toMatchObject({ name: "ValidationError" });
  await expect(s3.headBucket({ Bucket })).rejects.toMatchObject({ name: "NotFound" });
  expect(readFileSync(join(server.home, "keys"), "utf8")).toBe(key);
  // The server's own time, without that of the command line: test suites reset between tests.
  const resetMilliseconds = () =>
    readFileSync(join(server.home, "access.log"), "utf8")
      .trim()
      .split("\n")
      .map((line): { time: string; service: string; milliseconds: number } => JSON.parse(line))
      .find(({ time, service }) => time >= began && service === "front")?.milliseconds;
  await expect.poll(resetMilliseconds, patience).toBeLessThan(1000);

  await configure("one", { ModelDataUrl: await train() });
  await deploy("Reset");
  await expectToAnswer("Reset");
  await remove("Reset");
});
