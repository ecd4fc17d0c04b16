import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { Fault } from "../../../aws/faults.ts";
import { createProcessExecutor, type ProcessExecutorOptions } from "../../../executors/process/process.ts";
import { childrenOf } from "../../../executors/process/processes.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { defineImage } from "../../../images/define-image.ts";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import { createReconcileEngine, type ReconcileEngine } from "../../../server/reconcile/reconcile.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { useObjectStore } from "../../../stores/objects/object-store.fixture.ts";
import { metric } from "../../platform/cloudwatch/metric.ts";
import { role } from "../../platform/iam/role.ts";
import { logEvents } from "../../platform/logs/log-events.ts";
import { logGroup } from "../../platform/logs/log-group.ts";
import { logStream } from "../../platform/logs/log-stream.ts";
import { bucket } from "../../platform/s3/bucket.ts";
import { object } from "../../platform/s3/object.ts";
import { objectDelete } from "../../platform/s3/object-delete.ts";
import { objectListing } from "../../platform/s3/object-listing.ts";
import { asyncInvocation } from "./async-invocation.ts";
import { endpointReconciler } from "./endpoint.reconcile.ts";
import { type ActualEndpoint, endpoint } from "./endpoint.ts";
import { endpointConfig } from "./endpoint-config.ts";
import { inferenceComponentReconciler } from "./inference-component.reconcile.ts";
import { inferenceComponent } from "./inference-component.ts";
import { inferenceExperimentReconciler } from "./inference-experiment.reconcile.ts";
import { inferenceExperiment } from "./inference-experiment.ts";
import { invocation } from "./invocation.ts";
import { model } from "./model.ts";

const image = defineImage({
  repository: "echo",
  versions: ["1"],
  serving: () => ({ program: { script: "src/services/sagemaker/inference/test-model-server.mjs", arguments: [] } }),
});
export const Image = "123456789012.dkr.ecr.us-west-2.amazonaws.com/echo:1";
export const EndpointName = "Echo";
export const logGroupName = "/aws/sagemaker/Endpoints/Echo";
export const arn = "arn:aws:sagemaker:us-west-2:123456789012:endpoint/echo";

export let machine: ProcessExecutorOptions & { path?: string | undefined };
export let home: string;
export let context: TestContext;
export let engine: ReconcileEngine;
/** How far the clock is ahead, milliseconds. */
let passed: number;
export const reports: unknown[] = [];
/** What the server's log says of endpoints. */
export const told: string[] = [];

/** Alarms of the tests, by name, each with its state. */
export const alarms: Record<string, "OK" | "ALARM" | "INSUFFICIENT_DATA"> = {};
const describeAlarms = defineOperations("cloudwatch", {
  DescribeAlarms: async ({ AlarmNames }) => ({
    MetricAlarms: AlarmNames!.flatMap((AlarmName) =>
      alarms[AlarmName] ? [{ AlarmName, StateValue: alarms[AlarmName] }] : [],
    ),
    CompositeAlarms: undefined,
    NextToken: undefined,
  }),
});

/** The topics that there are, by name, and what they were told. */
export const topics = new Set<string>();
export const published: { readonly topic: string; readonly message: unknown }[] = [];
const publish = defineOperations("sns", {
  async Publish({ TopicArn: topic = "", Message }) {
    if (!topics.has(topic.split(":").at(-1)!))
      throw new Fault("NotFoundException", "Topic does not exist", { status: 404 });
    published.push({ topic, message: JSON.parse(Message!) });
    return { MessageId: "1", SequenceNumber: undefined };
  },
});

export function startEngine(): ReconcileEngine {
  return createReconcileEngine({
    resources: context.resources,
    executors: context.executors,
    reconcilers: [endpointReconciler, inferenceComponentReconciler, inferenceExperimentReconciler].map(
      (reconciler) => ({
        kind: reconciler.kind.name,
        unfinished: reconciler.unfinished,
        load: async () => reconciler as never,
      }),
    ),
    contextFor: () => context,
    clock: context.clock,
    report: (what, error) => reports.push(what, error),
    tell: (words) => told.push(words),
  });
}

/** Has the endpoint `Echo` of a server of its own made for each test of a file, on true model servers. */
export function useEndpoint(): void {
  const openStore = useObjectStore();
  beforeEach(async () => {
    topics.clear();
    topics.add("told");
    reports.length = told.length = published.length = 0;
    passed = 0;
    for (const name of Object.keys(alarms)) delete alarms[name];
    home = mkdtempSync(join(tmpdir(), "sagebrush-endpoint-"));
    const lease = join(home, "lease");
    writeFileSync(lease, "");
    const addressFile = join(home, "address", "server");
    mkdirSync(dirname(addressFile));
    writeFileSync(addressFile, "http://127.0.0.1:4620");
    const place = { productRoot: process.cwd(), node: process.execPath };
    machine = { folder: join(home, "runs"), home, lease, addressFile, ...place };
    const executor = createProcessExecutor(machine);
    context = createTestContext({
      units: [
        endpoint,
        endpointConfig,
        inferenceExperiment,
        inferenceComponent,
        model,
        invocation,
        asyncInvocation,
        logGroup,
        logStream,
        logEvents,
        metric,
        role,
        describeAlarms,
        publish,
        bucket,
        object,
        objectDelete,
        objectListing,
      ],
      images: createImageCatalogue([image]),
      executor,
      objects: openStore(),
      clock: { now: () => Date.now() + passed },
    });
    engine = startEngine();
    await engine.start();
  });

  afterEach(async () => {
    await engine.stop();
    await context.standingWork.close();
    const [executor] = context.executors.all;
    for (const runId of await executor!.list()) await executor!.remove(runId);
    rmSync(home, { recursive: true, force: true });
    expect(reports).toEqual([]);
    // A run may have thousands of processes to end.
  }, 60_000);
}

/** Ends the engine and starts it again, as a restart of the server does. */
export async function restartEngine(between: () => void | Promise<void> = () => {}): Promise<void> {
  await engine.stop();
  await context.standingWork.close();
  await between();
  engine = startEngine();
  await engine.start();
}

/** Sets the clock ahead. */
export function passTime(milliseconds: number): void {
  passed += milliseconds;
}

export const document = () => context.resources.get(endpoint.keyOf(context, EndpointName));
export const actual = async () => (await document())!.actual as ActualEndpoint;

/** Follows the feed until the endpoint is as expected. */
export async function until(expected: (found: Awaited<ReturnType<typeof document>>) => boolean): Promise<void> {
  for (let position: number | "latest" = "latest"; ; ) {
    const news = context.resources.changes(position, 1000, AbortSignal.timeout(10_000));
    const found = await document();
    if (expected(found)) return void news.catch(() => {});
    const entries = await news;
    if (entries.length === 0) {
      const { events } = await context.call("logs", "FilterLogEvents", { logGroupName });
      const lines = events?.map(({ message }) => message).join("\n");
      throw new Error(`The endpoint came no further than ${JSON.stringify(found)}, its log is\n${lines}`);
    }
    position = entries.at(-1)!.sequence;
  }
}
/** Invokes the endpoint until it answers so, through the moments in which no model server is there. */
export const untilAnswers = (text: string, more: object = {}) =>
  expect
    .poll(
      () =>
        invoke("still", more).then(
          ({ text }) => text,
          () => undefined,
        ),
      { timeout: 20_000, interval: 100 },
    )
    .toBe(text);

/** The process of a run's model server: the last one that its keeper has below itself. */
export function serverOf(runId: string): number {
  let { pid } = JSON.parse(readFileSync(join(home, "runs", runId, "keeper.json"), "utf8")) as { pid: number };
  for (let [child] = childrenOf(pid); child !== undefined; [child] = childrenOf(pid)) pid = child;
  return pid;
}

export const untilStatus = (status: string) => until((found) => found?.status === status);
export const untilSettled = () => until((found) => (found!.actual as ActualEndpoint).retiring.length === 0);

export async function configure(
  EndpointConfigName: string,
  variants: Record<
    string,
    { weight?: number; count?: number; environment?: Record<string, string>; volume?: number }
  > = { A: {} },
  more: object = {},
): Promise<void> {
  for (const [name, variant] of Object.entries(variants)) {
    const Environment = { NAME: `${EndpointConfigName}-${name}`, ...variant.environment };
    await context.call("sagemaker", "CreateModel", {
      ModelName: `${EndpointConfigName}-${name}`,
      PrimaryContainer: { Image, Environment },
    });
  }
  await context.call("sagemaker", "CreateEndpointConfig", {
    EndpointConfigName,
    ProductionVariants: Object.entries(variants).map(([name, { weight, count, volume }]) => ({
      VariantName: name,
      ModelName: `${EndpointConfigName}-${name}`,
      InstanceType: "ml.m5.large" as const,
      InitialInstanceCount: count ?? 1,
      InitialVariantWeight: weight,
      VolumeSizeInGB: volume,
    })),
    ...more,
  });
}

export async function create(
  EndpointConfigName = "one",
  variants?: Parameters<typeof configure>[1],
  more?: object,
): Promise<void> {
  await configure(EndpointConfigName, variants, more);
  await context.call("sagemaker", "CreateEndpoint", { EndpointName, EndpointConfigName });
}

export const invoke = async (text: string, more: object = {}) => {
  const output = await context.call("sagemaker-runtime", "InvokeEndpoint", {
    EndpointName,
    Body: Buffer.from(text),
    ...more,
  });
  return { ...output, text: Buffer.from(output.Body as Uint8Array).toString() };
};
export const describeEndpoint = () => context.call("sagemaker", "DescribeEndpoint", { EndpointName });
