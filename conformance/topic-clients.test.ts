import { expect, test } from "vitest";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();

test("boto3 keeps topics and subscriptions: lists, attributes, tags, permissions, their end", async (context) => {
  const output = await runPython(
    context,
    server,
    "data",
    `
import boto3, json
sns, sqs = boto3.client("sns"), boto3.client("sqs")
out = {}
topic = sns.create_topic(Name="orders", Attributes=dict(DisplayName="Orders"), Tags=[dict(Key="team", Value="a")])["TopicArn"]
url = sqs.create_queue(QueueName="orders")["QueueUrl"]
queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="All orders")
out["display"] = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"]
out["topics"] = [t["TopicArn"].rsplit(":", 1)[1] for t in sns.list_topics()["Topics"]]
subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, ReturnSubscriptionArn=True)["SubscriptionArn"]
sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true")
out["raw"] = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["RawMessageDelivery"]
out["subscriptions"] = [s["Endpoint"] == queue for s in sns.list_subscriptions()["Subscriptions"]]
out["of topic"] = len(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"])
sns.publish(TopicArn=topic, Message="raw")
out["body"] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]["Body"]
sns.tag_resource(ResourceArn=topic, Tags=[dict(Key="stage", Value="test")])
sns.untag_resource(ResourceArn=topic, TagKeys=["team"])
out["tags"] = sns.list_tags_for_resource(ResourceArn=topic)["Tags"]
sns.add_permission(TopicArn=topic, Label="others", AWSAccountId=["210987654321"], ActionName=["Publish"])
policy = lambda: [s["Sid"] for s in json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])["Statement"]]
out["allowed"] = "others" in policy()
sns.remove_permission(TopicArn=topic, Label="others")
out["removed"] = "others" in policy()
sns.unsubscribe(SubscriptionArn=subscription)
out["left"] = sns.list_subscriptions()["Subscriptions"]
sns.delete_topic(TopicArn=topic)
out["gone"] = sns.list_topics()["Topics"]
print(json.dumps(out))
`,
  );
  expect(JSON.parse(output)).toEqual({
    ...{ display: "All orders", topics: ["orders"], raw: "true", subscriptions: [true], "of topic": 1, body: "raw" },
    ...{ tags: [{ Key: "stage", Value: "test" }], allowed: true, removed: false, left: [], gone: [] },
  });
});

test("boto3 changes and deletes messages in batches, and cancels a move of dead letters", async (context) => {
  const output = await runPython(
    context,
    server,
    "data",
    `
import boto3, json
sqs = boto3.client("sqs")
out = {}
arn = lambda url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
redrive = json.dumps(dict(deadLetterTargetArn=arn(dead), maxReceiveCount=1))
work = sqs.create_queue(QueueName="work", Attributes=dict(RedrivePolicy=redrive))["QueueUrl"]
sqs.send_message_batch(QueueUrl=dead, Entries=[dict(Id=str(n), MessageBody=str(n)) for n in range(10)])
received = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=2, WaitTimeSeconds=5)["Messages"]
entries = [dict(Id=str(n), ReceiptHandle=m["ReceiptHandle"]) for n, m in enumerate(received)]
hidden = sqs.change_message_visibility_batch(QueueUrl=dead, Entries=[dict(e, VisibilityTimeout=600) for e in entries])
out["hidden"] = [e["Id"] for e in hidden["Successful"]] == [e["Id"] for e in entries]
deleted = sqs.delete_message_batch(QueueUrl=dead, Entries=entries)
out["deleted"] = [e["Id"] for e in deleted["Successful"]] == [e["Id"] for e in entries]
task = sqs.start_message_move_task(SourceArn=arn(dead), DestinationArn=arn(work), MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
moved = sqs.cancel_message_move_task(TaskHandle=task)["ApproximateNumberOfMessagesMoved"]
out["part"] = moved < 10 - len(entries)
out["task"] = sqs.list_message_move_tasks(SourceArn=arn(dead))["Results"][0]["Status"]
print(json.dumps(out))
`,
  );
  expect(JSON.parse(output)).toMatchObject({ hidden: true, deleted: true, part: true });
  expect(["CANCELLING", "CANCELLED"]).toContain(JSON.parse(output).task);
});

test("the AWS CLI sends to a queue by its topic", async (context) => {
  const output = await runShell(
    context,
    server,
    "data",
    `
topic=$(aws sns create-topic --name cli --query TopicArn --output text)
queue=$(aws sqs create-queue --queue-name cli --query QueueUrl --output text)
arn=$(aws sqs get-queue-attributes --queue-url "$queue" --attribute-names QueueArn --query Attributes.QueueArn --output text)
aws sns subscribe --topic-arn "$topic" --protocol sqs --notification-endpoint "$arn" --attributes RawMessageDelivery=true > /dev/null
aws sns publish --topic-arn "$topic" --message hello > /dev/null
aws sqs receive-message --queue-url "$queue" --wait-time-seconds 5 --query 'Messages[0].Body' --output text
`,
  );
  expect(output.trim()).toBe("hello");
});
