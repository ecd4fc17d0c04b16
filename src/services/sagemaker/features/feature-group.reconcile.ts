import { Fault } from "../../../aws/faults.ts";
import { defineReconciler, type ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { CreateFeatureGroup } from "./feature-definition.ts";
import { featureGroup } from "./feature-group.ts";
import type { FeatureGroupDocument, FeatureGroupState } from "./feature-group-state.ts";
import { featureDeletions } from "./feature-metadata.ts";
import { hasEverything, newOfflineStore } from "./offline/new-offline-store.ts";
import { catalogGrants } from "./offline/offline-catalog.ts";

/** Makes a group's stores, and removes the online one of a deleted group. The offline store's data stay. */
export const featureGroupReconciler = defineReconciler<CreateFeatureGroup, FeatureGroupState>({
  kind: featureGroup,
  unfinished: ["Creating", "Deleting"],
  grants: () => catalogGrants,
  killPoints: {
    "feature-group:created": "The group is written; nothing of its stores is made.",
    "feature-group:before-removed": "The online records are gone; the document of the deleted group is still there.",
  },
  async reconcile(document, context) {
    const { key, id, status, version, actual } = document;
    const { onlineStore, settings } = context;
    if (status === "Creating") {
      settings.reached("feature-group:created");
      return create(document, context);
    }
    // What was accepted is in the offline store before the journal goes.
    if (actual.offline && !(await hasEverything(document, context))) return {};
    await onlineStore.drop(id);
    settings.reached("feature-group:before-removed");
    return { changes: [...(await featureDeletions(context, key)), { delete: key, expected: version }] };
  },
});

async function create(group: FeatureGroupDocument, context: ReconcileContext) {
  const { actual } = group;
  try {
    const changes = actual.offline ? await newOfflineStore(group, context) : [];
    return { update: { status: "Created", actual }, changes };
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    return { update: { status: "CreateFailed", actual: { ...actual, failureReason: error.message } } };
  }
}
