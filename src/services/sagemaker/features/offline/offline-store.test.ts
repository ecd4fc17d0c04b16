import { expect, test } from "vitest";
import { createTestContext } from "../../../../server/request/test-context.ts";
import { database } from "../../../data/glue/database.ts";
import { table } from "../../../data/glue/table.ts";
import { bucket } from "../../../platform/s3/bucket.ts";
import { lineageContext } from "../../lineage/context.ts";
import { makeGroup, valuesOf } from "../feature-group.fixture.ts";
import { featureGroup } from "../feature-group.ts";
import { featureMetadata } from "../feature-metadata.ts";
import { record } from "../record.ts";
import { offlineStoreReconciler } from "./offline-store.reconcile.ts";
import { type OfflineStoreDocument, offlineStoreKey } from "./offline-store-kind.ts";

test("a write wakes the offline store, which takes it a second after the first that waits: nothing looks for writes", async () => {
  let now = Date.UTC(2026, 0, 1);
  const context = createTestContext({
    units: [featureGroup, featureMetadata, lineageContext, record, bucket, database, table],
    clock: { now: () => now },
  });
  const { id } = await makeGroup(context);
  const wakes: (() => void)[] = [];
  let woken = 0;
  const listen = (_: string, begin: (wake: () => void) => () => void) => wakes.push(begin(() => woken++));
  /** Reconciles as the engine would, and keeps what comes of it. */
  const step = async () => {
    for (const end of wakes.splice(0)) end();
    const document = (await context.resources.get(offlineStoreKey(context, id))) as OfflineStoreDocument;
    const { again, update } = (await offlineStoreReconciler.reconcile(document, {
      ...{ ...context, watch: () => {}, listen, signal: new AbortController().signal },
    } as never)) as { readonly again?: number; readonly update?: Pick<OfflineStoreDocument, "actual"> };
    if (update) await context.resources.write([{ put: { ...document, ...update }, expected: document.version }]);
    return { again, batch: update?.actual.batch };
  };
  const put = (second: number) =>
    context.call("sagemaker-featurestore-runtime", "PutRecord", {
      FeatureGroupName: "clicks",
      Record: valuesOf({ id: "1", time: `2026-01-01T00:00:0${second}Z` }),
    });

  // With nothing to do it asks for no later time, and listens.
  expect(await step()).toEqual({});
  expect([wakes.length, woken]).toEqual([1, 0]);
  await put(1);
  expect(woken).toBe(1);
  // What comes while it gathers need not wake it, and goes along.
  expect(await step()).toEqual({ again: now + 1_000 });
  expect(wakes).toEqual([]);
  now += 400;
  await put(2);
  expect(woken).toBe(1);
  expect(await step()).toEqual({ again: now + 600 });
  now += 600;
  expect((await step()).batch?.end).toBe(2);
});
