import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const client = () => new Kinesis({ ...server.clientOptions, maxAttempts: 1 });

test("the SDK for JavaScript, as it is, over HTTP/2: records by key, iterators of each type", async () => {
  const kinesis = client();
  const StreamName = "clicks";
  await kinesis.createStream({ StreamName, ShardCount: 3 });
  await expect(kinesis.createStream({ StreamName, ShardCount: 1 })).rejects.toMatchObject({
    name: "ResourceInUseException",
  });
  const status = async () =>
    (await kinesis.describeStreamSummary({ StreamName })).StreamDescriptionSummary!.StreamStatus;
  await expect.poll(status).toBe("ACTIVE");
  const { StreamDescription } = await kinesis.describeStream({ StreamName });
  expect(StreamDescription!.Shards!.map(({ HashKeyRange }) => HashKeyRange)).toEqual([
    { StartingHashKey: "0", EndingHashKey: "113427455640312821154458202477256070484" },
    {
      StartingHashKey: "113427455640312821154458202477256070485",
      EndingHashKey: "226854911280625642308916404954512140969",
    },
    {
      StartingHashKey: "226854911280625642308916404954512140970",
      EndingHashKey: "340282366920938463463374607431768211455",
    },
  ]);
  const first = await kinesis.listShards({ StreamName, MaxResults: 2 });
  const second = await kinesis.listShards({ NextToken: first.NextToken! });
  expect([...first.Shards!, ...second.Shards!]).toEqual(StreamDescription!.Shards);
  expect(await kinesis.listStreams({})).toMatchObject({ StreamNames: [StreamName], HasMoreStreams: false });

  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const put = await kinesis.putRecord({ StreamName, Data: bytes, PartitionKey: "a", ExplicitHashKey: "0" });
  expect(put.ShardId).toBe("shardId-000000000000");
  const { Records, FailedRecordCount } = await kinesis.putRecords({
    StreamName,
    Records: [1, 2, 3].map((n) => ({ Data: Buffer.from(`r${n}`), PartitionKey: "a", ExplicitHashKey: "7" })),
  });
  expect(FailedRecordCount).toBe(0);
  const ShardId = "shardId-000000000000";
  const read = async (more: object) => {
    const input = { StreamName, ShardId, ...more } as Parameters<typeof kinesis.getShardIterator>[0];
    const { ShardIterator } = await kinesis.getShardIterator(input);
    const answer = await kinesis.getRecords({ ShardIterator: ShardIterator! });
    return { ...answer, data: answer.Records!.map(({ Data }) => Buffer.from(Data!)) };
  };
  const all = await read({ ShardIteratorType: "TRIM_HORIZON" });
  expect(all.data[0]).toEqual(Buffer.from(bytes));
  expect(all.data.slice(1).map(String)).toEqual(["r1", "r2", "r3"]);
  expect(all.MillisBehindLatest).toBe(0);
  expect(all.Records!.map(({ SequenceNumber }) => SequenceNumber)).toEqual([
    put.SequenceNumber,
    ...Records!.map(({ SequenceNumber }) => SequenceNumber),
  ]);
  const StartingSequenceNumber = Records![1]!.SequenceNumber!;
  expect((await read({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber })).data.map(String)).toEqual([
    "r2",
    "r3",
  ]);
  expect((await read({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber })).data.map(String)).toEqual(
    ["r3"],
  );
  expect((await read({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(0) })).data).toHaveLength(4);
  expect((await read({ ShardIteratorType: "LATEST" })).data).toEqual([]);
  const page = await kinesis.getRecords({ ShardIterator: all.NextShardIterator!, Limit: 2 });
  expect(page.Records).toEqual([]);
  await kinesis.putRecord({ StreamName, Data: Buffer.from("later"), PartitionKey: "a", ExplicitHashKey: "1" });
  const later = await kinesis.getRecords({ ShardIterator: page.NextShardIterator! });
  expect(later.Records!.map(({ Data }) => Buffer.from(Data!).toString())).toEqual(["later"]);

  await expect(read({ ShardId: "shardId-000000000007", ShardIteratorType: "LATEST" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: expect.stringContaining("Shard shardId-000000000007 in stream clicks"),
  });
  await expect(read({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: "17" })).rejects.toMatchObject({
    name: "InvalidArgumentException",
  });
  await expect(kinesis.getRecords({ ShardIterator: "nonsense" })).rejects.toMatchObject({
    name: "InvalidArgumentException",
  });
  await expect(
    kinesis.putRecord({ StreamName, Data: new Uint8Array(1024 * 1024 + 1), PartitionKey: "a" }),
  ).rejects.toMatchObject({ name: "ValidationException" });
  kinesis.destroy();
});

test("boto3: a waiter, keys on all shards in order, records through kill -9, deletion", async (context) => {
  const output = await runPython(
    context,
    server,
    "v3",
    `
import boto3, json
kinesis = boto3.client("kinesis")
kinesis.create_stream(StreamName="orders", StreamModeDetails={"StreamMode": "ON_DEMAND"})
kinesis.get_waiter("stream_exists").wait(StreamName="orders", WaiterConfig={"Delay": 1})
for start in range(0, 1000, 250):
    kinesis.put_records(StreamName="orders", Records=[
        {"Data": json.dumps(n).encode(), "PartitionKey": str(n % 50)} for n in range(start, start + 250)])
print(kinesis.describe_stream_summary(StreamName="orders")["StreamDescriptionSummary"]["OpenShardCount"])
`,
  );
  expect(output).toBe("4\n");
  await server.kill();
  await server.start();
  const after = await runPython(
    context,
    server,
    "v3",
    `
import boto3, collections, json
kinesis = boto3.client("kinesis")
seen, by_key = 0, collections.defaultdict(list)
for shard in kinesis.list_shards(StreamName="orders")["Shards"]:
    iterator = kinesis.get_shard_iterator(StreamName="orders", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    count = 0
    while True:
        page = kinesis.get_records(ShardIterator=iterator, Limit=100)
        if not page["Records"]:
            break
        for record in page["Records"]:
            by_key[record["PartitionKey"]].append(json.loads(record["Data"]))
        count += len(page["Records"])
        iterator = page["NextShardIterator"]
    assert count > 0
    seen += count
assert all(values == sorted(values) for values in by_key.values())
print(seen, len(by_key))
kinesis.delete_stream(StreamName="orders")
kinesis.get_waiter("stream_not_exists").wait(StreamName="orders", WaiterConfig={"Delay": 1})
try:
    kinesis.put_record(StreamName="orders", Data=b"x", PartitionKey="x")
except kinesis.exceptions.ResourceNotFoundException as error:
    print(error.response["Error"]["Message"])
`,
  );
  expect(after).toMatch(/^1000 50\nStream orders under account \d{12} not found\.\n$/);
});
