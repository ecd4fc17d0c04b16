import { beforeAll, expect, test, vi } from "vitest";
import { patience } from "./clients.ts";
import { clicks, createGroup, featureClients, plain, values } from "./feature-records.ts";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
let clients: ReturnType<typeof featureClients>;
const FeatureGroupName = "clicks";

beforeAll(async () => {
  clients = featureClients(server);
  await createGroup(server, FeatureGroupName);
});

test("records of the SDK for JavaScript: written, read, changed, listed, deleted", async () => {
  const { records, sagemaker } = clients;
  const now = Math.floor(Date.now() / 1000);
  const put = (id: string, time: number, count: number) =>
    records.putRecord({ FeatureGroupName, Record: values({ id, time: String(time), clicks: String(count) }) });
  const get = async (id: string) =>
    plain((await records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString: id })).Record);
  await put("a/ü 1", now, 1);
  await put("a/ü 1", now - 5, 2);
  expect(await get("a/ü 1")).toEqual({ id: "a/ü 1", time: String(now), clicks: "1" });
  // No such record: an empty answer, and no refusal.
  expect((await records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString: "none" })).Record).toBe(undefined);
  const written = await records.batchWriteRecord({
    Entries: ["b", "c"]
      .map((id) => ({ FeatureGroupName, Record: values({ id, time: String(now), clicks: "7" }) }))
      .concat({ FeatureGroupName, Record: values({ id: "d", time: "yesterday" }) }),
    TtlDuration: { Unit: "Hours", Value: 1 },
  });
  expect(written.UnprocessedEntries).toEqual([]);
  expect(written.Errors).toMatchObject(
    [{ ErrorCode: "ValidationError", ErrorMessage: /yesterday/ }].map((error) => ({
      ...error,
      ErrorMessage: expect.stringMatching(error.ErrorMessage),
    })),
  );
  const batch = await records.batchGetRecord({
    Identifiers: [
      { FeatureGroupName, RecordIdentifiersValueAsString: ["c", "none", "b"], FeatureNames: ["clicks"] },
      { FeatureGroupName: "no-group", RecordIdentifiersValueAsString: ["c"] },
    ],
    ExpirationTimeResponse: "Enabled",
  });
  const ExpiresAt = new Date((now + 3600) * 1000).toISOString();
  expect(batch.Records).toEqual(
    ["c", "b"].map((RecordIdentifierValueAsString) => ({
      ...{ FeatureGroupName, RecordIdentifierValueAsString, Record: values({ clicks: "7" }), ExpiresAt },
    })),
  );
  expect(batch.Errors).toMatchObject([{ FeatureGroupName: "no-group", ErrorCode: "ResourceNotFound" }]);
  await expect(
    records.updateRecord({ FeatureGroupName, RecordIdentifierValueAsString: "b", Features: values({ clicks: "8" }) }),
  ).rejects.toMatchObject({ name: "ValidationError", message: expect.stringContaining("Standard_V2") });
  await sagemaker.updateFeatureGroup({ FeatureGroupName, OnlineStoreConfig: { StorageType: "Standard_V2" } });
  const { OnlineStoreTotalSizeBytes } = await sagemaker.describeFeatureGroup({ FeatureGroupName });
  expect(OnlineStoreTotalSizeBytes).toBeGreaterThan(100);
  await records.updateRecord({
    ...{ FeatureGroupName, RecordIdentifierValueAsString: "b", Features: values({ clicks: "8", ratio: "0.5" }) },
  });
  expect(await get("b")).toEqual({ id: "b", time: String(now), clicks: "8", ratio: "0.5" });
  await expect(
    records.updateRecord({
      ...{ FeatureGroupName, RecordIdentifierValueAsString: "b", Features: values({ time: String(now - 1) }) },
    }),
  ).rejects.toMatchObject({ name: "ConflictException", $metadata: { httpStatusCode: 409 } });
  await expect(
    records.updateRecord({ FeatureGroupName, RecordIdentifierValueAsString: "z", Features: values({ clicks: "8" }) }),
  ).rejects.toMatchObject({ name: "ResourceNotFound", $metadata: { httpStatusCode: 404 } });
  await records.deleteRecord({ FeatureGroupName, RecordIdentifierValueAsString: "c", EventTime: String(now + 1) });
  const listed: string[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await records.listRecords({ FeatureGroupName, MaxResults: 1, NextToken });
    listed.push(...page.RecordIdentifiers!);
    NextToken = page.NextToken;
    if (!NextToken) break;
  }
  expect(listed).toEqual(["a/ü 1", "b"]);
  const all = await records.listRecords({ FeatureGroupName, IncludeSoftDeletedRecords: true });
  expect(all.RecordIdentifiers).toEqual(["a/ü 1", "b", "c"]);
  await expect(
    records.deleteRecord({
      ...{ FeatureGroupName, RecordIdentifierValueAsString: "b", EventTime: String(now), DeletionMode: "HardDelete" },
    }),
  ).rejects.toMatchObject({ name: "ValidationError" });
});

test("groups: two of a name, updates that are refused, lists, tags, deletion", async () => {
  const { sagemaker, records } = clients;
  await expect(sagemaker.createFeatureGroup({ ...clicks, FeatureGroupName })).rejects.toMatchObject({
    name: "ResourceInUse",
  });
  await expect(sagemaker.describeFeatureGroup({ FeatureGroupName: "none" })).rejects.toMatchObject({
    name: "ResourceNotFound",
  });
  const definitions = Array.from({ length: 2497 }, (_, n) => ({
    FeatureName: `f${n}`,
    FeatureType: "Integral" as const,
  }));
  await createGroup(server, "wide", { FeatureDefinitions: [...clicks.FeatureDefinitions, ...definitions.slice(1)] });
  const wide = await sagemaker.describeFeatureGroup({ FeatureGroupName: "wide" });
  expect(wide.FeatureDefinitions).toHaveLength(2500);
  const FeatureAdditions = [{ FeatureName: "more", FeatureType: "String" as const }];
  await expect(sagemaker.updateFeatureGroup({ FeatureGroupName: "wide", FeatureAdditions })).rejects.toMatchObject({
    message: expect.stringContaining("2501"),
  });
  await expect(
    sagemaker.createFeatureGroup({
      ...clicks,
      FeatureGroupName: "wider",
      FeatureDefinitions: [...clicks.FeatureDefinitions, ...definitions],
    }),
  ).rejects.toMatchObject({ name: "ValidationException" });
  await sagemaker.updateFeatureGroup({ FeatureGroupName, FeatureAdditions });
  expect((await sagemaker.describeFeatureGroup({ FeatureGroupName })).FeatureDefinitions).toEqual([
    ...clicks.FeatureDefinitions,
    ...FeatureAdditions,
  ]);
  const { FeatureGroupSummaries } = await sagemaker.listFeatureGroups({ SortBy: "Name", SortOrder: "Ascending" });
  expect(FeatureGroupSummaries!.map((group) => group.FeatureGroupName)).toEqual(["clicks", "wide"]);
  await sagemaker.addTags({ ResourceArn: wide.FeatureGroupArn, Tags: [{ Key: "team", Value: "shop" }] });
  expect((await sagemaker.listTags({ ResourceArn: wide.FeatureGroupArn })).Tags).toHaveLength(1);
  await sagemaker.deleteFeatureGroup({ FeatureGroupName: "wide" });
  const gone = () =>
    sagemaker.describeFeatureGroup({ FeatureGroupName: "wide" }).then(
      () => false,
      () => true,
    );
  await vi.waitUntil(gone, patience);
  await expect(
    records.getRecord({ FeatureGroupName: "wide", RecordIdentifierValueAsString: "1" }),
  ).rejects.toMatchObject({ name: "ResourceNotFound", $metadata: { httpStatusCode: 404 } });
});

test("a kill between an acknowledgement and anything later loses no record", async () => {
  const group = "killed";
  await createGroup(server, group);
  const acknowledged = new Set<string>();
  for (let round = 0; round < 3; round++) {
    let isKilled = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; !isKilled; n++) {
        const id = `${round}-${writer}-${n}`;
        const Record = values({ id, time: "1700000000", clicks: String(n) });
        const answer = await clients.records.putRecord({ FeatureGroupName: group, Record }).catch(() => undefined);
        if (answer) acknowledged.add(id);
      }
    });
    await vi.waitUntil(() => acknowledged.size > (round + 1) * 40, patience);
    await server.kill();
    isKilled = true;
    await Promise.all(writers);
    await server.start();
    clients = featureClients(server);
  }
  const listed = new Set<string>();
  for (let NextToken: string | undefined; ; ) {
    const page = await clients.records.listRecords({ FeatureGroupName: group, NextToken });
    for (const id of page.RecordIdentifiers!) listed.add(id);
    NextToken = page.NextToken;
    if (!NextToken) break;
  }
  expect([...acknowledged].filter((id) => !listed.has(id))).toEqual([]);
});

test("boto3 drives records, and knows the runtime's errors by name", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v3",
    `
import boto3
runtime = boto3.client("sagemaker-featurestore-runtime")
record = [{"FeatureName": "id", "ValueAsString": "boto"}, {"FeatureName": "time", "ValueAsString": "1700000000.25"}, {"FeatureName": "clicks", "ValueAsString": "3"}]
runtime.put_record(FeatureGroupName="clicks", Record=record, TtlDuration={"Unit": "Weeks", "Value": 1000})
answer = runtime.get_record(FeatureGroupName="clicks", RecordIdentifierValueAsString="boto", FeatureNames=["clicks", "time"], ExpirationTimeResponse="Enabled")
print(answer["Record"], answer["ExpiresAt"])
print("Record" in runtime.get_record(FeatureGroupName="clicks", RecordIdentifierValueAsString="nobody"))
for call in (lambda: runtime.put_record(FeatureGroupName="none", Record=record), lambda: runtime.put_record(FeatureGroupName="clicks", Record=record[1:])):
    try:
        call()
    except (runtime.exceptions.ResourceNotFound, runtime.exceptions.ValidationError) as error:
        print(type(error).__name__, error.response["ResponseMetadata"]["HTTPStatusCode"])
print(len(runtime.batch_get_record(Identifiers=[{"FeatureGroupName": "clicks", "RecordIdentifiersValueAsString": ["boto"]}])["Records"]))
print(runtime.list_records(FeatureGroupName="clicks")["RecordIdentifiers"][-1])
runtime.delete_record(FeatureGroupName="clicks", RecordIdentifierValueAsString="boto", EventTime="1700000001", DeletionMode="HardDelete")
`,
  );
  expect(printed.trim().split("\n")).toEqual([
    "[{'FeatureName': 'time', 'ValueAsString': '1700000000.25'}, {'FeatureName': 'clicks', 'ValueAsString': '3'}] 2043-01-13T22:13:20.250Z",
    "False",
    "ResourceNotFound 404",
    "ValidationError 400",
    "1",
    "boto",
  ]);
});
