import { setTimeout as pause } from "node:timers/promises";
import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";
import type { SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import { clientsOf } from "../conformance/clients.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { role, xgboost, xgboostJob } from "../conformance/xgboost-job.ts";
import { createRandom } from "../src/base/random.ts";
import { defineSoak } from "./define-soak.ts";
import { modelServersOf } from "./model-servers.ts";
import { until } from "./until.ts";

const bucket = "endpoint-load";
const EndpointName = "Load";
const clients = 4;
/** Half of the requests have an answer above a half, half have one below. */
const bodies = ["0.9,3", "0.1,3"] as const;
/** Requests that are told that they failed: by the endpoint, or by the end of the server's connection. */
const told = new Set(["ModelError", "ServiceUnavailable", "InternalFailure", "TimeoutError"]);

export const soak = defineSoak({
  words:
    "an endpoint under load while it is updated and scaled, its model servers are killed and stopped, and the server is killed: no wrong answer, no lost capture",
  unit: "s",
  sizes: { full: 600, short: 3 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      await deploy(server);
      let loading = true;
      const answered: string[] = [];
      const failures = new Map<string, number>();
      const ask = async (runtime: SageMakerRuntime, client: number, count: number) => {
        const Body = bodies[count % 2]!;
        const InferenceId = `${client}-${count}`;
        try {
          const answer = await runtime.invokeEndpoint({ EndpointName, InferenceId, Body, ContentType: "text/csv" });
          const score = Number(answer.Body.transformToString());
          if (!(count % 2 === 0 ? score > 0.8 : score < 0.2)) throw new WrongAnswer(`${Body} was answered ${score}`);
          answered.push(InferenceId);
          return true;
        } catch (error) {
          const { name, code } = error as Error & { readonly code?: string };
          if (error instanceof WrongAnswer || !(told.has(name) || code !== undefined)) throw error;
          const kind = told.has(name) ? name : code!;
          failures.set(kind, (failures.get(kind) ?? 0) + 1);
          await pause(20);
          return false;
        }
      };
      const load = Array.from({ length: clients }, async (_, client) => {
        // A server that was started again has another address.
        for (let count = 0; loading; )
          for (const { runtime } = clientsOf(server); loading && (await ask(runtime, client, count++)); );
      });
      const end = performance.now() + size * 1000;
      const disturbing = disturb(server, () => performance.now() < end).finally(() => {
        loading = false;
      });
      const results = await Promise.allSettled([disturbing, ...load]);
      for (const result of results) if (result.status === "rejected") throw result.reason;
      // Deleted, it first puts what it has captured.
      await clientsOf(server).sagemaker.deleteEndpoint({ EndpointName });
      const missing = async () => {
        const captured = await capturedOf(server);
        return answered.filter((id) => !captured.has(id)).length;
      };
      await until(
        async () => (await missing()) === 0,
        async () => `${await missing()} answers are not captured`,
      );
      const failed = [...failures].map(([kind, count]) => `${count} ${kind}`).join(", ") || "none";
      return `${answered.length} answers, each right and captured; failures that were told: ${failed}; ${await disturbing}`;
    } finally {
      await server.close();
    }
  },
});

class WrongAnswer extends Error {}

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
async function disturb(server: TestServer, goes: () => boolean): Promise<string> {
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
    "model server stopped for a second": async () => {
      const pid = oneOf(modelServersOf(server.home));
      signal(pid, "SIGSTOP");
      await pause(1_000);
      signal(pid, "SIGCONT");
    },
    "server killed": async () => {
      await server.kill();
      await server.start();
    },
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

/** A process may have ended meanwhile. */
function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {}
}

/** The requests that are in the files of captures; each once. */
async function capturedOf(server: TestServer): Promise<ReadonlySet<string>> {
  const { s3 } = clientsOf(server);
  const captured = new Set<string>();
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await s3.listObjectsV2({ Bucket: bucket, Prefix: `captured/${EndpointName}/`, ContinuationToken });
    for (const { Key } of page.Contents ?? []) {
      const text = await (await s3.getObject({ Bucket: bucket, Key })).Body!.transformToString();
      for (const line of text.trim().split("\n")) {
        const { inferenceId } = JSON.parse(line).eventMetadata;
        if (captured.has(inferenceId)) throw new Error(`The request ${inferenceId} is captured twice`);
        captured.add(inferenceId);
      }
    }
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return captured;
  }
}
