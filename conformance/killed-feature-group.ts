import { expect } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import {
  featureBucket,
  featureRole,
  hourOf,
  makeBucket,
  makeClicks,
  offlineOf,
  putClick,
  rowsOf,
} from "./feature-groups.ts";
import type { KilledKind } from "./killed-kind.ts";

const group = async (...[server, FeatureGroupName]: Parameters<KilledKind["cause"]>) => ({
  ...{ FeatureGroupName, RecordIdentifierFeatureName: "Id", EventTimeFeatureName: "time" },
  FeatureDefinitions: ["Id", "time"].map((FeatureName) => ({ FeatureName, FeatureType: "String" as const })),
  OnlineStoreConfig: { EnableOnlineStore: true },
  OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${featureBucket}/store` } },
  RoleArn: await featureRole(server),
});

/** A group that is made with its table, or deleted with all that was accepted in its files. */
export const killedFeatureGroup: KilledKind = {
  prepare: (server) => makeBucket(server, featureBucket).then(() => undefined),
  async before(server, name, point) {
    if (!point.endsWith("before-removed")) return;
    await makeClicks(server, name);
    await putClick(server, name, { Id: "a", time: hourOf(8) });
  },
  async cause(server, name, point) {
    const { sagemaker } = clientsOf(server);
    const asked = point.endsWith("before-removed")
      ? sagemaker.deleteFeatureGroup({ FeatureGroupName: name })
      : sagemaker.createFeatureGroup(await group(server, name, point));
    await asked.catch(() => {});
  },
  async check(server, name, point) {
    const { sagemaker } = clientsOf(server);
    const status = () =>
      sagemaker.describeFeatureGroup({ FeatureGroupName: name }).then(
        ({ FeatureGroupStatus }) => FeatureGroupStatus,
        (error: Error) => error.name,
      );
    if (point.endsWith("before-removed")) {
      await expect.poll(status, patience).toBe("ResourceNotFound");
      return;
    }
    await expect.poll(status, patience).toBe("Created");
    const { table } = await offlineOf(server, name);
    await putClick(server, name, { Id: "a", time: hourOf(8) });
    await expect.poll(() => rowsOf(server, `SELECT id FROM ${table}`), patience).toEqual([["a"]]);
    await sagemaker.deleteFeatureGroup({ FeatureGroupName: name });
  },
};

const writes = 10;

/** Writes that become files, one after the other where files are to be merged. */
export const killedOfflineStore: KilledKind = {
  prepare: (server) => makeBucket(server, featureBucket).then(() => undefined),
  async before(server, name) {
    await makeClicks(server, name);
  },
  async cause(server, name, point) {
    const { table } = await offlineOf(server, name);
    for (let n = 1; n <= writes; n++) {
      const wrote = await putClick(server, name, { Id: String(n), time: hourOf(8, n) }).catch(() => undefined);
      if (!wrote) return;
      if (!point.endsWith("merged")) continue;
      // A file each: the next write waits until this one is seen, or the server is gone.
      const seen = async () => (await rowsOf(server, `SELECT count(*) FROM ${table}`))[0]![0];
      const isSeen = expect.poll(seen, patience).toBe(String(n));
      await Promise.race([server.ended(), isSeen.catch(() => {})]);
    }
  },
  async check(server, name) {
    const { table } = await offlineOf(server, name);
    for (let n = 1; n <= writes; n++) await putClick(server, name, { Id: `after-${n}`, time: hourOf(9) });
    const after = async () =>
      Number((await rowsOf(server, `SELECT count(*) FROM ${table} WHERE id LIKE 'after-%'`))[0]![0]);
    await expect.poll(after, patience).toBe(writes);
    const [[rows, ids]] = (await rowsOf(server, `SELECT count(*), count(DISTINCT id) FROM ${table}`)) as [string[]];
    expect(rows).toBe(ids);
    await clientsOf(server).sagemaker.deleteFeatureGroup({ FeatureGroupName: name });
  },
};
