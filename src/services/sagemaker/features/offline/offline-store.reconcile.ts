import { Fault } from "../../../../aws/faults.ts";
import { defineReconciler, type ReconcileContext } from "../../../../frame/define-reconciler.ts";
import { featureGroup } from "../feature-group.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import { dropOfflineWrites, nextOfflinePosition, readOfflineWrites } from "../offline-journal.ts";
import { writeBatch } from "./offline-batch.ts";
import { addColumns, catalogGrants, definitionsOf } from "./offline-catalog.ts";
import { newStem } from "./offline-file-name.ts";
import { filesToMerge, merge, planMerge } from "./offline-merge.ts";
import { type ActualOfflineStore, type OfflineStoreDocument, offlineStoreKind } from "./offline-store-kind.ts";

/** Writes are gathered so long from the first on, and a store that cannot be written is tried again so often. */
const [gatherMilliseconds, blockedMilliseconds] = [1_000, 5_000];
/** The most writes of one batch. */
const batchWrites = 20_000;

/** Writes what a group accepted to its offline store: batch after batch, each there once wherever the server is killed. */
export const offlineStoreReconciler = defineReconciler({
  kind: offlineStoreKind,
  unfinished: ["Active"],
  grants: () => catalogGrants,
  killPoints: {
    "offline-store:batch-written": "The rows of a batch are in the offline store; the document says that they are not.",
    "offline-store:before-drop": "The document says that a batch is done; its writes are still in the journal.",
    "offline-store:merged": "Small files are one; the document says that they are not.",
  },
  async reconcile(document, context) {
    const { FeatureGroupName } = document.wanted;
    const key = featureGroup.key(context, { FeatureGroupName });
    const group = (await featureGroup.find(context, key)) as FeatureGroupDocument | undefined;
    if (group === undefined || offlineStoreKind.variables(document.key).GroupId !== group.id.toLowerCase())
      return { changes: [{ delete: document.key, expected: document.version }] };
    context.watch(key);
    try {
      const result = await step(document, group, context);
      const { offlineStatus } = group.actual;
      if (offlineStatus?.Status !== "Blocked" || result.idle) return result.what;
      return { ...result.what, changes: [await withStatus(group, { Status: "Active" }, context)] };
    } catch (error) {
      if (context.signal.aborted || !isBlocking(error)) throw error;
      const again = context.clock.now() + blockedMilliseconds;
      const BlockedReason = error.message;
      const before = group.actual.offlineStatus;
      if (before?.Status === "Blocked" && before.BlockedReason === BlockedReason) return { again };
      return { changes: [await withStatus(group, { Status: "Blocked", BlockedReason }, context)], again };
    }
  },
});

/** What the user can mend: the bucket is gone, or the role may not write it. */
const isBlocking = (error: unknown): error is Fault => error instanceof Fault && error.status < 500;

const withStatus = (
  group: FeatureGroupDocument,
  offlineStatus: NonNullable<FeatureGroupDocument["actual"]["offlineStatus"]>,
  context: ReconcileContext,
) => featureGroup.put(context, { ...group, actual: { ...group.actual, offlineStatus } });

interface Step {
  readonly what: { readonly update?: { readonly actual: ActualOfflineStore }; readonly again?: number };
  /** Whether nothing of the store was touched. */
  readonly idle?: true;
}

/** Does the next step: new columns, what was begun, new writes, small files. */
async function step(
  { actual }: OfflineStoreDocument,
  group: FeatureGroupDocument,
  context: ReconcileContext,
): Promise<Step> {
  const { reached } = context.settings;
  const { batch, merge: begun, ...rest } = actual;
  const become = (next: ActualOfflineStore): Step => ({ what: { update: { actual: next } } });
  // Columns come before the writes that have values of them.
  const definitions = definitionsOf(group).length;
  if (definitions > actual.definitions) {
    await addColumns(group, context);
    return become({ ...actual, definitions });
  }
  if (batch) {
    const found = await readOfflineWrites(context, group.id, batchWrites);
    const writes = found.filter(({ position }) => position >= actual.done && position < batch.end);
    const files = writes.length === 0 ? {} : await writeBatch(group, batch, writes, context);
    reached("offline-store:batch-written");
    const grown: Record<string, number> = { ...rest.grown };
    for (const [partition, count] of Object.entries(files)) grown[partition] = (grown[partition] ?? 0) + count;
    return become({ ...rest, done: batch.end, grown: newest(grown) });
  }
  if (begun) {
    await merge(group, begun, context);
    reached("offline-store:merged");
    const { [begun.partition]: _, ...grown } = rest.grown;
    return become({ ...rest, grown: { ...grown, [begun.partition]: 1 } });
  }
  const [first] = await readOfflineWrites(context, group.id, 1);
  if (first && first.position < actual.done) {
    reached("offline-store:before-drop");
    await dropOfflineWrites(context, group.id, actual.done);
  }
  const next = await nextOfflinePosition(context, group.id);
  if (next > actual.done) {
    const [oldest] = await readOfflineWrites(context, group.id, 1);
    const full = (oldest?.writeTime ?? 0) + gatherMilliseconds;
    const isGathering = context.clock.now() < full && next - actual.done < batchWrites;
    // What comes meanwhile need not wake it.
    if (isGathering && group.status !== "Deleting") return { what: { again: full }, idle: true };
    const end = Math.min(next, actual.done + batchWrites);
    return become({ ...rest, batch: { end, stem: newStem(context) } });
  }
  const partition = mostGrown(actual.grown);
  if (partition !== undefined) {
    const planned = await planMerge(group, partition, context);
    const { [partition]: _, ...grown } = rest.grown;
    return become(planned ? { ...rest, merge: planned } : { ...rest, grown });
  }
  context.listen(`offline ${group.id}`, (wake) => context.onlineStore.watchOffline(group.id, wake));
  // One may have come since it was looked.
  const isNew = (await nextOfflinePosition(context, group.id)) > actual.done;
  return { what: isNew ? { again: context.clock.now() } : {}, idle: true };
}

/** The document is small: what has grown least lately is forgotten, and looked at when it grows again. */
const mostPartitions = 1_000;
const newest = (grown: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(grown).slice(-mostPartitions));

const mostGrown = (grown: ActualOfflineStore["grown"]): string | undefined =>
  Object.entries(grown).find(([, count]) => count >= filesToMerge)?.[0];
