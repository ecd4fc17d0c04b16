import { defineReconciler } from "../../../frame/define-reconciler.ts";
import type { CreateFeatureGroup } from "./feature-definition.ts";
import { featureGroup } from "./feature-group.ts";
import type { FeatureGroupState } from "./feature-group-state.ts";
import { featureDeletions } from "./feature-metadata.ts";

/** Makes a group's stores, and removes the online one of a deleted group. The offline store's data stay. */
export const featureGroupReconciler = defineReconciler<CreateFeatureGroup, FeatureGroupState>({
  kind: featureGroup,
  unfinished: ["Creating", "Deleting"],
  killPoints: {
    "feature-group:created": "The group is written; nothing of its stores is made.",
    "feature-group:before-removed": "The online records are gone; the document of the deleted group is still there.",
  },
  async reconcile({ key, id, status, version, actual }, context) {
    const { onlineStore, settings } = context;
    if (status === "Creating") {
      settings.reached("feature-group:created");
      return { update: { status: "Created", actual } };
    }
    await onlineStore.drop(id);
    settings.reached("feature-group:before-removed");
    return { changes: [...(await featureDeletions(context, key)), { delete: key, expected: version }] };
  },
});
