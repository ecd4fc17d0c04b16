import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { enqueue, queueOf } from "./async-request.ts";
import {
  context,
  create,
  describeEndpoint,
  document,
  EndpointName,
  invoke,
  logGroupName,
  passTime,
  restartEngine,
  until,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";

useEndpoint();

const ExecutionRoleArn = "arn:aws:iam::123456789012:role/Model";
const AsyncInferenceConfig = {
  OutputConfig: { S3OutputPath: "s3://results/out/", S3FailurePath: "s3://results/failed" },
  ClientConfig: { MaxConcurrentInvocationsPerInstance: 2 },
};
const patient = { timeout: 30_000, interval: 50 };

beforeEach(async () => {
  for (const Bucket of ["inputs", "results"])
    await context.call("s3", "CreateBucket", {
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
    });
});

async function createAsync(variants?: Parameters<typeof create>[1]): Promise<void> {
  await create("one", variants, { ExecutionRoleArn, AsyncInferenceConfig });
  await untilStatus("InService");
}

async function ask(body: string, more: object = {}) {
  const Key = `in/${body.replaceAll(" ", "-")}`;
  await context.call("s3", "PutObject", { Bucket: "inputs", Key, Body: Readable.from([Buffer.from(body)]) });
  return context.call("sagemaker-runtime", "InvokeEndpointAsync", {
    ...{ EndpointName, InputLocation: `s3://inputs/${Key}` },
    ...more,
  });
}

const keysOf = async (Prefix: string) =>
  (await context.call("s3", "ListObjectsV2", { Bucket: "results", Prefix })).Contents?.map(({ Key }) => Key!) ?? [];
async function read(url: string): Promise<string> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url)!;
  const { Body } = await context.call("s3", "GetObject", { Bucket: Bucket!, Key: Key! });
  return text(Body as Readable);
}
const becomes = (url: string) => vi.waitFor(() => read(url), patient);
const scale = (DesiredInstanceCount: number) =>
  context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", {
    EndpointName,
    DesiredWeightsAndCapacities: [{ VariantName: "A", DesiredInstanceCount }],
  });
const queued = async () => {
  const keys: string[] = [];
  await context.records.scan(queueOf((await document())!), {}, (key) => void keys.push(key));
  return keys.length;
};

describe("an asynchronous endpoint", () => {
  it("puts the answer to each request where it said, and says of each failure why", async () => {
    await createAsync();
    expect(await describeEndpoint()).toMatchObject({ AsyncInferenceConfig });
    await expect(invoke("a")).rejects.toThrow("answers InvokeEndpointAsync alone");

    const one = await ask("first", { ContentType: "text/csv", Accept: "text/tab", InferenceId: "mine" });
    expect(one).toMatchObject({
      InferenceId: "mine",
      OutputLocation: expect.stringMatching(/^s3:\/\/results\/out\/[0-9a-f-]{36}\.out$/),
      FailureLocation: expect.stringMatching(/^s3:\/\/results\/failed\/[0-9a-f-]{36}-error\.out$/),
    });
    expect(await becomes(one.OutputLocation!)).toBe("one-A: first");
    const [Key] = await keysOf("out/");
    expect(await context.call("s3", "HeadObject", { Bucket: "results", Key: Key! })).toMatchObject({
      ContentType: "text/tab",
    });

    const inline = await context.call("sagemaker-runtime", "InvokeEndpointAsync", {
      ...{ EndpointName, Body: Buffer.from("inline"), S3OutputPathExtension: "/of/today/", Filename: "answer.txt" },
    });
    expect(inline.OutputLocation).toBe("s3://results/out/of/today/answer.txt");
    expect(await becomes(inline.OutputLocation!)).toBe("one-A: inline");

    const none = await ask("x", { InputLocation: "s3://inputs/none" });
    expect(await becomes(none.FailureLocation!)).toContain("The input s3://inputs/none cannot be read: NoSuchKey");
    const wrong = await ask("wrong", { ContentType: "status/503" });
    expect(await becomes(wrong.FailureLocation!)).toBe(
      'ModelError: Received server error (503) from primary with message "one-A: wrong". See the SageMaker Endpoint logs in your account for more information.',
    );
    const late = await ask("wait 20000", { InvocationTimeoutSeconds: 1 });
    expect(await becomes(late.FailureLocation!)).toContain("timed out");
    // A model server that a request ends is started again; the request gives up after three.
    const deadly = await ask("die");
    expect(await becomes(deadly.FailureLocation!)).toBe("ModelError: The model server ended before it answered.");
    await vi.waitFor(async () => expect(await queued()).toBe(0), patient);
    expect((await keysOf("")).length).toBe(6);

    const streams = await context.call("logs", "DescribeLogStreams", { logGroupName });
    expect(streams.logStreams!.map(({ logStreamName }) => logStreamName)).toContainEqual(
      expect.stringMatching(/^A\/i-[0-9a-f]+\/data-log$/),
    );
  }, 90_000);

  it("keeps requests while it has no instance and while the server is not there", async () => {
    await createAsync();
    await scale(0);
    await until((found) => found!.status === "InService");
    expect((await describeEndpoint()).ProductionVariants).toMatchObject([{ CurrentInstanceCount: 0 }]);
    const answers = await Promise.all(["a", "b", "c"].map((body) => ask(body)));
    const old = await ask("old", { RequestTTLSeconds: 60 });
    // The server before was killed after it had put the answer, and before it knew.
    const done = {
      ...{ inferenceId: "done", endpointName: EndpointName, timeoutSeconds: 9, input: { inline: "" } },
      ...{ output: { bucket: "results", key: "out/done" }, failure: { bucket: "results", key: "failed/done" } },
    };
    await enqueue(context, queueOf((await document())!), done, 3600);
    const Body = Readable.from([Buffer.from("of the server before")]);
    await context.call("s3", "PutObject", { Bucket: "results", Key: "out/done", Body });
    expect(await queued()).toBe(5);

    await restartEngine(() => passTime(61_000));
    expect(await becomes(old.FailureLocation!)).toContain("longer than its RequestTTLSeconds");
    await scale(1);
    const texts = await Promise.all(answers.map(({ OutputLocation }) => becomes(OutputLocation!)));
    expect(texts).toEqual(["one-A: a", "one-A: b", "one-A: c"]);
    await vi.waitFor(async () => expect(await queued()).toBe(0), patient);
    expect(await read("s3://results/out/done")).toBe("of the server before");
    expect((await keysOf("")).length).toBe(5);
    await context.metrics.close();
    const { Metrics } = await context.call("cloudwatch", "ListMetrics", { Namespace: "AWS/SageMaker" });
    expect(new Set(Metrics!.map(({ MetricName }) => MetricName))).toEqual(
      new Set([
        ...["ApproximateBacklogSize", "ApproximateBacklogSizePerInstance", "ApproximateAgeOfOldestRequest"],
        ...["HasBacklogWithoutCapacity", "InvocationsProcesssed", "InvocationFailures", "ExpiredRequests"],
        ...["TimeInBacklog", "TotalProcessingTime", "RequestDownloadLatency", "ResponseUploadLatency"],
        ...["ModelLatency", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"],
      ]),
    );
  }, 90_000);

  it("ends every request before it is deleted", async () => {
    await createAsync({ A: { environment: { SIGTERM: "ends" } } });
    const asked = await Promise.all(["wait 60000", "wait 50000", "a", "b"].map((body) => ask(body)));
    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
    const reasons = await Promise.all(asked.map(({ FailureLocation }) => read(FailureLocation!)));
    expect(new Set(reasons)).toEqual(
      new Set(["ClientError: The endpoint was deleted before it had processed the request."]),
    );
    await expect(ask("late")).rejects.toThrow("Endpoint Echo of account 123456789012 not found.");
  }, 60_000);
});
