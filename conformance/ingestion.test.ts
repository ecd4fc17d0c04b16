import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { featureBucket, hourOf, makeClicks, recordsOf, rowsOf } from "./feature-groups.ts";
import { useServer } from "./server.ts";

const server = useServer();

test("ingest takes a stream of Kinesis, goes on after kill -9, and buries what the group refuses", async () => {
  const kinesis = new Kinesis(server.clientOptions);
  const StreamName = "clicks";
  await kinesis.createStream({ StreamName, ShardCount: 2 });
  const described = async () => (await kinesis.describeStreamSummary({ StreamName })).StreamDescriptionSummary!;
  await expect.poll(async () => (await described()).StreamStatus).toBe("ACTIVE");
  const { table } = await makeClicks(server, "taken");
  const put = (ids: readonly number[]) =>
    kinesis.putRecords({
      StreamName,
      Records: ids.map((id) => ({
        PartitionKey: String(id),
        Data: Buffer.from(JSON.stringify({ Id: String(id), time: hourOf(8), clicks: id, share: null })),
      })),
    });
  await put([1, 2, 3]);
  await kinesis.putRecord({ StreamName, PartitionKey: "x", Data: Buffer.from('{"Id": "bad", "time": "noon"}') });
  await kinesis.putRecord({ StreamName, PartitionKey: "x", Data: Buffer.from("no JSON") });
  const words = [
    "--group",
    "arn:aws:sagemaker:us-west-2:123456789012:feature-group/taken",
    "--kinesis",
    (await described()).StreamARN!,
  ];
  const letters = `s3://${featureBucket}/letters`;
  const begun = await server.sagebrush("ingest", ...words, "--dead-letter", letters);
  expect(begun).toMatchObject({ code: 0, stderr: "" });
  const id = begun.stdout.trim();
  const ids = async () => (await rowsOf(server, `SELECT DISTINCT clicks FROM ${table} ORDER BY 1`)).flat();
  await expect.poll(ids, patience).toEqual(["1", "2", "3"]);
  const { s3 } = clientsOf(server);
  const buried = async () => (await s3.listObjectsV2({ Bucket: featureBucket, Prefix: "letters/" })).Contents ?? [];
  await expect.poll(async () => (await buried()).length, patience).toBe(2);
  const reasons: string[] = [];
  for (const { Key } of await buried()) {
    const { Body } = await s3.getObject({ Bucket: featureBucket, Key: Key! });
    reasons.push(JSON.parse(await Body!.transformToString()).reason);
  }
  expect(reasons.sort()).toEqual([
    expect.stringMatching(/^The event time time is "noon"; it must be/),
    expect.stringContaining("is not valid JSON"),
  ]);

  const listed = async () => (await server.sagebrush("ingest")).stdout;
  await expect.poll(listed, patience).toMatch(new RegExp(`^${id}  Running  taken <- .*shardId-0000000000`));
  await server.kill();
  await server.start();
  await new Kinesis(server.clientOptions).putRecord({
    ...{ StreamName, PartitionKey: "4", Data: Buffer.from(`{"Id": "4", "time": "${hourOf(9)}", "clicks": 4}`) },
  });
  await expect.poll(ids, patience).toEqual(["1", "2", "3", "4"]);
  const { Record } = await recordsOf(server).getRecord({
    ...{ FeatureGroupName: "taken", RecordIdentifierValueAsString: "4", FeatureNames: ["clicks"] },
  });
  expect(Record).toEqual([{ FeatureName: "clicks", ValueAsString: "4" }]);
  expect((await server.sagebrush("ingest", "--stop", id)).code).toBe(0);
  await expect.poll(listed, patience).toBe("");
});

test.each([
  [["--group", "none", "--kinesis", "arn:aws:kinesis:us-west-2:123456789012:stream/x"], "FeatureGroup with name none"],
  [["--group", "taken"], "--kinesis ARN and --kafka BROKERS"],
  [["--group", "taken", "--kafka", "here"], "--topic"],
  [["--group", "taken", "--kafka", "here", "--topic", "t"], "HOST:PORT"],
  [["--group", "taken", "--kinesis", "clicks"], "ARN of a data stream"],
  [["--kinesis", "x"], "--group NAME is missing"],
])("ingest %j is refused and says what to do", async (words, reason) => {
  const { code, stderr } = await server.sagebrush("ingest", ...words);
  expect(code).not.toBe(0);
  expect(stderr).toContain(reason);
});
