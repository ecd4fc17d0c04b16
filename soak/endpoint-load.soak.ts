import { setTimeout as pause } from "node:timers/promises";
import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";
import { clientsOf } from "../conformance/clients.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { role, xgboost, xgboostJob } from "../conformance/xgboost-job.ts";
import { createRandom } from "../src/base/random.ts";
import { identify, isAlive } from "../src/executors/process/processes.ts";
import { defineSoak } from "./define-soak.ts";
import { isRightAnswer, startCallers } from "./endpoint-callers.ts";
import { persistently } from "./make-jobs.ts";
import { modelServersOf, workersOf } from "./model-servers.ts";
import { until } from "./until.ts";

const bucket = "endpoint-load";
const EndpointName = "Load";
const callers = 8;
/** How long nothing disturbs it, while it is measured how much is answered: as much as in the best of these seconds. */
const calmSeconds = 5;
/** Of what is answered then, so much is asked for. */
const share = 0.8;
/** A size from which processes are also stopped until they are ended, in seconds. */
const longSeconds = 60;

export const soak = defineSoak({
  words:
    "an endpoint in two processes, asked for 80 % of what it can answer, while it is updated and scaled, and its model servers, the processes and the server are killed and stopped: no wrong answer, no lost capture",
  unit: "s",
  sizes: { full: 600, short: 3 },
  async run(size) {
    const server = await createTestServer({ environment: { SAGEBRUSH_WORKERS: "2" } });
    try {
      await server.start();
      await deploy(server);
      const calls = startCallers(server, EndpointName, callers);
      let most = 0;
      for (let second = 0; second < calmSeconds; second++) {
        calls.pace(undefined);
        await Promise.race([calls.wrong, pause(1000)]);
        most = Math.max(most, calls.perSecond());
      }
      const perSecond = most * share;
      calls.pace(perSecond);
      const end = performance.now() + size * 1000;
      const disturbing = disturb(server, size >= longSeconds, () => performance.now() < end);
      const done = await Promise.race([calls.wrong, disturbing]);
      await Promise.race([calls.wrong, calls.end()]);
      // Deleted, it first puts what it has captured.
      await persistently(() => clientsOf(server).sagemaker.deleteEndpoint({ EndpointName }));
      const isDeleted = async () => {
        const { Endpoints = [] } = await clientsOf(server).sagemaker.listEndpoints({});
        return Endpoints.length === 0;
      };
      await until(isDeleted);
      const captured = await capturedOf(server);
      const missing = calls.answered.flatMap((_, number) => (captured[number] ? [] : [number]));
      if (missing.length > 0) throw new Error(`${missing.length} answers are not captured, the first ${missing[0]}`);
      const failed = [...calls.failures].map(([kind, count]) => `${count} ${kind}`).join(", ") || "none";
      const count = calls.answered.reduce((sum) => sum + 1, 0);
      return `${count} answers at up to ${perSecond.toFixed(0)} a second, each right and captured; failures that were told: ${failed}; ${done}`;
    } finally {
      await server.close();
    }
  },
});

/** Trains a model that says whether its first number is above a half, and serves it on two instances. */
async function deploy(server: TestServer): Promise<void> {
  const { s3, sagemaker } = clientsOf(server);
  await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
  const rows = Array.from({ length: 200 }, (_, index) => `${index < 100 ? 0 : 1},${index / 200},${(index * 7) % 10}`);
  await s3.putObject({ Bucket: bucket, Key: "train/rows.csv", Body: rows.join("\n") });
  const TrainingJobName = "endpoint-load";
  const places = { data: `s3://${bucket}/train/`, output: `s3://${bucket}/out` };
  const hyperparameters = { objective: "binary:logistic", num_round: "10" };
  await sagemaker.createTrainingJob(xgboostJob(TrainingJobName, { ...places, hyperparameters }));
  const job = () => sagemaker.describeTrainingJob({ TrainingJobName });
  await until(async () => (await job()).TrainingJobStatus === "Completed");
  const ModelDataUrl = (await job()).ModelArtifacts!.S3ModelArtifacts!;
  for (const name of ["one", "two"]) {
    const PrimaryContainer = { Image: xgboost, ModelDataUrl };
    await sagemaker.createModel({ ModelName: name, ExecutionRoleArn: role, PrimaryContainer });
    await sagemaker.createEndpointConfig({
      EndpointConfigName: name,
      ProductionVariants: [{ VariantName: "A", ModelName: name, InstanceType: "ml.m5.large", InitialInstanceCount: 2 }],
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${bucket}/captured`,
        CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
      },
    });
  }
  await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: "one" });
  await untilInService(server);
}

const untilInService = (server: TestServer) =>
  until(async () => {
    const { EndpointStatus } = await clientsOf(server).sagemaker.describeEndpoint({ EndpointName });
    return EndpointStatus === "InService";
  });

const linear: DeploymentConfig = {
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: {
      Type: "CANARY",
      WaitIntervalInSeconds: 0,
      CanarySize: { Type: "CAPACITY_PERCENT", Value: 50 },
    },
  },
};

/** Does all that can befall an endpoint, in turn and then at random, while `goes`. Returns what was done in words. */
async function disturb(server: TestServer, isLong: boolean, goes: () => boolean): Promise<string> {
  const random = createRandom(9);
  let config = 0;
  const oneOf = <T>(all: readonly T[]): T | undefined => all[random.below(all.length)];
  const settled = async (change: () => Promise<unknown>) => {
    await untilInService(server);
    await change();
  };
  const deeds: Readonly<Record<string, () => Promise<unknown>>> = {
    updated: () =>
      settled(() => {
        const EndpointConfigName = ["two", "one"][config++ % 2]!;
        const DeploymentConfig = random.below(2) === 0 ? linear : undefined;
        return clientsOf(server).sagemaker.updateEndpoint({ EndpointName, EndpointConfigName, DeploymentConfig });
      }),
    "model server killed": async () => signal(oneOf(modelServersOf(server.home)), "SIGKILL"),
    scaled: () =>
      settled(() => {
        const DesiredWeightsAndCapacities = [{ VariantName: "A", DesiredInstanceCount: 1 + random.below(3) }];
        return clientsOf(server).sagemaker.updateEndpointWeightsAndCapacities({
          EndpointName,
          DesiredWeightsAndCapacities,
        });
      }),
    "worker killed": async () => signal(oneOf(workersOf(server.home)), "SIGKILL"),
    "model server stopped for a second": () => stopped(oneOf(modelServersOf(server.home))),
    "worker stopped for a second": () => stopped(oneOf(workersOf(server.home))),
    "server stopped for a second": () => stopped(server.pid),
    "server killed": async () => {
      await server.kill();
      await server.start();
    },
    ...(isLong && {
      "model server stopped until it was ended": () => stoppedUntilEnded(oneOf(modelServersOf(server.home))),
      "worker stopped until it was ended": () => stoppedUntilEnded(oneOf(workersOf(server.home))),
    }),
  };
  const counts = Object.fromEntries(Object.keys(deeds).map((name) => [name, 0]));
  const turn = Object.keys(deeds);
  do {
    const name = turn.shift() ?? oneOf(Object.keys(deeds))!;
    await deeds[name]!();
    counts[name]!++;
    await pause(random.below(1_000));
  } while (goes() || turn.length > 0);
  await untilInService(server);
  return Object.entries(counts)
    .map(([name, count]) => `${count} times ${name}`)
    .join(", ");
}

async function stopped(pid: number | undefined): Promise<void> {
  signal(pid, "SIGSTOP");
  await pause(1_000);
  signal(pid, "SIGCONT");
}

/** What does not move is ended by whoever looks after it. */
async function stoppedUntilEnded(pid: number | undefined): Promise<void> {
  const one = pid === undefined ? undefined : identify(pid);
  if (!one) return;
  signal(pid, "SIGSTOP");
  await until(
    async () => !isAlive(one),
    async () => `Process ${pid} was stopped, and nobody has ended it`,
  );
}

/** A process may have ended meanwhile. */
function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {}
}

/** Whether the request of that number is in the files of captures; each is once. */
async function capturedOf(server: TestServer): Promise<readonly boolean[]> {
  const { s3 } = clientsOf(server);
  const captured: boolean[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await s3.listObjectsV2({ Bucket: bucket, Prefix: `captured/${EndpointName}/`, ContinuationToken });
    for (const { Key } of page.Contents ?? []) {
      const text = await (await s3.getObject({ Bucket: bucket, Key })).Body!.transformToString();
      for (const line of text.trim().split("\n")) {
        const { captureData, eventMetadata } = JSON.parse(line);
        const number = Number(eventMetadata.inferenceId);
        if (captured[number]) throw new Error(`The request ${number} is captured twice`);
        const isRight = isRightAnswer(number, captureData.endpointOutput.data);
        if (!isRight) throw new Error(`The request ${number} is captured with the answer of another: ${line}`);
        captured[number] = true;
      }
    }
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return captured;
  }
}
