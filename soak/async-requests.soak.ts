import { setTimeout as pause } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { clientsOf } from "../conformance/clients.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { role, xgboost, xgboostJob } from "../conformance/xgboost-job.ts";
import { createRandom } from "../src/base/random.ts";
import { defineSoak } from "./define-soak.ts";
import { isRightAnswer } from "./endpoint-callers.ts";
import { persistently } from "./make-jobs.ts";
import { modelServersOf, workersOf } from "./model-servers.ts";
import { until } from "./until.ts";

const bucket = "async-requests";
const EndpointName = "Queue";
const callers = 8;
/** From this size on something is done every 5 s, below it at once. */
const large = 1_000;
const pauseMilliseconds = 5_000;

export const soak = defineSoak({
  words:
    "asynchronous requests from 8 clients, while model servers, workers and the server are killed and the endpoint goes to no instance and back: each accepted request has one answer or one failure, and its topic is told",
  unit: "requests",
  sizes: { full: 10_000, short: 40 },
  async run(size) {
    const server = await createTestServer({ environment: { SAGEBRUSH_WORKERS: "2" } });
    try {
      await server.start();
      const heard = await hear(server);
      await deploy(server, heard.topic);
      const accepted = new Map<string, number>();
      let isOver = false;
      const sending = Promise.all(Array.from({ length: callers }, (_, caller) => send(server, size, caller, accepted)));
      const ending = sending
        .then(() => untilEnded(server, accepted))
        .then((ends) => untilTold(server, heard.queue, accepted, ends))
        .finally(() => (isOver = true));
      const [found, done] = await Promise.all([ending, disturb(server, size >= large, () => isOver)]);
      const failed = [...accepted.keys()].filter((name) => !found.answers.has(name)).length;
      return `${accepted.size} accepted, ${accepted.size - failed} answered and ${failed} failed, each once; ${done}`;
    } finally {
      await server.close();
    }
  },
});

/** Serves a model that says whether its first number is above a half, from a queue. */
async function deploy(server: TestServer, topic: string): Promise<void> {
  const { s3, sagemaker } = clientsOf(server);
  await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
  const rows = Array.from({ length: 200 }, (_, index) => `${index < 100 ? 0 : 1},${index / 200},${(index * 7) % 10}`);
  await s3.putObject({ Bucket: bucket, Key: "train/rows.csv", Body: rows.join("\n") });
  const TrainingJobName = "async-requests";
  const places = { data: `s3://${bucket}/train/`, output: `s3://${bucket}/out` };
  const hyperparameters = { objective: "binary:logistic", num_round: "10" };
  await sagemaker.createTrainingJob(xgboostJob(TrainingJobName, { ...places, hyperparameters }));
  const job = () => sagemaker.describeTrainingJob({ TrainingJobName });
  await until(async () => (await job()).TrainingJobStatus === "Completed");
  const ModelDataUrl = (await job()).ModelArtifacts!.S3ModelArtifacts!;
  await sagemaker.createModel({
    ...{ ModelName: "queue", ExecutionRoleArn: role, PrimaryContainer: { Image: xgboost, ModelDataUrl } },
  });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: "queue",
    ProductionVariants: [
      { VariantName: "A", ModelName: "queue", InstanceType: "ml.m5.large", InitialInstanceCount: 1 },
    ],
    AsyncInferenceConfig: {
      OutputConfig: {
        ...{ S3OutputPath: `s3://${bucket}/answers`, S3FailurePath: `s3://${bucket}/failures` },
        NotificationConfig: { SuccessTopic: topic, ErrorTopic: topic },
      },
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 8 },
    },
  });
  await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: "queue" });
  await untilInService(server);
}

/** Makes a topic and a queue that hears all that it is told. */
async function hear(server: TestServer): Promise<{ readonly topic: string; readonly queue: string }> {
  const [sns, sqs] = [new SNS(server.clientOptions), new SQS(server.clientOptions)];
  const { TopicArn } = await sns.createTopic({ Name: "ends" });
  const { QueueUrl } = await sqs.createQueue({ QueueName: "heard" });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
  const raw = { RawMessageDelivery: "true" };
  await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: Attributes!.QueueArn!, Attributes: raw });
  return { topic: TopicArn!, queue: "heard" };
}

const untilInService = (server: TestServer) =>
  until(async () => {
    const { EndpointStatus } = await clientsOf(server).sagemaker.describeEndpoint({ EndpointName });
    return EndpointStatus === "InService";
  });

/** Sends a client's share of the requests, each until it is accepted. */
async function send(server: TestServer, size: number, caller: number, accepted: Map<string, number>): Promise<void> {
  for (let number = caller; number < size; number += callers) {
    const { OutputLocation } = await persistently(() =>
      clientsOf(server).runtime.invokeEndpointAsync({
        ...{ EndpointName, Body: number % 2 === 0 ? "0.9,3" : "0.1,3", ContentType: "text/csv" },
        InferenceId: String(number),
      }),
    );
    accepted.set(/([0-9a-f-]{36})\.out$/.exec(OutputLocation!)![1]!, number);
  }
}

interface Ends {
  readonly answers: ReadonlySet<string>;
  readonly failures: ReadonlySet<string>;
}

/** Waits until each accepted request has ended, and checks that each has one end and each answer is right. */
async function untilEnded(server: TestServer, accepted: ReadonlyMap<string, number>): Promise<Ends> {
  let ends: Ends = { answers: new Set(), failures: new Set() };
  const missing = () => [...accepted.keys()].filter((name) => !ends.answers.has(name) && !ends.failures.has(name));
  for (let before = missing().length; before > 0; before = missing().length)
    await until(
      async () => {
        ends = {
          answers: await namesBelow(server, "answers/", ".out"),
          failures: await namesBelow(server, "failures/", "-error.out"),
        };
        return missing().length < before;
      },
      async () => `${before} requests have not ended, the first ${missing()[0]}`,
    );
  const twice = [...ends.answers].filter((name) => ends.failures.has(name));
  if (twice.length > 0) throw new Error(`${twice.length} requests have an answer and a failure, the first ${twice[0]}`);
  for (const [name, number] of accepted) {
    if (!ends.answers.has(name)) continue;
    const text = await persistently(() => read(server, `answers/${name}.out`));
    if (!isRightAnswer(number, text)) throw new Error(`Request ${number} was answered ${text}`);
  }
  return ends;
}

/** Waits until the queue has heard of the end of each accepted request. */
async function untilTold(
  server: TestServer,
  QueueName: string,
  accepted: ReadonlyMap<string, number>,
  ends: Ends,
): Promise<Ends> {
  const left = new Set([...accepted.values()].map(String));
  for (let before = left.size; before > 0; before = left.size)
    await until(
      async () => {
        const sqs = new SQS({ ...server.clientOptions, maxAttempts: 1 });
        const { QueueUrl } = await sqs.getQueueUrl({ QueueName });
        const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
        for (const { Body } of Messages) left.delete(JSON.parse(Body!).inferenceId);
        if (Messages.length > 0)
          await sqs.deleteMessageBatch({
            QueueUrl,
            Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
          });
        return left.size < before;
      },
      async () => `${left.size} requests ended and no topic was told, the first ${[...left][0]}`,
    );
  return ends;
}

async function namesBelow(server: TestServer, Prefix: string, ending: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await clientsOf(server).s3.listObjectsV2({ Bucket: bucket, Prefix, ContinuationToken });
    for (const { Key } of page.Contents ?? []) names.add(Key!.slice(Prefix.length, -ending.length));
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return names;
  }
}

async function read(server: TestServer, Key: string): Promise<string> {
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true, maxAttempts: 1 });
  return (await s3.getObject({ Bucket: bucket, Key })).Body!.transformToString();
}

/** Kills and scales in turn, once, or until all requests have ended. Returns what was done in words. */
async function disturb(server: TestServer, isLarge: boolean, isOver: () => boolean): Promise<string> {
  const random = createRandom(7);
  const scale = (DesiredInstanceCount: number) =>
    persistently(async () => {
      await untilInService(server);
      await clientsOf(server).sagemaker.updateEndpointWeightsAndCapacities({
        EndpointName,
        DesiredWeightsAndCapacities: [{ VariantName: "A", DesiredInstanceCount }],
      });
      await untilInService(server);
    });
  const deeds: Readonly<Record<string, () => Promise<unknown>>> = {
    "model server killed": async () => kill(modelServersOf(server.home)[0]),
    "to no instance and back": async () => {
      await scale(0);
      await scale(1 + random.below(2));
    },
    "worker killed": async () => kill(workersOf(server.home)[random.below(2)]),
    "server killed": async () => {
      await server.kill();
      await server.start();
    },
  };
  const counts = Object.fromEntries(Object.keys(deeds).map((name) => [name, 0]));
  do {
    for (const [name, deed] of Object.entries(deeds)) {
      await deed();
      counts[name]!++;
      if (isLarge && !isOver()) await pause(pauseMilliseconds);
    }
  } while (isLarge && !isOver());
  return Object.entries(counts)
    .map(([name, count]) => `${count} times ${name}`)
    .join(", ");
}

/** A process may have ended meanwhile. */
function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch {}
}
