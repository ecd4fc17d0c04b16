import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { segmentBytes } from "../../../executors/process/log-segments.ts";
import { createProcessExecutor, type ProcessExecutorOptions } from "../../../executors/process/process.ts";
import { childrenOf } from "../../../executors/process/processes.ts";
import { type RunWanted, run } from "../../../frame/run.ts";
import { defineImage } from "../../../images/define-image.ts";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import { stageSilenceSeconds } from "../../../images/stage-plan.ts";
import { createReconcileEngine, type ReconcileEngine } from "../../../server/reconcile/reconcile.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { metric } from "../../platform/cloudwatch/metric.ts";
import { role } from "../../platform/iam/role.ts";
import { logEvents } from "../../platform/logs/log-events.ts";
import { logGroup } from "../../platform/logs/log-group.ts";
import { logStream } from "../../platform/logs/log-stream.ts";
import { endpointReconciler } from "./endpoint.reconcile.ts";
import { type ActualEndpoint, endpoint } from "./endpoint.ts";
import { endpointConfig } from "./endpoint-config.ts";
import { runIdsOf } from "./endpoint-fleet.ts";
import { invocation } from "./invocation.ts";
import { model } from "./model.ts";

const image = defineImage({
  repository: "echo",
  versions: ["1"],
  serving: () => ({ program: { script: "src/services/sagemaker/inference/test-model-server.mjs", arguments: [] } }),
});
const Image = "123456789012.dkr.ecr.us-west-2.amazonaws.com/echo:1";
const EndpointName = "Echo";
const logGroupName = "/aws/sagemaker/Endpoints/Echo";
const arn = "arn:aws:sagemaker:us-west-2:123456789012:endpoint/echo";

let machine: ProcessExecutorOptions & { path?: string | undefined };
let home: string;
let context: TestContext;
let engine: ReconcileEngine;
/** How far the clock is ahead, milliseconds. */
let passed: number;
const reports: unknown[] = [];
/** What the server's log says of endpoints. */
const told: string[] = [];

function startEngine(): ReconcileEngine {
  return createReconcileEngine({
    resources: context.resources,
    executors: context.executors,
    reconcilers: [
      { kind: endpoint.name, unfinished: endpointReconciler.unfinished, load: async () => endpointReconciler },
    ],
    contextFor: () => context,
    clock: context.clock,
    report: (what, error) => reports.push(what, error),
    tell: (words) => told.push(words),
  });
}

beforeEach(async () => {
  reports.length = told.length = 0;
  passed = 0;
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
    units: [endpoint, endpointConfig, model, invocation, logGroup, logStream, logEvents, metric, role],
    images: createImageCatalogue([image]),
    executor,
    clock: { now: () => Date.now() + passed },
  });
  engine = startEngine();
  await engine.start();
});

afterEach(async () => {
  await engine.stop();
  const [executor] = context.executors.all;
  for (const runId of await executor!.list()) await executor!.remove(runId);
  rmSync(home, { recursive: true, force: true });
  expect(reports).toEqual([]);
});

const document = () => context.resources.get(endpoint.keyOf(context, EndpointName));
const actual = async () => (await document())!.actual as ActualEndpoint;

/** Follows the feed until the endpoint is as expected. */
async function until(expected: (found: Awaited<ReturnType<typeof document>>) => boolean): Promise<void> {
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
const untilAnswers = (text: string) =>
  expect
    .poll(
      () =>
        invoke("still").then(
          ({ text }) => text,
          () => undefined,
        ),
      { timeout: 20_000, interval: 100 },
    )
    .toBe(text);

/** The process of a run's model server: the last one that its keeper has below itself. */
function serverOf(runId: string): number {
  let { pid } = JSON.parse(readFileSync(join(home, "runs", runId, "keeper.json"), "utf8")) as { pid: number };
  for (let [child] = childrenOf(pid); child !== undefined; [child] = childrenOf(pid)) pid = child;
  return pid;
}

const untilStatus = (status: string) => until((found) => found?.status === status);
const untilSettled = () => until((found) => (found!.actual as ActualEndpoint).retiring.length === 0);

async function configure(
  EndpointConfigName: string,
  variants: Record<string, { weight?: number; count?: number; environment?: Record<string, string> }> = { A: {} },
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
    ProductionVariants: Object.entries(variants).map(([name, { weight, count }]) => ({
      VariantName: name,
      ModelName: `${EndpointConfigName}-${name}`,
      InstanceType: "ml.m5.large" as const,
      InitialInstanceCount: count ?? 1,
      InitialVariantWeight: weight,
    })),
  });
}

async function create(EndpointConfigName = "one", variants?: Parameters<typeof configure>[1]): Promise<void> {
  await configure(EndpointConfigName, variants);
  await context.call("sagemaker", "CreateEndpoint", { EndpointName, EndpointConfigName });
}

const invoke = async (text: string, more: object = {}) => {
  const output = await context.call("sagemaker-runtime", "InvokeEndpoint", {
    EndpointName,
    Body: Buffer.from(text),
    ...more,
  });
  return { ...output, text: Buffer.from(output.Body as Uint8Array).toString() };
};
const describeEndpoint = () => context.call("sagemaker", "DescribeEndpoint", { EndpointName });

describe("an endpoint's life", () => {
  it("from creation to deletion", async () => {
    await create();
    const created = await describeEndpoint();
    expect(created).toMatchObject({ EndpointStatus: "Creating", EndpointArn: arn, EndpointConfigName: "one" });
    await expect(create("two")).rejects.toThrow(`Cannot create already existing endpoint "${arn}".`);
    const update = context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "one" });
    await expect(update).rejects.toThrow(`Cannot update in-progress endpoint "${arn}".`);
    await expect(invoke("early")).rejects.toMatchObject({
      code: "ValidationError",
      status: 400,
      message: "Endpoint Echo of account 123456789012 not found.",
    });
    expect((await context.call("logs", "FilterLogEvents", { logGroupName })).events).toBeDefined();

    await untilStatus("InService");
    const served = await describeEndpoint();
    expect(served.FailureReason).toBeUndefined();
    expect(served.ProductionVariants).toMatchObject([
      {
        VariantName: "A",
        CurrentWeight: 1,
        DesiredWeight: 1,
        CurrentInstanceCount: 1,
        DesiredInstanceCount: 1,
        DeployedImages: [{ SpecifiedImage: Image, ResolvedImage: Image }],
      },
    ]);
    const headers = { ContentType: "text/csv", Accept: "text/x-answer", CustomAttributes: "trace=1" };
    expect(await invoke("1,2", headers)).toMatchObject({
      text: "one-A: 1,2",
      ContentType: "text/x-answer",
      CustomAttributes: "trace=1",
      InvokedProductionVariant: "A",
    });

    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
    await expect(describeEndpoint()).rejects.toThrow(`Could not find endpoint "${arn}".`);
    const { events } = await context.call("logs", "FilterLogEvents", { logGroupName, logStreamNamePrefix: "A/i-" });
    expect(events!.map(({ message }) => message)).toContain("one-A#011listens");
    expect((await context.resources.list(run.name, { limit: 10 })).documents).toEqual([]);
  });

  it("fails with the reason when its model server never answers", async () => {
    await create("broken", { A: { environment: { END: "3" } }, B: {} });
    await untilStatus("Failed");
    const { FailureReason } = await describeEndpoint();
    expect(FailureReason).toContain(
      "The primary container for production variant A did not pass the ping health check",
    );
    await configure("other");
    const update = context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "other" });
    await expect(update).rejects.toThrow("Delete it and create it anew.");
    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
  });

  it("fails with the reason when its image has gone before it starts", async () => {
    await engine.stop();
    await create("gone");
    Object.assign(context, { images: createImageCatalogue([]) });
    engine = startEngine();
    await engine.start();
    await untilStatus("Failed");
    expect((await describeEndpoint()).FailureReason).toContain(Image);
  });

  it("an update that fails leaves the old fleet in service", async () => {
    await create();
    await untilStatus("InService");
    await configure("broken", { A: { environment: { END: "3" } } });
    await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "broken" });
    await expect(context.call("sagemaker", "DeleteEndpoint", { EndpointName })).rejects.toThrow("in-progress");
    expect((await invoke("still")).text).toBe("one-A: still");
    await untilStatus("InService");
    expect(await describeEndpoint()).toMatchObject({
      EndpointConfigName: "one",
      FailureReason: expect.stringContaining("did not pass the ping health check"),
    });
    expect((await invoke("still")).text).toBe("one-A: still");
  });

  it("can be deleted while it is being created", async () => {
    await create();
    await until((found) => runIdsOf((found!.actual as ActualEndpoint).next).length > 0);
    expect((await describeEndpoint()).EndpointStatus).toBe("Creating");
    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
    expect((await context.resources.list(run.name, { limit: 10 })).documents).toEqual([]);
  });

  it("refuses more instances than the machine has room for, those of all endpoints together", async () => {
    // A machine of 16 GiB; nothing is started.
    await engine.stop();
    await expect(create("many", { A: { count: 33 } })).rejects.toMatchObject({ code: "ResourceLimitExceeded" });
    await create("most", { A: { count: 20 }, B: { count: 10 } });
    await configure("three", { A: { count: 3 } });
    const another = (EndpointConfigName: string) =>
      context.call("sagemaker", "CreateEndpoint", { EndpointName: "Another", EndpointConfigName });
    await expect(another("three")).rejects.toThrow(
      /limit 'ml\.m5\.large for endpoint usage' is 32 Instances, with current utilization of 30 Instances and a request delta of 3 Instances\. .*SAGEBRUSH_ENDPOINT_INSTANCES/,
    );
    await configure("two", { A: { count: 2 } });
    await another("two");
  });

  it("counts no instances of an endpoint that failed, and reads one page of the others", async () => {
    await create("broken", { A: { environment: { END: "3" } } });
    await untilStatus("Failed");
    await engine.stop();
    const list = vi.spyOn(context.resources, "list");
    await configure("most", { A: { count: 32 } });
    list.mockClear();
    const another = context.call("sagemaker", "CreateEndpoint", {
      EndpointName: "Another",
      EndpointConfigName: "most",
    });
    await expect(another).resolves.toMatchObject({ EndpointArn: expect.stringContaining("endpoint/another") });
    expect(list.mock.calls.filter(([kind]) => kind === endpoint.name)).toEqual([
      [endpoint.name, { labels: { instances: { from: 1 } }, limit: 33 }],
    ]);
  });

  it("gives a model server the memory of its instance type, and not all of the machine's", async () => {
    await create();
    await until((found) => runIdsOf((found!.actual as ActualEndpoint).next).length > 0);
    const [started] = (await context.resources.list(run.name, { limit: 1 })).documents;
    expect((started!.wanted as RunWanted).spec.limits).toEqual({
      memoryBytes: 8 * 1024 ** 3,
      silenceSeconds: stageSilenceSeconds,
    });
  });

  it("is not updated once its configuration was deleted, until that is there again", async () => {
    await create();
    await untilStatus("InService");
    await configure("two");
    const update = () => context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "two" });
    await context.call("sagemaker", "DeleteEndpointConfig", { EndpointConfigName: "one" });
    await expect(update()).rejects.toMatchObject({
      code: "ValidationException",
      message: 'Could not find endpoint configuration "arn:aws:sagemaker:us-west-2:123456789012:endpoint-config/one".',
    });
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: "InService", EndpointConfigName: "one" });
    // What runs goes on without its configuration and its model, also when an instance is replaced.
    await context.call("sagemaker", "DeleteModel", { ModelName: "one-A" });
    await expect(invoke("die")).rejects.toMatchObject({ code: "ModelError" });
    await untilAnswers("one-A: still");
    await configure("one");
    await update();
    await untilAnswers("two-A: still");
    await untilStatus("InService");
  });

  it("is not created with a configuration, a model or a role that is gone", async () => {
    const createOnly = () =>
      context.call("sagemaker", "CreateEndpoint", { EndpointName: "Other", EndpointConfigName: "one" });
    const place = "arn:aws:sagemaker:us-west-2:123456789012";
    await expect(createOnly()).rejects.toThrow(`Could not find endpoint configuration "${place}:endpoint-config/one".`);
    await configure("one");
    await context.call("sagemaker", "DeleteModel", { ModelName: "one-A" });
    await expect(createOnly()).rejects.toThrow(`Could not find model "${place}:model/one-a".`);
    const ExecutionRoleArn = "arn:aws:iam::123456789012:role/Gone";
    await context.call("sagemaker", "CreateModel", {
      ModelName: "one-A",
      ExecutionRoleArn,
      PrimaryContainer: { Image },
    });
    Object.assign(context, { settings: { ...context.settings, roles: "known" } });
    await expect(createOnly()).rejects.toThrow(`Could not assume role ${ExecutionRoleArn}.`);
    expect((await context.resources.list(endpoint.name, { limit: 10 })).documents).toEqual([]);
  });

  it("fails when this machine cannot start its run, after three tries, and says why", async () => {
    machine.path = home;
    await create();
    await untilStatus("Failed");
    expect((await describeEndpoint()).FailureReason).toMatch(
      /^The run was lost 3 times in a row\. The run could not be started: mkfifo is not on the PATH/,
    );
    const { events } = await context.call("logs", "FilterLogEvents", { logGroupName });
    expect(events!.map(({ message }) => message)).toEqual(
      Array(3).fill(expect.stringMatching(/^The run could not be started: mkfifo/)),
    );
    expect(told.map((words) => words.replace(/^.* was lost/, ""))).toEqual([
      expect.stringMatching(/^, and another one takes its place\. The run could not be started: mkfifo/),
      expect.stringMatching(/^, and another one takes its place\./),
      expect.stringMatching(/^, as the 2 before it\. The run could not be started: mkfifo/),
    ]);
  });
});

describe("traffic", () => {
  it("is shifted to a new fleet without a dropped request", async () => {
    await create("one", { A: { count: 2 } });
    await untilStatus("InService");
    const before = runIdsOf((await actual()).serving);
    await configure("two", { A: {} });
    let loading = true;
    const seen = new Set<string>();
    const load = Array.from({ length: 4 }, async (_, index) => {
      for (let count = 0; loading; count++) seen.add((await invoke(count % 20 === index ? "slow" : "quick")).text);
    });
    await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "two" });
    await untilStatus("InService");
    await untilSettled();
    loading = false;
    await Promise.all(load);
    expect([...seen].sort()).toEqual(["one-A: quick", "one-A: slow", "two-A: quick", "two-A: slow"]);
    expect((await context.executors.all[0]!.list()).filter((runId) => before.includes(runId))).toEqual([]);
  });

  it("is shared by weight, or goes to the variant asked for", async () => {
    await create("shared", { A: { weight: 3 }, B: { weight: 1 }, C: { weight: 0 } });
    await untilStatus("InService");
    const counts: Record<string, number> = {};
    for (let i = 0; i < 200; i++) {
      const { InvokedProductionVariant: name } = await invoke("x");
      counts[name!] = (counts[name!] ?? 0) + 1;
    }
    expect(counts.C).toBeUndefined();
    expect(counts.A! / counts.B!).toBeGreaterThan(2);
    expect(counts.A! / counts.B!).toBeLessThan(4.5);
    expect((await invoke("x", { TargetVariant: "C" })).text).toBe("shared-C: x");
    await expect(invoke("x", { TargetVariant: "D" })).rejects.toThrow("it has A, B, C");
    await configure("rest", { C: { weight: 1 } });
    const update = { EndpointName, EndpointConfigName: "rest", RetainAllVariantProperties: true };
    await expect(context.call("sagemaker", "UpdateEndpoint", update)).rejects.toThrow(
      'no variant of "rest" would get traffic',
    );
  });

  it("goes on after a model server was killed, even when its log was deleted", async () => {
    await create();
    await untilStatus("InService");
    await context.call("logs", "DeleteLogGroup", { logGroupName });
    const [before] = runIdsOf((await actual()).serving);
    await expect(invoke("die")).rejects.toMatchObject({
      code: "ModelError",
      members: { OriginalStatusCode: 0, OriginalMessage: "The model server ended before it answered." },
    });
    await until((found) => {
      const { serving } = found!.actual as ActualEndpoint;
      return serving!.variants[0]!.instances[0]!.ready && runIdsOf(serving)[0] !== before;
    });
    expect((await invoke("again")).text).toBe("one-A: again");
    const messages = async () =>
      (await context.call("logs", "FilterLogEvents", { logGroupName })).events!.map(({ message }) => message);
    await expect.poll(messages).toContain("one-A#011listens");
  });

  it("is not lost on a request that ends model servers: it is tried twice and no more", async () => {
    await create("one", { A: { count: 3 } });
    await untilStatus("InService");
    await expect(invoke("die")).rejects.toMatchObject({ code: "ModelError" });
    expect((await invoke("fine")).text).toBe("one-A: fine");
  });

  it.each([
    ["is stopped by a signal", async (pid: number) => void process.kill(pid, "SIGSTOP")],
    ["is dead-locked", async () => void invoke("hang").catch(() => {})],
  ])(
    "goes on after a model server %s, and says what happened",
    async (_, harm) => {
      await create();
      await untilStatus("InService");
      const [before] = (await actual()).serving!.variants[0]!.instances;
      await harm(serverOf(before!.runId!));
      const replaced = async () => (await actual()).serving!.variants[0]!.instances[0]!.id !== before!.id;
      // A server that seems idle is pinged every 20 s, and then has three pings.
      await expect.poll(replaced, { timeout: 40_000 }).toBe(true);
      const reason = expect.stringMatching(/^The model server has not answered 3 pings in a row, each within 2 s\./);
      const [instance] = (await actual()).serving!.variants[0]!.instances;
      expect(instance).toMatchObject({ lastEnd: { reason } });
      const { ProductionVariants } = await describeEndpoint();
      if (!instance!.ready)
        expect(ProductionVariants![0]).toMatchObject({
          CurrentInstanceCount: 0,
          DesiredInstanceCount: 1,
          VariantStatus: [{ Status: "Creating", StatusMessage: reason, StartTime: expect.any(Date) }],
        });
      await untilAnswers("one-A: still");
      expect((await describeEndpoint()).ProductionVariants![0]!.VariantStatus).toBeUndefined();
      const logStreamNames = [`A/${before!.id}`];
      const { events } = await context.call("logs", "FilterLogEvents", { logGroupName, logStreamNames });
      expect(events!.map(({ message }) => message)).toContainEqual(reason);
      expect(told).toEqual([expect.stringContaining("The model server has not answered 3 pings in a row")]);
    },
    60_000,
  );

  it("is answered by a model server that computes for longer than three pings", async () => {
    await create();
    await untilStatus("InService");
    const before = runIdsOf((await actual()).serving);
    expect((await invoke("compute 9")).text).toBe("one-A: compute 9");
    expect(runIdsOf((await actual()).serving)).toEqual(before);
    expect(told).toEqual([]);
  });

  it("does not go to a model server that ran into the limit, until it answers a ping", async () => {
    await create("one", { A: { count: 2 } });
    await untilStatus("InService");
    const [late, other] = (await actual()).serving!.variants[0]!.instances;
    let answers = false;
    context.quarantine.put(late!.runId!, async () => (answers ? "yes" : "no"));
    process.kill(serverOf(late!.runId!), "SIGSTOP");
    for (let count = 0; count < 20; count++) expect((await invoke("x")).text).toBe("one-A: x");
    context.quarantine.put(other!.runId!, async () => (answers ? "yes" : "no"));
    await expect(invoke("x")).rejects.toMatchObject({
      code: "ServiceUnavailable",
      message: expect.stringContaining("have not answered a call in time, and get no others until they answer a ping"),
    });
    process.kill(serverOf(late!.runId!), "SIGCONT");
    answers = true;
    await untilAnswers("one-A: still");
    await expect.poll(() => context.quarantine.has(late!.runId!), { timeout: 10_000 }).toBe(false);
  });

  it("what a container refuses is a ModelError with the container's words", async () => {
    await create();
    await untilStatus("InService");
    await expect(invoke("bad", { ContentType: "status/415" })).rejects.toMatchObject({
      code: "ModelError",
      status: 424,
      message: expect.stringMatching(
        /^Received client error \(415\) from primary with message "one-A: bad"\. See the log stream [AB]\/\S+ of the log group \/aws\/sagemaker\/Endpoints\/Echo in account 123456789012, region us-west-2, for more information\.$/,
      ),
      members: {
        OriginalStatusCode: 415,
        OriginalMessage: "one-A: bad",
        LogStreamArn: expect.stringMatching(
          /:log-group:\/aws\/sagemaker\/Endpoints\/Echo:log-stream:A\/i-[0-9a-f]{17}$/,
        ),
      },
    });
    await expect(invoke("bad", { ContentType: "status/503" })).rejects.toThrow("Received server error (503)");
  });
});

it("what model servers print is in their log stream once, and does not fill the disk", async () => {
  const lines = 450;
  await create();
  await untilStatus("InService");
  const [runId] = runIdsOf((await actual()).serving);
  const folder = join(home, "runs", runId!);
  const logBytes = () =>
    readdirSync(folder)
      .filter((name) => name.startsWith("log"))
      .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  await invoke(`print ${lines}`);
  const { logStreams } = await context.call("logs", "DescribeLogStreams", { logGroupName });
  const logStreamName = logStreams![0]!.logStreamName!;
  const shipped = async () => {
    const found: number[] = [];
    for (let nextToken: string | undefined; ; ) {
      const query = { logGroupName, logStreamName, startFromHead: true, nextToken };
      const { events, nextForwardToken } = await context.call("logs", "GetLogEvents", query);
      if (events!.length === 0) return found;
      found.push(...events!.flatMap(({ message }) => /^(\d+) x/.exec(message!)?.[1] ?? []).map(Number));
      nextToken = nextForwardToken;
    }
  };
  const allLines = Array.from({ length: lines }, (_, line) => line);
  // Each look reads all of it, in the process that ships it.
  await expect.poll(shipped, { timeout: 40_000, interval: 500 }).toEqual(allLines);
  // How far it has come is written down with the next line that comes 5 s after the last time.
  const written = async () => {
    passed += 6_000;
    await invoke("print 1");
    return logBytes();
  };
  await expect.poll(written, { timeout: 40_000 }).toBeLessThan(segmentBytes + 1_000_000);
  expect((await shipped()).slice(0, lines)).toEqual(allLines);
}, 100_000);

it("a server that comes back finds the model servers where they were", async () => {
  await create();
  await untilStatus("InService");
  const before = await actual();
  await engine.stop();
  engine = startEngine();
  await engine.start();
  expect((await invoke("back")).text).toBe("one-A: back");
  await configure("two");
  await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "two" });
  await untilStatus("InService");
  await untilSettled();
  const { events } = await context.call("logs", "FilterLogEvents", { logGroupName });
  const listens = events!.filter(({ message }) => message === "one-A#011listens");
  expect(listens).toHaveLength(1);
  expect(listens[0]!.logStreamName).toBe(`A/${before.serving!.variants[0]!.instances[0]!.id}`);
});
