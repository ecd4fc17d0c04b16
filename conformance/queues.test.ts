import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const client = () => new SQS({ ...server.clientOptions, maxAttempts: 1 });

test("the SDK for JavaScript: messages with attributes, visibility, handles, batches", async () => {
  const sqs = client();
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders", Attributes: { VisibilityTimeout: "60" } });
  expect(QueueUrl).toMatch(/^http:\/\/.*\/\d{12}\/orders$/);
  expect(await sqs.createQueue({ QueueName: "orders" })).toMatchObject({ QueueUrl });
  await expect(sqs.createQueue({ QueueName: "orders", Attributes: { VisibilityTimeout: "61" } })).rejects.toMatchObject(
    { name: "QueueNameExists" },
  );
  expect(await sqs.getQueueUrl({ QueueName: "orders" })).toMatchObject({ QueueUrl });

  // The SDK itself checks the MD5 of body and attributes.
  const sent = await sqs.sendMessage({
    QueueUrl,
    MessageBody: "grüße",
    MessageAttributes: {
      count: { DataType: "Number", StringValue: "7" },
      bytes: { DataType: "Binary.png", BinaryValue: Uint8Array.of(0, 255, 1) },
      name: { DataType: "String", StringValue: "ß" },
    },
  });
  expect(sent.SequenceNumber).toBeUndefined();
  const { Messages } = await sqs.receiveMessage({
    QueueUrl,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  const [message] = Messages!;
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: "grüße",
    Attributes: { ApproximateReceiveCount: "1", SenderId: expect.any(String), SentTimestamp: expect.any(String) },
    MessageAttributes: { count: { StringValue: "7" }, bytes: { BinaryValue: Uint8Array.of(0, 255, 1) } },
    MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
  });
  expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
  const counts = async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    return [Attributes!.ApproximateNumberOfMessages, Attributes!.ApproximateNumberOfMessagesNotVisible].map(Number);
  };
  expect(await counts()).toEqual([0, 1]);
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle: message!.ReceiptHandle!, VisibilityTimeout: 0 });
  expect(await counts()).toEqual([1, 0]);
  const again = (await sqs.receiveMessage({ QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }))
    .Messages![0]!;
  expect(again.Attributes).toEqual({ ApproximateReceiveCount: "2" });
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: again.ReceiptHandle! });
  expect(await counts()).toEqual([0, 0]);
  await expect(sqs.deleteMessage({ QueueUrl, ReceiptHandle: "nonsense" })).rejects.toMatchObject({
    name: "ReceiptHandleIsInvalid",
  });

  const batch = await sqs.sendMessageBatch({
    QueueUrl,
    Entries: [
      { Id: "a", MessageBody: "1" },
      { Id: "b", MessageBody: "2", DelaySeconds: 901 },
      { Id: "c", MessageBody: "3", DelaySeconds: 900 },
    ],
  });
  expect(batch.Successful!.map(({ Id }) => Id)).toEqual(["a", "c"]);
  expect(batch.Failed).toMatchObject([{ Id: "b", SenderFault: true, Code: "InvalidParameterValue" }]);
  expect(await counts()).toEqual([1, 0]);
  await sqs.purgeQueue({ QueueUrl });
  expect(await counts()).toEqual([0, 0]);
  await sqs.deleteQueue({ QueueUrl });
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: "late" })).rejects.toMatchObject({
    name: "QueueDoesNotExist",
  });
  sqs.destroy();
});

test("a long poll is answered by the message that comes", async () => {
  const sqs = client();
  const { QueueUrl } = await sqs.createQueue({ QueueName: "polled" });
  const polled = [0, 1].map(() => sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }));
  await sqs.sendMessageBatch({
    QueueUrl,
    Entries: ["a", "b"].map((Id) => ({ Id, MessageBody: Id })),
  });
  // The one may have taken the message before the other came; neither waits for its time to be over.
  const bodies = (await Promise.all(polled)).flatMap(({ Messages = [] }) => Messages.map(({ Body }) => Body));
  expect(bodies.sort()).toEqual(["a", "b"]);
  sqs.destroy();
});

test("boto3: FIFO groups in order and once, dead letters and back, through kill -9", async (context) => {
  const program = `
import boto3
sqs = boto3.client("sqs")
`;
  const before = await runPython(
    context,
    server,
    "v3",
    `${program}
fifo = sqs.create_queue(QueueName="steps.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
for n in range(6):
    sqs.send_message(QueueUrl=fifo, MessageBody=f"{n % 2}-{n}", MessageGroupId=f"g{n % 2}")
one = sqs.send_message(QueueUrl=fifo, MessageBody="0-0", MessageGroupId="g0")
first = sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=2, AttributeNames=["All"])["Messages"]
print([m["Body"] for m in first], first[0]["MessageId"] == one["MessageId"])
print([m["Body"] for m in sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]])
print(sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10).get("Messages"))
sqs.delete_message(QueueUrl=fifo, ReceiptHandle=first[0]["ReceiptHandle"])
print(sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10).get("Messages"))
sqs.delete_message(QueueUrl=fifo, ReceiptHandle=first[1]["ReceiptHandle"])
print([m["Body"] for m in sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]])

dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
work = sqs.create_queue(QueueName="work", Attributes={
    "RedrivePolicy": '{"deadLetterTargetArn": "%s", "maxReceiveCount": 1}' % arn})["QueueUrl"]
sqs.send_message(QueueUrl=work, MessageBody="poison")
print(len(sqs.receive_message(QueueUrl=work, VisibilityTimeout=0)["Messages"]))
print(sqs.receive_message(QueueUrl=work).get("Messages"))
print(sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [work])
for n in range(3):
    sqs.send_message(QueueUrl=work, MessageBody=f"kept-{n}")
hidden = sqs.receive_message(QueueUrl=work, VisibilityTimeout=600)["Messages"][0]
print(hidden["Body"])
gone = sqs.receive_message(QueueUrl=work)["Messages"][0]
sqs.delete_message(QueueUrl=work, ReceiptHandle=gone["ReceiptHandle"])
`,
  );
  expect(before.split("\n")).toEqual([
    "['0-0', '0-2'] True",
    "['1-1', '1-3', '1-5']",
    "None",
    "None",
    "['0-4']",
    "1",
    "None",
    "True",
    "kept-0",
    "",
  ]);
  await server.kill();
  await server.start();
  const after = await runPython(
    context,
    server,
    "v3",
    `${program}
work, dead = (sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("work", "dead"))
print([m["Body"] for m in sqs.receive_message(QueueUrl=work, MaxNumberOfMessages=10)["Messages"]])
message = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"])["Messages"][0]
print(message["Body"], message["Attributes"]["DeadLetterQueueSourceArn"].rsplit(":", 1)[1])
try:
    sqs.receive_message(QueueUrl=work.replace("work", "none"))
except sqs.exceptions.QueueDoesNotExist as error:
    print(error.response["Error"]["Code"])
`,
  );
  expect(after).toBe("['kept-2']\npoison work\nAWS.SimpleQueueService.NonExistentQueue\n");
});
