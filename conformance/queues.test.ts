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
  // A name alone is taken too.
  expect((await sqs.receiveMessage({ QueueUrl: "orders" })).Messages).toBeUndefined();
  await expect(
    sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: "a", MessageBody: "b".repeat(1_048_577) }] }),
  ).rejects.toMatchObject({ name: "BatchRequestTooLong" });

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

test("a client that sends forms to the queue's address, as older ones do", async (context) => {
  const output = await runPython(
    context,
    server,
    "v3",
    `
import boto3, re, urllib.parse, urllib.request, urllib.error
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

session = boto3.Session()
url = session.client("sqs").create_queue(QueueName="older")["QueueUrl"]

def call(action, **members):
    form = urllib.parse.urlencode({"Action": action, "Version": "2012-11-05", **members})
    request = AWSRequest("POST", url, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, form)
    SigV4Auth(session.get_credentials(), "sqs", session.region_name).add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(url, form.encode(), dict(request.headers))) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()

names = {"MessageAttribute.1.Name": "kind", "MessageAttribute.1.Value.DataType": "String", "MessageAttribute.1.Value.StringValue": "a"}
sent = call("SendMessage", QueueUrl=url, MessageBody="one & two", **names)
print(re.findall("<MD5OfMessageBody>(.*?)<", sent), re.findall("<MD5OfMessageAttributes>(.*?)<", sent))
batch = call("SendMessageBatch", QueueUrl=url, **{"SendMessageBatchRequestEntry.1.Id": "a", "SendMessageBatchRequestEntry.1.MessageBody": "b"})
print(re.findall("<SendMessageBatchResultEntry><Id>(.*?)<", batch))
taken = call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=1, **{"MessageAttributeName.1": "All", "AttributeName.1": "ApproximateReceiveCount"})
print(re.findall("<Body>(.*?)<", taken), re.findall("<Attribute><Name>(.*?)</Name><Value>(.*?)<", taken), re.findall("<StringValue>(.*?)<", taken))
handle = re.findall("<ReceiptHandle>(.*?)<", taken)[0]
print("DeleteMessageResponse" in call("DeleteMessage", QueueUrl=url, ReceiptHandle=handle))
print(re.findall("<Code>(.*?)<", call("DeleteMessage", QueueUrl=url + "x", ReceiptHandle=handle)))
`,
  );
  expect(output.split("\n")).toEqual([
    "['51b7a70f69602bf97ad4e0039f872fdb'] ['fb72dec7a16b6ccb08a928e255fd6b21']",
    "['a']",
    "['one &amp; two'] [('ApproximateReceiveCount', '1')] ['a']",
    "True",
    "['AWS.SimpleQueueService.NonExistentQueue']",
    "",
  ]);
});

test("dead letters go back where they came from, by a task", async () => {
  const sqs = client();
  const queue = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl } = await sqs.createQueue({ QueueName, Attributes });
    const { Attributes: found } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
    return { QueueUrl: QueueUrl!, arn: found!.QueueArn! };
  };
  const dead = await queue("moved-dead");
  await expect(sqs.startMessageMoveTask({ SourceArn: dead.arn })).rejects.toThrow(/configured as a Dead Letter Queue/);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  const { QueueUrl } = await queue("moved", {
    RedrivePolicy: RedrivePolicy.replace('"maxReceiveCount":1', '"maxReceiveCount":"1"'),
    VisibilityTimeout: "0",
  });
  const { Attributes: kept } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["RedrivePolicy"] });
  expect(kept).toEqual({ RedrivePolicy });
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: String(index) }));
  await sqs.sendMessageBatch({ QueueUrl, Entries });
  for (let turn = 0; turn < 2; turn++) await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
  const { TaskHandle } = await sqs.startMessageMoveTask({ SourceArn: dead.arn });
  expect(TaskHandle).toEqual(expect.any(String));
  const task = async () => (await sqs.listMessageMoveTasks({ SourceArn: dead.arn })).Results![0]!;
  await expect.poll(async () => (await task()).Status, { timeout: 60_000, interval: 20 }).toBe("COMPLETED");
  expect(await task()).toMatchObject({ ApproximateNumberOfMessagesMoved: 10, ApproximateNumberOfMessagesToMove: 10 });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] });
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: "10" });
  await expect(sqs.cancelMessageMoveTask({ TaskHandle: TaskHandle! })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await sqs.tagQueue({ QueueUrl, Tags: { team: "a", stage: "b" } });
  await sqs.untagQueue({ QueueUrl, TagKeys: ["stage"] });
  expect((await sqs.listQueueTags({ QueueUrl })).Tags).toEqual({ team: "a" });
  expect((await sqs.listQueues({ QueueNamePrefix: "moved" })).QueueUrls).toEqual([QueueUrl, dead.QueueUrl]);
  sqs.destroy();
});

test("the policy of a queue is asked with the caller's rights", async () => {
  const sqs = client();
  const { QueueUrl } = await sqs.createQueue({ QueueName: "guarded" });
  const account = new URL(QueueUrl!).pathname.split("/")[1]!;
  await sqs.addPermission({ QueueUrl, Label: "friends", AWSAccountIds: [account], Actions: ["SendMessage"] });
  const policyOf = async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["Policy"] });
    return JSON.parse(Attributes!.Policy!);
  };
  const policy = await policyOf();
  expect(policy.Statement).toMatchObject([{ Sid: "friends", Action: "SQS:SendMessage" }]);
  const Resource = policy.Statement[0].Resource;
  const denial = { Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource };
  const Policy = JSON.stringify({ ...policy, Statement: [...policy.Statement, denial] });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: "m" })).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("explicit deny in a resource-based policy"),
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: "" } });
  await sqs.sendMessage({ QueueUrl, MessageBody: "m" });
  await sqs.addPermission({ QueueUrl, Label: "gone", AWSAccountIds: [account], Actions: ["*"] });
  await sqs.removePermission({ QueueUrl, Label: "gone" });
  await expect(sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: "{" } })).rejects.toMatchObject({
    name: "InvalidAttributeValue",
  });
  sqs.destroy();
});
