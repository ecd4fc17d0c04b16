import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGroup, featureClients, plain, values } from "./feature-records.ts";
import { createTestServer, type TestServer } from "./server.ts";

const FeatureGroupName = "shared";
let server: TestServer;

beforeAll(async () => {
  server = await createTestServer({ environment: { SAGEBRUSH_WORKERS: "2" } });
  await server.start();
  await createGroup(server, FeatureGroupName, {
    OnlineStoreConfig: { EnableOnlineStore: true, StorageType: "Standard_V2" },
  });
});
afterAll(() => server.close());

/** Two clients have connections of their own, which go to different workers. */
const clients = () => [featureClients(server).records, featureClients(server).records] as const;
const put = (records: ReturnType<typeof clients>[0], id: string, time: number) =>
  records.putRecord({ FeatureGroupName, Record: values({ id, time: String(time), clicks: String(time % 1000) }) });

test("what one worker acknowledged the other one answers at once", async () => {
  const [one, other] = clients();
  for (let time = 1_700_000_000; time < 1_700_000_040; time++) {
    await put(time % 2 ? one : other, "a", time);
    const { Record } = await (time % 2 ? other : one).getRecord({
      FeatureGroupName,
      RecordIdentifierValueAsString: "a",
    });
    expect(plain(Record)!.time).toBe(String(time));
  }
  await one.updateRecord({ FeatureGroupName, RecordIdentifierValueAsString: "a", Features: values({ ratio: "1.5" }) });
  const { Records } = await other.batchGetRecord({
    Identifiers: [{ FeatureGroupName, RecordIdentifiersValueAsString: ["a"] }],
  });
  expect(plain(Records![0]!.Record)).toMatchObject({ ratio: "1.5", time: "1700000039" });
  const late = { FeatureGroupName, RecordIdentifierValueAsString: "a", EventTime: "1700000001" };
  await expect(other.deleteRecord({ ...late, DeletionMode: "HardDelete" })).rejects.toMatchObject({
    name: "ValidationError",
  });
  const written = await one.batchWriteRecord({
    Entries: ["b", "c"].map((id) => ({ FeatureGroupName, Record: values({ id, time: "1700000000" }) })),
  });
  expect(written.Errors).toEqual([]);
  expect((await other.listRecords({ FeatureGroupName })).RecordIdentifiers).toEqual(["a", "b", "c"]);
});

test("a worker that is killed loses no record that it acknowledged", async () => {
  const acknowledged: string[] = [];
  const [one, other] = clients();
  let isKilled = false;
  const writing = [one, other].map(async (records, writer) => {
    for (let n = 0; !isKilled || n < 20; n++) {
      const id = `k-${writer}-${n}`;
      const done = await put(records, id, 1_700_000_000).then(
        () => true,
        () => false,
      );
      if (done) acknowledged.push(id);
      if (n > 400) return;
    }
  });
  const [{ pid }] = JSON.parse(readFileSync(join(server.home, "workers.json"), "utf8")) as [{ pid: number }];
  process.kill(pid, "SIGKILL");
  isKilled = true;
  await Promise.all(writing);
  expect(acknowledged.length).toBeGreaterThan(20);
  for (const id of acknowledged) {
    const { Record } = await featureClients(server).records.getRecord({
      FeatureGroupName,
      RecordIdentifierValueAsString: id,
    });
    expect(plain(Record)).toMatchObject({ id });
  }
});
