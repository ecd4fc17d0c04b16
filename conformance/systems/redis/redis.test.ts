import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordStoreContract } from "../../../src/stores/records/record-store.contract.ts";
import { createRedisRecordStore } from "../../../src/stores/records/redis.ts";
import { patience } from "../../clients.ts";
import { hourOf, makeClicks, putClick, rowsOf } from "../../feature-groups.ts";
import { createGroup, featureClients, plain, values } from "../../feature-records.ts";
import { createTestServer, type TestServer } from "../../server.ts";
import { isOnPath } from "../installation.ts";
import { installed } from "../installed.ts";
import { redis as system } from "./redis.ts";
import { type RunningRedis, startRedis } from "./start-redis.ts";

let redis: RunningRedis | undefined;
beforeAll(async () => {
  if (isOnPath("redis-server")) redis = await startRedis();
});
afterAll(() => redis?.stop());

test("is installed", (context) => installed(context, system));

describe.runIf(isOnPath("redis-server"))("a real Redis", () => {
  let number = 0;
  recordStoreContract("Redis", () => {
    const prefix = `{${++number}}:`;
    return () => createRedisRecordStore({ url: redis!.url, prefix });
  });

  test("holds the online records of all processes of a server, also after a kill, in the order of events", async () => {
    const environment = { SAGEBRUSH_ONLINE_STORE: redis!.url };
    // Documents are each server's own, so the two are one home after the other.
    const server: TestServer = await createTestServer({ environment: { ...environment, SAGEBRUSH_WORKERS: "2" } });
    try {
      await server.start();
      await createGroup(server, "shared");
      const { table } = await makeClicks(server, "history");
      // A worker writes to Redis by itself, and the control process hears of it, also when it has written before.
      for (const Id of ["one", "two"]) {
        await putClick(server, "history", { Id, time: hourOf(8) });
        const seen = () => rowsOf(server, `SELECT count(*) FROM ${table} WHERE id = '${Id}'`);
        await expect.poll(seen, patience).toEqual([["1"]]);
      }
      const { records } = featureClients(server);
      const put = (id: string, time: number, clicks: number) =>
        records.putRecord({
          FeatureGroupName: "shared",
          Record: values({ id, time: String(time), clicks: String(clicks) }),
        });
      // Both workers write the same records at once: the latest event is there in the end.
      await Promise.all(Array.from({ length: 200 }, (_, n) => put(`r${n % 4}`, 1_700_000_000 + n, n)));
      const got = await Promise.all(
        [0, 1, 2, 3].map(async (n) =>
          plain(
            (await records.getRecord({ FeatureGroupName: "shared", RecordIdentifierValueAsString: `r${n}` })).Record,
          ),
        ),
      );
      expect(got.map((record) => record!.clicks)).toEqual(["196", "197", "198", "199"]);
      await server.kill();
      await server.start();
      const after = await featureClients(server).records.getRecord({
        ...{ FeatureGroupName: "shared", RecordIdentifierValueAsString: "r3" },
      });
      expect(plain(after.Record)!.clicks).toBe("199");
    } finally {
      await server.close();
    }
  });

  test("keeps homes apart: one that is reset leaves the records of another", async () => {
    const environment = { SAGEBRUSH_ONLINE_STORE: redis!.url };
    const servers = await Promise.all([createTestServer({ environment }), createTestServer({ environment })]);
    const read = async (server: TestServer) =>
      (
        await featureClients(server).records.getRecord({ FeatureGroupName: "own", RecordIdentifierValueAsString: "a" })
      ).Record?.find(({ FeatureName }) => FeatureName === "clicks")?.ValueAsString;
    try {
      for (const [number, server] of servers.entries()) {
        await server.start();
        await createGroup(server, "own");
        await featureClients(server).records.putRecord({
          FeatureGroupName: "own",
          Record: values({ id: "a", time: "1700000000", clicks: String(number) }),
        });
      }
      expect(await Promise.all(servers.map(read))).toEqual(["0", "1"]);
      await servers[0]!.sagebrush("reset", "--yes");
      expect(await read(servers[1]!)).toBe("1");
    } finally {
      for (const server of servers) await server.close();
    }
  });
});

test("a Redis that is not there is named", async () => {
  const store = createRedisRecordStore({ url: "redis://:secret@127.0.0.1:1/2", prefix: "" });
  const refused = await store.get("s", ["a"]).catch((error) => error);
  expect(refused).toMatchObject({ code: "ServiceUnavailable", status: 503 });
  expect(refused.message).toContain("redis://127.0.0.1:1/2");
  expect(refused.message).not.toContain("secret");
  await store.close();
});
