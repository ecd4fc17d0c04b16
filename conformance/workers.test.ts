import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import type { SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Connection } from "../bench/http-connection.ts";
import { signedRequest } from "../bench/signed-request.ts";
import { createRandom } from "../src/base/random.ts";
import { deliver, identify } from "../src/executors/process/processes.ts";
import { clientsOf, patience, sumOf } from "./clients.ts";
import { createTestServer, region, root, type TestServer } from "./server.ts";
import { role, xgboost, xgboostJob } from "./xgboost-job.ts";

const Bucket = "workers";
const EndpointName = "Shared";
const rows = Array.from({ length: 20 }, (_, index) => `${index / 20},${index % 7}`);

let server: TestServer & { output(): string };
/** What the model says of each row, from before anything was killed. */
const right = new Map<string, string>();
/** The InferenceId of every answered request. */
const answered = new Set<string>();
let calls = 0;

beforeAll(async () => {
  server = await createTestServer({
    environment: { SAGEBRUSH_WORKERS: "2", SAGEBRUSH_DATA_CAPTURE_SECONDS: "1" },
  });
  await server.start();
  const { s3, sagemaker } = clients();
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const lines = Array.from({ length: 200 }, (_, index) => `${index < 100 ? 0 : 1},${index / 200},${(index * 7) % 10}`);
  await s3.putObject({ Bucket, Key: "train/rows.csv", Body: lines.join("\n") });
  const TrainingJobName = "model-of-workers";
  const hyperparameters = { objective: "binary:logistic", num_round: "10" };
  await sagemaker.createTrainingJob(
    xgboostJob(TrainingJobName, { data: `s3://${Bucket}/train/`, output: `s3://${Bucket}/out`, hyperparameters }),
  );
  const job = () => sagemaker.describeTrainingJob({ TrainingJobName });
  await vi.waitUntil(async () => (await job()).TrainingJobStatus === "Completed", patience);
  const ModelDataUrl = (await job()).ModelArtifacts!.S3ModelArtifacts!;
  await sagemaker.createModel({
    ModelName: "one",
    ExecutionRoleArn: role,
    PrimaryContainer: { Image: xgboost, ModelDataUrl },
  });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: "captured",
    ProductionVariants: [
      { VariantName: "AllTraffic", ModelName: "one", InstanceType: "ml.m5.large", InitialInstanceCount: 2 },
    ],
    DataCaptureConfig: {
      EnableCapture: true,
      InitialSamplingPercentage: 100,
      DestinationS3Uri: `s3://${Bucket}/captured`,
      CaptureOptions: [{ CaptureMode: "InputAndOutput" }],
    },
  });
  await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: "captured" });
  await vi.waitUntil(async () => (await endpointStatus()) === "InService", patience);
  for (const row of rows) right.set(row, await predict(row));
});
afterAll(() => server.close());

const clients = () => clientsOf(server);
const endpointStatus = async () => (await clients().sagemaker.describeEndpoint({ EndpointName })).EndpointStatus;

async function predict(row: string, runtime: SageMakerRuntime = clients().runtime): Promise<string> {
  const InferenceId = `call-${++calls}`;
  const answer = await runtime.invokeEndpoint({ EndpointName, Body: row, ContentType: "text/csv", InferenceId });
  answered.add(InferenceId);
  return answer.Body.transformToString();
}

function workerPids(): number[] {
  const file = join(server.home, "workers.json");
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, "utf8")) as { pid: number }[]).map(({ pid }) => pid);
}

interface Status {
  readonly workers: readonly { readonly pid: number; readonly connections: number; readonly requests: number }[];
}
const status = async () => JSON.parse((await server.sagebrush("status", "--json")).stdout) as Status;

/**
 * Has 8 clients call while `disturb` works. Every answer must be right; what is not answered must be told by a
 * connection that breaks.
 */
async function underLoad(disturb: () => Promise<void>): Promise<{ answers: number; broken: number }> {
  let loading = true;
  let answers = 0;
  let broken = 0;
  const load = Array.from({ length: 8 }, async (_, index) => {
    const { runtime } = clients();
    for (let turn = index; loading; turn++) {
      const row = rows[turn % rows.length]!;
      try {
        expect(await predict(row, runtime)).toBe(right.get(row));
        answers++;
      } catch (error) {
        const { code, name, message } = error as NodeJS.ErrnoException;
        // Nothing listens any more: the control process has ended.
        if (code === "ECONNREFUSED") return;
        if (code !== "ECONNRESET" && code !== "EPIPE" && name !== "TimeoutError") throw error;
        expect(message).not.toBe("");
        broken++;
      }
    }
    runtime.destroy();
  });
  await disturb();
  loading = false;
  await Promise.all(load);
  return { answers, broken };
}

test("eight clients are four and four on the workers, and each answers", async () => {
  const runtimes = Array.from({ length: 8 }, () => clients().runtime);
  await Promise.all(runtimes.map((runtime) => predict(rows[0]!, runtime)));
  const { workers } = await status();
  expect(workers).toHaveLength(2);
  for (const { connections } of workers) expect(connections).toBeGreaterThanOrEqual(4);
  const requests = workers.map((worker) => worker.requests);
  await expect
    .poll(async () => Math.min(...(await status()).workers.map((worker) => worker.requests)), patience)
    .toBeGreaterThan(Math.min(...requests));
  for (const runtime of runtimes) runtime.destroy();
});

test("10,000 calls through both are shared by the weights of the variants, within 1 % of them", async () => {
  const { sagemaker } = clients();
  const weights = { Most: 7, Few: 3 };
  const name = "Weighted";
  await sagemaker.createEndpointConfig({
    EndpointConfigName: name,
    ProductionVariants: Object.entries(weights).map(([VariantName, InitialVariantWeight]) => ({
      ...{ VariantName, InitialVariantWeight },
      ...{ ModelName: "one", InstanceType: "ml.m5.large" as const, InitialInstanceCount: 1 },
    })),
  });
  await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
  const state = async () => (await sagemaker.describeEndpoint({ EndpointName: name })).EndpointStatus;
  await expect.poll(state, patience).toBe("InService");
  const { accessKeyId: id, secretAccessKey: secret } = server.clientOptions.credentials;
  const port = Number(new URL(server.url).host.split(":")[1]);
  const request = signedRequest({
    ...{ port, credentials: { id, secret, region }, service: "sagemaker", path: `/endpoints/${name}/invocations` },
    ...{ headers: { "content-type": "text/csv" }, body: rows[0]! },
  });
  let left = 10_000;
  const call = async () => {
    const connection = new Connection(port);
    while (left-- > 0) expect((await connection.exchange(request)).status).toBe(200);
    connection.close();
  };
  await Promise.all(Array.from({ length: 8 }, call));
  const metric = { Namespace: "AWS/SageMaker", MetricName: "Invocations" };
  const of = (VariantName: string) => sumOf(server, metric, { EndpointName: name, VariantName }, "Sum");
  await expect.poll(async () => (await of("Most")) + (await of("Few")), patience).toBe(10_000);
  expect(Math.abs((await of("Most")) - 7_000)).toBeLessThan(100);
  await sagemaker.deleteEndpoint({ EndpointName: name });
}, 120_000);

test("answers that come in parts, and sessions, which one process keeps, are as with one process", async () => {
  for (const runtime of Array.from({ length: 4 }, () => clients().runtime)) {
    const request = { EndpointName, Body: rows[2]!, ContentType: "text/csv" };
    const { Body } = await runtime.invokeEndpointWithResponseStream({ ...request, InferenceId: "in-parts" });
    let text = "";
    for await (const { PayloadPart } of Body!) text += Buffer.from(PayloadPart!.Bytes!).toString();
    expect(text).toBe(right.get(rows[2]!));
    const session = runtime.invokeEndpoint({ ...request, SessionId: "nobody" });
    await expect(session).rejects.toThrow(`The session nobody of endpoint ${EndpointName} is not there`);
  }
});

test("an endpoint that was deleted is gone for all of them as soon as that is answered", async () => {
  const { sagemaker } = clients();
  const runtimes = Array.from({ length: 6 }, () => clients().runtime);
  for (let round = 0; round < 3; round++) {
    const name = `Gone-${round}`;
    await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: "captured" });
    const state = async () => (await sagemaker.describeEndpoint({ EndpointName: name })).EndpointStatus;
    await expect.poll(state, patience).toBe("InService");
    const invoke = (runtime: SageMakerRuntime) =>
      runtime.invokeEndpoint({ EndpointName: name, Body: rows[0]!, ContentType: "text/csv" });
    // The moment it is in service, it is for every worker.
    await Promise.all(runtimes.map(invoke));
    await sagemaker.deleteEndpoint({ EndpointName: name });
    for (const runtime of runtimes) await expect(invoke(runtime)).rejects.toThrow(`Endpoint ${name} of account`);
  }
});

test("the main job runs as with one process", async () => {
  const program = join(root, "examples", "breast-cancer.ts");
  const { code, stdout, stderr } = await server.sagebrush("exec", "--", process.execPath, program);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/accuracy 0\.9[3-9]/);
});

test("a worker that is killed under load is followed by another: no wrong answer, every failure told", async () => {
  const random = createRandom(9);
  const { answers, broken } = await underLoad(async () => {
    for (let kill = 0; kill < 6; kill++) {
      await after(100 + random.below(200));
      const pids = workerPids();
      const pid = pids[random.below(pids.length)]!;
      process.kill(pid, "SIGKILL");
      const replaced = () => workerPids().length === 2 && !workerPids().includes(pid);
      await vi.waitUntil(replaced, patience);
    }
  });
  expect(answers).toBeGreaterThan(100);
  expect(broken).toBeGreaterThan(0);
  expect(await predict(rows[3]!)).toBe(right.get(rows[3]!));
});

test("no new connection is left waiting when workers are killed while it comes", async () => {
  let coming = true;
  const port = Number(new URL(server.url).host.split(":")[1]);
  /** Resolves when the connection has ended, with what came by it. */
  const visit = () =>
    new Promise<string>((resolve) => {
      let received = "";
      const socket = connect(port, "127.0.0.1", () =>
        socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
      );
      socket.on("data", (bytes) => {
        received += bytes;
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(received));
    });
  const answers: string[] = [];
  const visitors = Array.from({ length: 16 }, async () => {
    while (coming) answers.push(await visit());
  });
  for (let kill = 0; kill < 8; kill++) {
    await after(100);
    const pids = workerPids();
    // One that has died since is not followed by another yet.
    if (pids.length > 0) deliver(pids[kill % pids.length]!, "SIGKILL");
  }
  coming = false;
  await Promise.all(visitors);
  const whole = answers.filter((answer) => answer.endsWith("</html>\n"));
  expect(whole.length).toBeGreaterThan(0);
  expect(answers.filter((answer) => answer !== "" && !answer.startsWith("HTTP/1.1 200 "))).toEqual([]);
  await vi.waitUntil(() => workerPids().length === 2, patience);
});

test("a worker that hangs is ended and followed by another", async () => {
  const [pid] = workerPids();
  process.kill(pid!, "SIGSTOP");
  await vi.waitUntil(() => workerPids().length === 2 && !workerPids().includes(pid!), patience);
  for (const row of rows) expect(await predict(row)).toBe(right.get(row));
});

test("workers end with the control process, one that cannot at the next start, and captures are kept", async () => {
  const [stopped, other] = workerPids().map((pid) => identify(pid)!);
  const { answers, broken } = await underLoad(async () => {
    await after(300);
    process.kill(stopped!.pid, "SIGSTOP");
    await server.kill();
    await vi.waitUntil(() => identify(other!.pid)?.startTime !== other!.startTime, patience);
    expect(identify(stopped!.pid)).toEqual(stopped);
    await server.start();
  });
  expect(answers).toBeGreaterThan(0);
  expect(broken).toBeGreaterThan(0);
  expect(identify(stopped!.pid)?.startTime).not.toBe(stopped!.startTime);
  const answer = () => predict(rows[5]!).catch((error: Error) => error.name);
  await expect.poll(answer, patience).toBe(right.get(rows[5]!));
});

test("every request that was answered is captured, in the log, and counted as far as nothing was killed", async () => {
  const { s3 } = clients();
  const captured = async () => {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: `captured/${EndpointName}/` });
    const ids: string[] = [];
    for (const { Key } of Contents) {
      const text = await (await s3.getObject({ Bucket, Key })).Body!.transformToString();
      for (const line of text.trimEnd().split("\n")) ids.push(JSON.parse(line).eventMetadata.inferenceId);
    }
    return ids;
  };
  const lost = async () => {
    const found = new Set(await captured());
    return [...answered].filter((id) => !found.has(id));
  };
  await expect.poll(lost, patience).toEqual([]);
  const ids = (await captured()).filter((id) => id !== "in-parts");
  expect(new Set(ids).size).toBe(ids.length);

  const lines = readFileSync(join(server.home, "access.log"), "utf8").trimEnd().split("\n");
  const requests = lines.map((line) => JSON.parse(line) as { requestId: string; operation: string; via: string });
  const invoked = requests.filter(({ operation, via }) => operation === "InvokeEndpoint" && via === "http");
  expect(new Set(invoked.map(({ requestId }) => requestId)).size).toBe(invoked.length);

  const invocations = () =>
    sumOf(
      server,
      { Namespace: "AWS/SageMaker", MetricName: "Invocations" },
      { EndpointName, VariantName: "AllTraffic" },
      "Sum",
    );
  const before = await invocations();
  for (const row of rows) await predict(row);
  await expect.poll(invocations, patience).toBeGreaterThanOrEqual(before + rows.length);
});

test("stop ends all of them", async () => {
  const pids = workerPids().map((pid) => identify(pid)!);
  expect((await server.sagebrush("stop")).code).toBe(0);
  await server.ended();
  for (const { pid, startTime } of pids) expect(identify(pid)?.startTime).not.toBe(startTime);
});
