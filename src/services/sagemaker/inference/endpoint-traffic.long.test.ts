import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { segmentBytes } from "../../../executors/process/log-segments.ts";
import {
  actual,
  configure,
  context,
  create,
  EndpointName,
  home,
  invoke,
  logGroupName,
  passTime,
  restartEngine,
  serverOf,
  until,
  untilAnswers,
  untilSettled,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import type { ActualEndpoint } from "./endpoint.ts";
import { runIdsOf } from "./endpoint-fleet.ts";

useEndpoint();

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

  it("is not lost on a request that ends model servers: what was written to one goes to no other", async () => {
    await create("one", { A: { count: 3 } });
    await untilStatus("InService");
    await expect(invoke("die")).rejects.toMatchObject({ code: "ModelError" });
    expect((await invoke("fine")).text).toBe("one-A: fine");
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
    passTime(6_000);
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
  await restartEngine();
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
