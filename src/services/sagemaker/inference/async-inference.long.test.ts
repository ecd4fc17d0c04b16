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
  published,
  restartEngine,
  topics,
  until,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";

useEndpoint();

const ExecutionRoleArn = "arn:aws:iam::123456789012:role/Model";
const topicOf = (name: string) => `arn:aws:sns:us-west-2:123456789012:${name}`;
const AsyncInferenceConfig = {
  OutputConfig: {
    ...{ S3OutputPath: "s3://results/out/", S3FailurePath: "s3://results/failed" },
    NotificationConfig: {
      SuccessTopic: topicOf("told"),
      IncludeInferenceResponseIn: ["SUCCESS_NOTIFICATION_TOPIC" as const],
    },
  },
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
    const notification = {
      ...{ eventVersion: "1.0", eventSource: "aws:sagemaker", eventName: "InferenceResult", awsRegion: "us-west-2" },
      ...{ invocationStatus: "Completed", eventTime: expect.any(String), receivedTime: expect.any(String) },
    };
    expect(published.map(({ message }) => message)).toEqual([
      { eventVersion: "1.0", eventSource: "aws:sagemaker", eventName: "TestNotification" },
      {
        ...notification,
        inferenceId: "mine",
        requestParameters: {
          ...{ accept: "text/tab", contentType: "text/csv", endpointName: EndpointName },
          inputLocation: "s3://inputs/in/first",
        },
        responseParameters: { contentType: "text/tab", outputLocation: one.OutputLocation },
        responseBody: { content: Buffer.from("one-A: first").toString("base64"), encoding: "BASE64" },
      },
      expect.objectContaining({
        ...{ ...notification, inferenceId: inline.InferenceId, requestParameters: { endpointName: EndpointName } },
        responseBody: { content: Buffer.from("one-A: inline").toString("base64"), encoding: "BASE64" },
      }),
    ]);

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
    // The first two are all that the instance has at a time.
    const asked = [];
    for (const body of ["wait 60000", "wait 50000", "a", "b"]) asked.push(await ask(body));
    await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
    await until((found) => found === undefined);
    const reasons = await Promise.all(asked.map(({ FailureLocation }) => read(FailureLocation!)));
    expect(new Set(reasons)).toEqual(
      new Set(["ClientError: The endpoint was deleted before it had processed the request."]),
    );
    await expect(ask("late")).rejects.toThrow("Endpoint Echo of account 123456789012 not found.");
  }, 60_000);

  it("says what of a configuration and of topics cannot be", async () => {
    const missing = {
      OutputConfig: { ...AsyncInferenceConfig.OutputConfig, NotificationConfig: { ErrorTopic: topicOf("none") } },
    };
    const refused: [object, string][] = [
      [{ AsyncInferenceConfig: missing, ExecutionRoleArn }, "cannot publish to the topic arn:aws:sns:us-west-2"],
      [{ AsyncInferenceConfig }, 'is not for model "1-A": it has no ExecutionRoleArn'],
      [
        { AsyncInferenceConfig, DataCaptureConfig: { InitialSamplingPercentage: 1, DestinationS3Uri: "s3://results" } },
        "DataCaptureConfig is not for asynchronous endpoints",
      ],
    ];
    for (const [index, [more, reason]] of refused.entries())
      await expect(create(String(index), undefined, more), reason).rejects.toThrow(reason);
  });

  it("ends requests whose answers, failures and topics have no place any more, and says so", async () => {
    const OutputConfig = {
      ...{ S3OutputPath: "s3://vanishes/out", S3FailurePath: "s3://results/failed" },
      NotificationConfig: { SuccessTopic: topicOf("vanishes"), ErrorTopic: topicOf("told") },
    };
    topics.add("vanishes");
    const CreateBucketConfiguration = { LocationConstraint: "us-west-2" as const };
    await context.call("s3", "CreateBucket", { Bucket: "vanishes", CreateBucketConfiguration });
    await create("one", undefined, { ExecutionRoleArn, AsyncInferenceConfig: { OutputConfig } });
    await untilStatus("InService");
    topics.delete("vanishes");
    const untold = await ask("untold");
    expect(await becomes(untold.OutputLocation!)).toBe("one-A: untold");
    await vi.waitFor(async () => expect(await queued()).toBe(0), patient);
    const [, Key] = /^s3:\/\/vanishes\/(.*)$/.exec(untold.OutputLocation!)!;
    await context.call("s3", "DeleteObject", { Bucket: "vanishes", Key: Key! });
    await context.call("s3", "DeleteBucket", { Bucket: "vanishes" });
    const unput = await ask("unput");
    const reason = `The answer cannot be put at ${unput.OutputLocation}: NoSuchBucket: The specified bucket does not exist`;
    expect(await becomes(unput.FailureLocation!)).toBe(`ClientError: ${reason}`);
    await vi.waitFor(async () => expect(await queued()).toBe(0), patient);
    expect(published.at(-1)!.message).toMatchObject({
      invocationStatus: "Failed",
      failureReason: `ClientError: ${reason}`,
    });
    for (const [, key] of (await keysOf("failed/")).entries())
      await context.call("s3", "DeleteObject", { Bucket: "results", Key: key });
    await context.call("s3", "DeleteBucket", { Bucket: "results" });
    await ask("nowhere", { InferenceId: "nowhere" });
    await vi.waitFor(() => expect(published.at(-1)!.message).toMatchObject({ inferenceId: "nowhere" }), patient);
    await vi.waitFor(async () => expect(await queued()).toBe(0), patient);
    const said = async () => {
      const { events } = await context.call("logs", "FilterLogEvents", { logGroupName });
      return events!.map(({ message }) => message).join("\n");
    };
    await vi.waitFor(async () => {
      expect(await said()).toContain(`the topic ${topicOf("vanishes")} cannot be told: NotFoundException`);
      expect(await said()).toMatch(/nowhere: the failure cannot be put at s3:\/\/results\/failed\/.*NoSuchBucket/);
    }, patient);
  }, 90_000);

  it("passes bodies on as they are read", async () => {
    await createAsync();
    const megabytes = 160;
    let most = 0;
    async function* body() {
      for (let index = 0; index < megabytes; index++) yield Buffer.alloc(1_000_000, index);
    }
    await context.call("s3", "PutObject", { Bucket: "inputs", Key: "large", Body: Readable.from(body()) });
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 20);
    const before = process.memoryUsage().arrayBuffers;
    const { OutputLocation } = await ask("x", { InputLocation: "s3://inputs/large", ContentType: "through" });
    const [, key] = /^s3:\/\/results\/(.*)$/.exec(OutputLocation!)!;
    const head = () => context.call("s3", "HeadObject", { Bucket: "results", Key: key! });
    expect((await vi.waitFor(head, patient)).ContentLength).toBe(megabytes * 1_000_000);
    clearInterval(timer);
    // What was passed on and not collected yet counts too: up to 64 MB, by which V8 collects.
    expect((most - before) / 1_000_000).toBeLessThan(120);
  }, 60_000);
});
