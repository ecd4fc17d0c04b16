import { Fault } from "../../../../aws/faults.ts";
import { parseS3Location } from "../../../../aws/s3-location.ts";
import type { ReconcileContext } from "../../../../frame/define-reconciler.ts";
import type { ResourceChange } from "../../../../stores/resources/port.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import { nextOfflinePosition } from "../offline-journal.ts";
import { dataFolder, definitionsOf, makeTable } from "./offline-catalog.ts";
import { offlineStoreKey, offlineStoreKind } from "./offline-store-kind.ts";

/** Makes the table of a new group, and returns what makes the document of its offline store. @throws Fault when it cannot be */
export async function newOfflineStore(
  group: FeatureGroupDocument,
  context: ReconcileContext,
): Promise<readonly ResourceChange[]> {
  const { bucket } = parseS3Location(dataFolder(group))!;
  await context
    .as(group.wanted.RoleArn!)
    .call("s3", "HeadBucket", { Bucket: bucket })
    .catch((error) => {
      if (!(error instanceof Fault) || error.status >= 500) throw error;
      throw new Fault(
        "ValidationException",
        error.status === 404
          ? `The S3 bucket ${bucket} of the offline store does not exist. Make it, and create the group again.`
          : `The role ${group.wanted.RoleArn} may not use the S3 bucket ${bucket} of the offline store: ${error.message}`,
      );
    });
  await makeTable(group, context);
  const key = offlineStoreKey(context, group.id);
  if (await context.resources.get(key)) return [];
  const now = context.clock.now();
  const store = {
    ...{ key, id: context.ids.ulid(), origin: context.origin, status: "Active", created: now, modified: now },
    wanted: { FeatureGroupName: group.wanted.FeatureGroupName! },
    actual: { done: 0, definitions: definitionsOf(group).length, grown: {} },
  };
  return [await offlineStoreKind.put(context, store)];
}

/** Whether the offline store of a group that is being deleted has all that was accepted; a store that is Blocked never will. */
export async function hasEverything(group: FeatureGroupDocument, context: ReconcileContext): Promise<boolean> {
  const key = offlineStoreKey(context, group.id);
  context.watch(key);
  const store = await offlineStoreKind.find(context, key);
  if (!store || group.actual.offlineStatus?.Status === "Blocked") return true;
  return !store.actual.batch && store.actual.done >= (await nextOfflinePosition(context, group.id));
}
