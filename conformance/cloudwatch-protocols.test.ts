import { gunzipSync, gzipSync } from "node:zlib";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutDashboardCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { describe, expect, test } from "vitest";
import { runPython, runShell } from "./python-clients.ts";
import { rawRequest, sendRaw, targetOf } from "./raw-request.ts";
import { useServer } from "./server.ts";

const server = useServer();
const minute = 60_000;
const time = Math.floor(Date.now() / minute) * minute - 5 * minute;

/** The protocols of CloudWatch, as the SDK for JavaScript is told to speak them; without a setting it is JSON. */
const protocols = [
  { name: "JSON", setting: {}, contentType: "application/x-amz-json-1.0" },
  {
    name: "CBOR",
    // This SDK announces the length that a body in CBOR had before it was compressed.
    setting: { protocol: AwsSmithyRpcV2CborProtocol, disableRequestCompression: true },
    contentType: "application/cbor",
  },
  {
    name: "query",
    setting: { protocol: AwsQueryProtocol },
    contentType: "application/x-www-form-urlencoded",
  },
];

describe.each(protocols)("the SDK for JavaScript in $name", ({ name, setting, contentType }) => {
  const Namespace = `js/${name}`;
  /** A client that keeps the headers of what it sent. */
  function newClient() {
    const sent: Record<string, string>[] = [];
    const client = new CloudWatchClient({ ...server.clientOptions, ...setting });
    client.middlewareStack.add(
      (next) => (args) => {
        sent.push((args.request as { headers: Record<string, string> }).headers);
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    return { client, sent };
  }

  test("puts many metrics, compressed past 10 KiB, and reads every value back", async () => {
    const { client, sent } = newClient();
    const values = Array.from({ length: 150 }, (_, index) => index + 0.5);
    const MetricData = Array.from({ length: 40 }, (_, index) => ({
      MetricName: `metric ${index} "é🌿`,
      Dimensions: [{ Name: "Index", Value: String(index) }],
      Timestamp: new Date(time),
      Values: values,
      Counts: values.map(() => 2),
    }));
    await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
    expect(sent[0]!["content-type"]).toContain(contentType);
    expect(sent[0]!["content-encoding"]).toBe(name === "CBOR" ? undefined : "gzip");
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace }));
    expect(new Set(Metrics!.map(({ MetricName }) => MetricName))).toEqual(
      new Set(MetricData.map(({ MetricName }) => MetricName)),
    );
    const { Dimensions, MetricName } = MetricData[39]!;
    const range = { StartTime: new Date(time), EndTime: new Date(time + minute) };
    const metric = { Namespace, MetricName, Dimensions };
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        ...metric,
        ...range,
        Period: 60,
        Statistics: ["Average", "Sum", "Minimum", "Maximum", "SampleCount"],
      }),
    );
    expect(Datapoints).toEqual([
      {
        Timestamp: new Date(time),
        SampleCount: 300,
        Sum: 22_500,
        Average: 75,
        Minimum: 0.5,
        Maximum: 149.5,
        Unit: "None",
      },
    ]);
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        ...range,
        MetricDataQueries: [{ Id: "m", MetricStat: { Metric: metric, Period: 60, Stat: "Maximum" } }],
      }),
    );
    expect(MetricDataResults).toMatchObject([
      { Id: "m", Timestamps: [new Date(time)], Values: [149.5], StatusCode: "Complete" },
    ]);
  });

  test("gets the faults of the model and others", async () => {
    const { client } = newClient();
    const refused = (MetricName: string) =>
      client.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName }] })).catch((error) => error);
    expect(await refused("m")).toMatchObject({
      name: "MissingRequiredParameterException",
      $metadata: { httpStatusCode: 400 },
    });
    expect((await refused("m")).message).toContain("MetricData");
    const tooLong = await refused("m".repeat(256));
    expect(tooLong).toMatchObject({ $metadata: { httpStatusCode: 400 } });
    expect(tooLong.message).toContain("Member must have length less than or equal to 255");
    const unbuilt = client.send(new PutDashboardCommand({ DashboardName: "d", DashboardBody: "{}" }));
    await expect(unbuilt).rejects.toMatchObject({
      name: "UnsupportedOperation",
      $metadata: { httpStatusCode: 501 },
    });
    const stranger = new CloudWatchClient({
      ...server.clientOptions,
      ...setting,
      credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "x" },
    });
    await expect(stranger.send(new ListMetricsCommand())).rejects.toMatchObject({
      message: "The security token included in the request is invalid.",
      $metadata: { httpStatusCode: 403 },
    });
  });

  test("as many metrics of as many values as a request may have", async () => {
    const { client } = newClient();
    // A form has a field for each value, and so the inflated body reaches its limit earlier.
    const Values = Array.from({ length: name === "query" ? 50 : 150 }, (_, index) => 1e6 / (index + 7));
    const datum = { Timestamp: new Date(time), Values, Counts: Values.map(() => 1) };
    const MetricData = Array.from({ length: 1000 }, (_, index) => ({ MetricName: `m${index}`, ...datum }));
    await client.send(new PutMetricDataCommand({ Namespace: `${Namespace}/most`, MetricData }));
  });
});

/** botocore takes the protocol from its data; a file beside the model may change that. */
const withProtocol = (protocol: string) => `
import json, os, tempfile
folder = tempfile.mkdtemp()
place = os.path.join(folder, "cloudwatch", "2010-08-01")
os.makedirs(place)
with open(os.path.join(place, "service-2.sdk-extras.json"), "w") as file:
    json.dump({"version": 1.0, "merge": {"metadata": {"protocols": ["${protocol}"], "protocol": "${protocol}"}}}, file)
os.environ["AWS_DATA_PATH"] = folder
`;

test.for([
  ["v3", "json", "application/x-amz-json-1.0"],
  ["v3", "smithy-rpc-v2-cbor", "application/cbor"],
  ["v3", "query", "application/x-www-form-urlencoded; charset=utf-8"],
  ["v2", "smithy-rpc-v2-cbor", "application/cbor"],
] as const)("boto3 of %s in %s", async ([environment, protocol, contentType], context) => {
  const output = await runPython(
    context,
    server,
    environment,
    `${withProtocol(protocol)}
import boto3, datetime
from botocore.exceptions import ClientError
now = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) - datetime.timedelta(minutes=5)
cloudwatch = boto3.client("cloudwatch")
sent = []
cloudwatch.meta.events.register("before-send.cloudwatch.*", lambda request, **_: sent.append(request.headers))
namespace = "boto3/${environment}/${protocol}"
header = lambda headers, name: (lambda value: value.decode() if isinstance(value, bytes) else value)(headers.get(name))
values = [index + 0.5 for index in range(150)]
cloudwatch.put_metric_data(Namespace=namespace, MetricData=[
    {"MetricName": f"größer {index}", "Timestamp": now, "Values": values, "Counts": [2] * 150, "Unit": "Seconds"}
    for index in range(20)])
assert header(sent[0], "Content-Encoding") == "gzip", dict(sent[0])
assert header(sent[0], "Content-Type") == "${contentType}", dict(sent[0])
cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": "one", "Value": 2, "Timestamp": now}])
assert header(sent[1], "Content-Encoding") is None, dict(sent[1])
range_ = {"StartTime": now, "EndTime": now + datetime.timedelta(minutes=1), "Period": 60}
points = cloudwatch.get_metric_statistics(Namespace=namespace, MetricName="größer 19", **range_,
    Statistics=["Average", "Sum", "Minimum", "Maximum", "SampleCount"])["Datapoints"]
assert points == [{"Timestamp": now, "Average": 75.0, "Sum": 22500.0, "Minimum": 0.5, "Maximum": 149.5,
    "SampleCount": 300.0, "Unit": "Seconds"}], points
assert "${protocol}" == "json" or type(points[0]["Average"]) is float, points
names = [metric["MetricName"] for page in cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace)
    for metric in page["Metrics"]]
assert sorted(names) == sorted([f"größer {index}" for index in range(20)] + ["one"]), names
try:
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": "m"}])
    raise AssertionError("a metric without a value was accepted")
except cloudwatch.exceptions.MissingRequiredParameterException as error:
    print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
try:
    cloudwatch.put_dashboard(DashboardName="d", DashboardBody="{}")
    raise AssertionError("a dashboard was made")
except ClientError as error:
    print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
`,
  );
  expect(output).toBe("MissingParameter 400\nUnsupportedOperation 501\n");
});

test("the AWS CLI compresses a file of metrics", async (context) => {
  const output = await runShell(
    context,
    server,
    "v2",
    `
FILE=$(mktemp)
python - > $FILE <<'END'
import json
print(json.dumps([{"MetricName": f"metric {index}", "Value": index, "Dimensions": [{"Name": "a", "Value": "b" * 200}]}
    for index in range(100)]))
END
aws cloudwatch put-metric-data --namespace CLI --metric-data file://$FILE --debug 2>&1 |
  grep -c "'Content-Encoding': 'gzip'" > /dev/null
aws cloudwatch list-metrics --namespace CLI --query 'length(Metrics)'
`,
  );
  expect(output).toBe("100\n");
});

describe("any service but S3 takes a compressed body", () => {
  const encoded = { "content-encoding": "gzip" };
  const json = (target: string) => ({
    ...encoded,
    "x-amz-target": target,
    "content-type": "application/x-amz-json-1.1",
  });
  const form = { ...encoded, "content-type": "application/x-www-form-urlencoded" };
  test.each([
    ["sagemaker", json("SageMaker.ListModels"), '{"NameContains":"none"}', '"Models":[]'],
    ["logs", json("Logs_20140328.DescribeLogGroups"), '{"logGroupNamePrefix":"none"}', '"logGroups":[]'],
    ["sts", form, "Action=GetCallerIdentity&Version=2011-06-15", "<Account>123456789012</Account>"],
    ["iam", form, "Action=ListRoles&Version=2010-05-08&PathPrefix=%2Fnone%2F", "<ListRolesResult><Roles></Roles>"],
  ])("%s", async (service, headers, body, words) => {
    const target = targetOf(server);
    const answer = await sendRaw(target, await rawRequest(target, { service, headers, body: gzipSync(body) }));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(words);
  });

  test("S3 stores it as it is", async () => {
    const s3 = new S3Client(server.clientOptions);
    const object = { Bucket: "compressed-bodies", Key: "a.txt" };
    await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await s3.send(new PutObjectCommand({ ...object, Body: gzipSync("text"), ContentEncoding: "gzip" }));
    const { ContentEncoding, Body } = await s3.send(new GetObjectCommand(object));
    expect(ContentEncoding).toBe("gzip");
    expect(gunzipSync(await Body!.transformToByteArray()).toString()).toBe("text");
  });
});
