import { verify, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { useServer } from "./server.ts";

const server = useServer({ environment: { SAGEBRUSH_PRIVATE_ENDPOINTS: "on" } });
const clients = () => {
  const options = { ...server.clientOptions, maxAttempts: 1 };
  return { sns: new SNS(options), sqs: new SQS(options) };
};

async function queueOf(sqs: SQS, QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl } = await sqs.createQueue({ QueueName, Attributes });
  const { Attributes: found } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
  const bodies = async () => {
    const { Messages = [] } = await sqs.receiveMessage({
      ...{ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] },
    });
    return Messages;
  };
  return { arn: found!.QueueArn!, url: QueueUrl!, messages: bodies };
}

test("a topic gives a message to its queues: enveloped, raw, filtered", async () => {
  const { sns, sqs } = clients();
  const { TopicArn } = await sns.createTopic({ Name: "news" });
  expect(await sns.createTopic({ Name: "news" })).toMatchObject({ TopicArn });
  const [plain, raw, filtered] = await Promise.all(["plain", "raw", "filtered"].map((name) => queueOf(sqs, name)));
  const subscribe = async (Endpoint: string, Attributes: Record<string, string> = {}) =>
    (await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint, Attributes, ReturnSubscriptionArn: true }))
      .SubscriptionArn!;
  const plainArn = await subscribe(plain!.arn);
  expect(await subscribe(plain!.arn)).toBe(plainArn);
  await subscribe(raw!.arn, { RawMessageDelivery: "true" });
  await subscribe(filtered!.arn, { FilterPolicy: JSON.stringify({ kind: ["a", { prefix: "b" }] }) });

  const published = await sns.publish({
    ...{ TopicArn, Message: "hello", Subject: "greeting" },
    MessageAttributes: { kind: { DataType: "String", StringValue: "c" } },
  });
  const [first] = await plain!.messages();
  expect(JSON.parse(first!.Body!)).toMatchObject({
    ...{ Type: "Notification", MessageId: published.MessageId, TopicArn, Subject: "greeting", Message: "hello" },
    MessageAttributes: { kind: { Type: "String", Value: "c" } },
  });
  expect(await raw!.messages()).toMatchObject([{ Body: "hello", MessageAttributes: { kind: { StringValue: "c" } } }]);
  expect(await filtered!.messages()).toEqual([]);
  await sns.publishBatch({
    TopicArn,
    PublishBatchRequestEntries: ["a", "bc", "d"].map((kind) => ({
      ...{ Id: kind, Message: kind, MessageAttributes: { kind: { DataType: "String", StringValue: kind } } },
    })),
  });
  const seen = (await filtered!.messages()).map(({ Body }) => JSON.parse(Body!).Message);
  expect(seen.sort()).toEqual(["a", "bc"]);
  const { Attributes } = await sns.getTopicAttributes({ TopicArn: TopicArn! });
  expect(Attributes).toMatchObject({ SubscriptionsConfirmed: "3", SubscriptionsPending: "0", TopicArn });
  await expect(sns.publish({ TopicArn: `${TopicArn}x`, Message: "m" })).rejects.toMatchObject({
    name: "NotFoundException",
  });
  sns.destroy();
  sqs.destroy();
});

test("an HTTP endpoint confirms, gets signed messages, again after a failure, and follows no redirect", async () => {
  const { sns, sqs } = clients();
  const dead = await queueOf(sqs, "undelivered");
  const heard: { type: string; path: string; body: string }[] = [];
  /** The statuses of the next notifications; 200 behind them. */
  const statuses = [500, 302];
  const subscriber = createServer(async (request, response) => {
    const body = await text(request);
    const type = String(request.headers["x-amz-sns-message-type"]);
    heard.push({ type, path: request.url!, body });
    const status = type === "Notification" ? (request.url === "/gone" ? 410 : (statuses.shift() ?? 200)) : 200;
    response.writeHead(status, { Location: "/elsewhere" }).end();
  }).listen(0, "127.0.0.1");
  await once(subscriber, "listening");
  const { port } = subscriber.address() as AddressInfo;
  const ofType = (path: string, type: string) => heard.filter((one) => one.path === path && one.type === type);
  const patience = { timeout: 60_000, interval: 20 };

  const { TopicArn } = await sns.createTopic({ Name: "web", Attributes: { SignatureVersion: "2" } });
  const subscribe = async (path: string, Attributes: Record<string, string>) => {
    const Endpoint = `http://127.0.0.1:${port}${path}`;
    const { SubscriptionArn } = await sns.subscribe({ TopicArn, Protocol: "http", Endpoint, Attributes });
    expect(SubscriptionArn).toBe("pending confirmation");
    await expect.poll(() => ofType(path, "SubscriptionConfirmation").length, patience).toBe(1);
    return JSON.parse(ofType(path, "SubscriptionConfirmation")[0]!.body) as Record<string, string>;
  };
  const retries = { numRetries: 5, numNoDelayRetries: 5, minDelayTarget: 1, maxDelayTarget: 1 };
  const asked = await subscribe("/hook", { DeliveryPolicy: JSON.stringify({ healthyRetryPolicy: retries }) });
  const verifies = async (message: Record<string, string>) => {
    const certificate = new X509Certificate(await (await fetch(message.SigningCertURL!)).text());
    const signed = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
      .filter((name) => message[name] !== undefined)
      .map((name) => `${name}\n${message[name]}\n`);
    return verify(
      "sha256",
      Buffer.from(signed.join("")),
      certificate.publicKey,
      Buffer.from(message.Signature!, "base64"),
    );
  };
  expect(await verifies(asked)).toBe(true);
  await sns.publish({ TopicArn, Message: "before" });
  const confirmed = await fetch(asked.SubscribeURL!);
  expect([confirmed.status, await confirmed.text()]).toEqual([200, expect.stringContaining("<SubscriptionArn>")]);
  const other = await subscribe("/gone", { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) });
  await sns.confirmSubscription({ TopicArn, Token: other.Token! });

  const { MessageId } = await sns.publish({ TopicArn, Message: "hello", Subject: "greeting" });
  await expect.poll(() => ofType("/hook", "Notification").length, patience).toBe(3);
  const messages = ofType("/hook", "Notification").map(({ body }) => JSON.parse(body));
  expect(messages.map((message) => message.MessageId)).toEqual([MessageId, MessageId, MessageId]);
  expect(messages[2]).toMatchObject({ Type: "Notification", Message: "hello", Subject: "greeting", TopicArn });
  expect(await verifies(messages[2])).toBe(true);
  expect(heard.some(({ path }) => path === "/elsewhere")).toBe(false);
  const undelivered: unknown[] = [];
  await expect
    .poll(async () => {
      undelivered.push(...(await dead.messages()).map(({ Body }) => JSON.parse(Body!).Message));
      return undelivered;
    }, patience)
    .toEqual(["hello"]);
  const all = async () => (await sns.listSubscriptionsByTopic({ TopicArn })).Subscriptions!;
  const before = await all();
  expect((await fetch(messages[2].UnsubscribeURL)).status).toBe(200);
  await expect.poll(() => ofType("/hook", "UnsubscribeConfirmation").length, patience).toBe(1);
  expect(await all()).toHaveLength(1);
  // Somebody else may have ended it: the endpoint takes that back, and has what it had.
  const ended = JSON.parse(ofType("/hook", "UnsubscribeConfirmation")[0]!.body);
  expect(await verifies(ended)).toBe(true);
  const { Token } = ended as { Token: string };
  const forged = `${Token.slice(0, -4)}AAAA`;
  await expect(sns.confirmSubscription({ TopicArn, Token: forged })).rejects.toThrow(/Token/);
  expect((await fetch(ended.SubscribeURL)).status).toBe(200);
  const byArn = (list: typeof before) => list.toSorted((a, b) => (a.SubscriptionArn! < b.SubscriptionArn! ? -1 : 1));
  expect(byArn(await all())).toEqual(byArn(before));
  expect((await fetch(messages[2].UnsubscribeURL)).status).toBe(200);
  await expect.poll(async () => (await sns.listSubscriptionsByTopic({ TopicArn })).Subscriptions!.length).toBe(1);
  await expect(sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "a@b.c" })).rejects.toThrow(
    /protocol email is not built/,
  );
  subscriber.close();
  sns.destroy();
  sqs.destroy();
}, 120_000);

test("a slow HTTP endpoint does not hold up another", async () => {
  const { sns, sqs } = clients();
  const held: ServerResponse[] = [];
  const heard = new Set<string>();
  let isOver = false;
  const subscriber = createServer(async (request, response) => {
    const message = JSON.parse(await text(request));
    if (message.Type === "SubscriptionConfirmation") {
      response.end();
      await sns.confirmSubscription({ TopicArn: message.TopicArn, Token: message.Token });
    } else if (request.url === "/slow" && !isOver) held.push(response);
    else {
      if (request.url === "/quick") heard.add(message.Message);
      response.end();
    }
  }).listen(0, "127.0.0.1");
  await once(subscriber, "listening");
  const { port } = subscriber.address() as AddressInfo;
  const { TopicArn } = await sns.createTopic({ Name: "held" });
  for (const path of ["slow", "quick"])
    await sns.subscribe({ TopicArn, Protocol: "http", Endpoint: `http://127.0.0.1:${port}/${path}` });
  const patience = { timeout: 60_000, interval: 20 };
  const confirmed = async () =>
    (await sns.getTopicAttributes({ TopicArn: TopicArn! })).Attributes!.SubscriptionsConfirmed;
  await expect.poll(confirmed, patience).toBe("2");
  const count = 100;
  for (let from = 0; from < count; from += 10)
    await sns.publishBatch({
      TopicArn,
      PublishBatchRequestEntries: Array.from({ length: 10 }, (_, index) => ({
        ...{ Id: String(index), Message: String(from + index) },
      })),
    });
  // More than are sent to one endpoint at once wait for the slow one meanwhile.
  await expect.poll(() => heard.size, patience).toBe(count);
  isOver = true;
  for (const response of held) response.end();
  await sns.deleteTopic({ TopicArn });
  subscriber.close();
  sns.destroy();
  sqs.destroy();
}, 120_000);

test("a FIFO topic keeps the order of a group and takes an id once; bodies are filtered; an alarm comes by its topic", async () => {
  const { sns, sqs } = clients();
  const fifo = { FifoTopic: "true", ContentBasedDeduplication: "true" };
  const { TopicArn } = await sns.createTopic({ Name: "steps.fifo", Attributes: fifo });
  const [all, some] = await Promise.all(
    ["all.fifo", "some.fifo"].map((name) => queueOf(sqs, name, { FifoQueue: "true" })),
  );
  const FilterPolicy = JSON.stringify({ step: { number: [{ numeric: [">=", 2] }] } });
  await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: all!.arn, Attributes: { RawMessageDelivery: "true" } });
  await sns.subscribe({
    ...{ TopicArn, Protocol: "sqs", Endpoint: some!.arn },
    Attributes: { RawMessageDelivery: "true", FilterPolicyScope: "MessageBody", FilterPolicy },
  });
  const bodyOf = (number: number) => JSON.stringify({ step: { number } });
  const publish = (number: number) => sns.publish({ TopicArn, Message: bodyOf(number), MessageGroupId: "one" });
  const first = await publish(1);
  for (const number of [2, 3]) await publish(number);
  expect(await publish(1)).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
  expect((await all!.messages()).map(({ Body }) => Body)).toEqual([1, 2, 3].map(bodyOf));
  expect((await some!.messages()).map(({ Body }) => Body)).toEqual([2, 3].map(bodyOf));

  const cloudWatch = new CloudWatch({ ...server.clientOptions, maxAttempts: 1 });
  const { TopicArn: told } = await sns.createTopic({ Name: "told" });
  const queue = await queueOf(sqs, "told");
  await sns.subscribe({ TopicArn: told, Protocol: "sqs", Endpoint: queue.arn });
  await cloudWatch.putMetricAlarm({
    ...{ AlarmName: "full", Namespace: "own", MetricName: "fill", Statistic: "Maximum", Period: 60 },
    ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold", AlarmActions: [told!] },
  });
  await cloudWatch.setAlarmState({ AlarmName: "full", StateValue: "ALARM", StateReason: "tried" });
  const bodies: string[] = [];
  await expect
    .poll(async () => bodies.push(...(await queue.messages()).map(({ Body }) => Body!)), {
      timeout: 60_000,
      interval: 20,
    })
    .toBe(1);
  const envelope = JSON.parse(bodies[0]!);
  expect(envelope).toMatchObject({ Type: "Notification", TopicArn: told, Subject: expect.stringContaining("full") });
  expect(JSON.parse(envelope.Message)).toMatchObject({
    ...{ AlarmName: "full", NewStateValue: "ALARM", NewStateReason: "tried", Trigger: { MetricName: "fill" } },
  });
  for (const client of [sns, sqs, cloudWatch]) client.destroy();
});
