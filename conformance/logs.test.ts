import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { beforeAll, expect, test } from "vitest";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const logGroupName = "/conformance/patterns";
const logStreamName = "stream";
const messages = [
  '{"level":"ERROR","took":7,"user":{"id":1},"tags":["a","b"]}',
  '{"level":"INFO","took":700,"gone":null}',
  '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
  "[0]#011train-rmse:1.25",
  "WARN größer",
];
let logs: CloudWatchLogsClient;
const now = Date.now();

beforeAll(async () => {
  logs = new CloudWatchLogsClient(server.clientOptions);
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = messages.map((message, at) => ({ timestamp: now + at, message }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
});

const found = async (filterPattern: string) => {
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
  return events!.map(({ message }) => messages.indexOf(message!));
};

test.each([
  ['{ $.level = "ERROR" && $.took < 1e1 }', [0]],
  ["{ $.gone IS NULL || $.tags[*] = b }", [0, 1]],
  ["{ $.user NOT EXISTS }", [1]],
  ["[ip, user, ..., status=4*, size>100]", [2]],
  ["%train-rmse:[0-9]+\\.[0-9]*%", [3]],
  ['?WARN ?"#011"', [3, 4]],
  ["-ERROR -INFO -HTTP", [3, 4]],
])("the AWS SDK for JavaScript finds events by %s", async (pattern, expected) => {
  expect(await found(pattern)).toEqual(expected);
});

test.each(["{ $.level }", "train-rmse:", "%(x)%", "[a"])("the pattern %s is refused", async (pattern) => {
  await expect(found(pattern)).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: expect.stringMatching(/^Invalid (filter pattern: |character\(s\) in term ')/),
  });
});

test("boto3: a retention hides what has expired, takes none of it, and is taken away", async (context) => {
  const output = await runPython(
    context,
    server,
    "v2",
    `
import boto3, time
from botocore.exceptions import ClientError

logs, group = boto3.client("logs"), "/conformance/retention"
logs.create_log_group(logGroupName=group, tags={"team": "x"})
logs.create_log_stream(logGroupName=group, logStreamName="s")
now, day = int(time.time() * 1000), 86_400_000
put = lambda *ages: logs.put_log_events(logGroupName=group, logStreamName="s",
    logEvents=[{"timestamp": now - age, "message": str(age)} for age in ages])
put(2 * day)
put(0)
found = lambda **more: [event["message"] for event in logs.filter_log_events(logGroupName=group, **more)["events"]]
described = lambda: logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
assert found() == [str(2 * day), "0"] and "retentionInDays" not in described()
logs.put_retention_policy(logGroupName=group, retentionInDays=1)
assert described()["retentionInDays"] == 1
assert found() == ["0"], found()
assert [event["message"] for event in logs.get_log_events(logGroupName=group, logStreamName="s")["events"]] == ["0"]
assert put(2 * day)["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
logs.delete_retention_policy(logGroupName=group)
assert "retentionInDays" not in described() and len(found()) == 2
try:
    logs.put_retention_policy(logGroupName=group, retentionInDays=2)
    raise AssertionError("two days were taken")
except ClientError as error:
    assert error.response["Error"]["Code"] == "InvalidParameterException", error
assert [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePattern="Retention")["logGroups"]] == []
shown, = logs.describe_log_groups(logGroupNamePattern="e/retention")["logGroups"]
assert sorted(shown) == ["arn", "creationTime", "logGroupName"], shown
print("done")
`,
  );
  expect(output).toBe("done\n");
});

test("the AWS CLI sets a retention and finds events", async (context) => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/conformance/cli" }));
  const output = await runShell(
    context,
    server,
    "v2",
    `
aws logs put-retention-policy --log-group-name /conformance/cli --retention-in-days 30
aws logs describe-log-groups --log-group-name-prefix /conformance/cli --query 'logGroups[].retentionInDays' --output text
aws logs delete-retention-policy --log-group-name /conformance/cli
aws logs filter-log-events --log-group-name ${logGroupName} --filter-pattern '{ $.took = 700 }' --query 'length(events)'
`,
  );
  expect(output).toBe("30\n1\n");
});

test("the AWS SDK for JavaScript sets a retention and takes it away", async () => {
  const name = "/conformance/js";
  await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: 3653 }));
  const described = async () =>
    (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }))).logGroups![0]!.retentionInDays;
  expect(await described()).toBe(3653);
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: name }));
  expect(await described()).toBeUndefined();
  await expect(
    logs.send(new PutRetentionPolicyCommand({ logGroupName: "/none", retentionInDays: 1 })),
  ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
