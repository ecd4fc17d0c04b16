import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  ListRoleTagsCommand,
  paginateSimulatePrincipalPolicy,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();

describe("logs", () => {
  const logGroupName = "/conformance/logs";
  const logStreamName = "job/algo-1";
  const now = Date.now();
  let logs: CloudWatchLogsClient;
  beforeAll(() => {
    logs = new CloudWatchLogsClient(server.clientOptions);
  });

  test("a group that is missing is ResourceNotFoundException, whatever is asked of it", async () => {
    const missing = { name: "ResourceNotFoundException", message: "The specified log group does not exist." };
    for (const command of [
      new DescribeLogStreamsCommand({ logGroupName }),
      new GetLogEventsCommand({ logGroupName, logStreamName }),
      new FilterLogEventsCommand({ logGroupName }),
      new CreateLogStreamCommand({ logGroupName, logStreamName }),
      new DeleteLogGroupCommand({ logGroupName }),
    ])
      await expect(logs.send(command as GetLogEventsCommand)).rejects.toMatchObject(missing);
  });

  test("events are kept in order, found and paged", async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
    });
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const event = (offset: number, message: string) => ({ timestamp: now + offset, message });
    const put = (...logEvents: ReturnType<typeof event>[]) =>
      logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    await put(event(1, "[0]#011train-rmse:1.5"), event(2, "größer"));
    await put(event(0, "first"));
    await expect(put(event(1, "b"), event(0, "a"))).rejects.toMatchObject({ name: "InvalidParameterException" });
    const rejected = await put(event(-30 * 24 * 3_600_000, "too old"));
    expect(rejected.rejectedLogEventsInfo?.tooOldLogEventEndIndex).toBe(1);

    const read = { logGroupName, logStreamName, startFromHead: true };
    const page = await logs.send(new GetLogEventsCommand({ ...read, limit: 2 }));
    expect(page.events?.map(({ message }) => message)).toEqual(["first", "[0]#011train-rmse:1.5"]);
    const rest = await logs.send(new GetLogEventsCommand({ ...read, nextToken: page.nextForwardToken }));
    expect(rest.events?.map(({ message }) => message)).toEqual(["größer"]);
    const end = await logs.send(new GetLogEventsCommand({ ...read, nextToken: rest.nextForwardToken }));
    expect(end).toMatchObject({ events: [], nextForwardToken: rest.nextForwardToken });

    const found = [];
    for await (const { events } of paginateFilterLogEvents({ client: logs }, { logGroupName, limit: 1 }))
      found.push(...events!.map(({ message }) => message));
    expect(found).toEqual(["first", "[0]#011train-rmse:1.5", "größer"]);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/conformance" }));
    expect(logGroups).toMatchObject([
      { logGroupName, arn: `arn:aws:logs:us-west-2:123456789012:log-group:${logGroupName}:*` },
    ]);
    const { logStreams, nextToken } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: "job/", limit: 1 }),
    );
    expect(logStreams).toMatchObject([{ logStreamName, firstEventTimestamp: now, lastEventTimestamp: now + 2 }]);
    expect(nextToken).toBeUndefined();
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    expect((await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/conformance" }))).logGroups).toEqual(
      [],
    );
  });
});

describe("metrics", () => {
  const Namespace = "Conformance";
  const MetricName = "Latency";
  const Dimensions = [{ Name: "Endpoint", Value: "a b/c" }];
  const minute = 60_000;
  const time = Math.floor(Date.now() / minute) * minute - 5 * minute;
  const range = { StartTime: new Date(time), EndTime: new Date(time + 3 * minute) };

  test("points are summed up by period", async () => {
    const cloudwatch = new CloudWatchClient(server.clientOptions);
    const datum = (more: object) => ({ MetricName, Dimensions, Timestamp: new Date(time), ...more });
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          datum({ Values: [1, 2, 3], Counts: [1, 1, 2] }),
          datum({ StatisticValues: { SampleCount: 1, Sum: 11, Minimum: 11, Maximum: 11 } }),
          datum({ Value: 7, Timestamp: new Date(time + minute) }),
        ],
      }),
    );
    const metric = { Namespace, MetricName, Dimensions };
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...metric,
        ...range,
        Period: 60,
        Statistics: ["Average", "Sum", "Minimum", "Maximum", "SampleCount"],
      }),
    );
    expect(Datapoints).toEqual([
      { Timestamp: new Date(time), SampleCount: 5, Sum: 20, Average: 4, Minimum: 1, Maximum: 11, Unit: "None" },
      { Timestamp: new Date(time + minute), SampleCount: 1, Sum: 7, Average: 7, Minimum: 7, Maximum: 7, Unit: "None" },
    ]);
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        ...range,
        MetricDataQueries: [{ Id: "p", MetricStat: { Metric: metric, Period: 60, Stat: "p50" } }],
      }),
    );
    expect(MetricDataResults).toMatchObject([
      { Id: "p", Values: [7, 3], Timestamps: [new Date(time + minute), new Date(time)], StatusCode: "Complete" },
    ]);
    expect((await cloudwatch.send(new ListMetricsCommand({ Namespace }))).Metrics).toEqual([metric]);
    const refused = cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName }] }));
    await expect(refused).rejects.toMatchObject({ name: "MissingRequiredParameterException" });
  });

  test("boto3 reads them too", async (context) => {
    const output = await runPython(
      context,
      server,
      "v2",
      `
import boto3, datetime, json
now = datetime.datetime.now(datetime.timezone.utc)
cloudwatch = boto3.client("cloudwatch")
cloudwatch.put_metric_data(Namespace="Boto", MetricData=[{"MetricName": "m", "Value": 2.5, "Timestamp": now, "Unit": "Seconds"}])
answer = cloudwatch.get_metric_statistics(Namespace="Boto", MetricName="m", StartTime=now - datetime.timedelta(minutes=5),
    EndTime=now + datetime.timedelta(minutes=5), Period=60, Statistics=["Average"])
print(json.dumps([[point["Average"], point["Unit"]] for point in answer["Datapoints"]]))
`,
    );
    expect(JSON.parse(output)).toEqual([[2.5, "Seconds"]]);
  });
});

describe("identity", () => {
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });

  test("the caller looks like a role that IAM knows", async () => {
    const { Arn } = await new STSClient(server.clientOptions).send(new GetCallerIdentityCommand());
    const RoleName = /assumed-role\/([^/]+)\//.exec(Arn!)![1]!;
    const { Role } = await new IAMClient(server.clientOptions).send(new GetRoleCommand({ RoleName }));
    expect(Role).toMatchObject({ RoleName: "SageMakerRole", Arn: "arn:aws:iam::123456789012:role/SageMakerRole" });
    expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toContain("sagemaker.amazonaws.com");
  });

  test("roles are made, listed, simulated and deleted", async () => {
    const iam = new IAMClient(server.clientOptions);
    const role = { RoleName: "Conformance", Path: "/team/" };
    const created = await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust }));
    expect(created.Role!.Arn).toBe("arn:aws:iam::123456789012:role/team/Conformance");
    await expect(iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust }))).rejects.toMatchObject({
      name: "EntityAlreadyExistsException",
      $metadata: { httpStatusCode: 409 },
    });
    await expect(
      iam.send(new CreateRoleCommand({ RoleName: "Bad", AssumeRolePolicyDocument: "{}" })),
    ).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
    await iam.send(new TagRoleCommand({ RoleName: "Conformance", Tags: [{ Key: "team", Value: "a" }] }));
    const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: "Conformance" }));
    expect(Tags).toEqual([{ Key: "team", Value: "a" }]);
    await iam.send(new UntagRoleCommand({ RoleName: "Conformance", TagKeys: ["team"] }));
    const { Roles, IsTruncated } = await iam.send(new ListRolesCommand({ PathPrefix: "/team/" }));
    expect(Roles).toMatchObject([role]);
    expect(IsTruncated).toBe(false);
    const simulation = {
      PolicySourceArn: created.Role!.Arn!,
      ActionNames: ["s3:GetObject", "sagemaker:CreateModel", "s3:DeleteBucket", "iam:CreateRole"],
    };
    const first = await iam.send(new SimulatePrincipalPolicyCommand({ ...simulation, MaxItems: 2 }));
    expect(first.IsTruncated).toBe(true);
    const decisions = [];
    for await (const { EvaluationResults } of paginateSimulatePrincipalPolicy({ client: iam, pageSize: 2 }, simulation))
      decisions.push(...EvaluationResults!.map(({ EvalDecision }) => EvalDecision));
    expect(decisions).toEqual(["allowed", "allowed", "implicitDeny", "implicitDeny"]);
    await iam.send(new DeleteRoleCommand({ RoleName: "Conformance" }));
    await expect(iam.send(new DeleteRoleCommand({ RoleName: "Conformance" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
      message: "The role with name Conformance cannot be found.",
      $metadata: { httpStatusCode: 404 },
    });
  });
});
