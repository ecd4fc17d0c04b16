import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { useServer } from "./server.ts";

const server = useServer();
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
