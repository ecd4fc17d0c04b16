import { Fault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { checkDefinitions, checkKeyFeatures, type FeatureDefinition } from "./feature-definition.ts";
import type { FeatureGroupState } from "./feature-group-state.ts";
import { changeGroup } from "./feature-group-update.ts";
import { featureAdditions } from "./feature-metadata.ts";
import { contextChanges } from "./group-contexts.ts";
import { checkStores, groupRefusal, resolvedOffline } from "./group-stores.ts";

/** A group of features: its definitions, and the stores that its records are in. */
export const featureGroup = defineResource({
  service: "sagemaker",
  kind: "feature-group",
  arn: "feature-group/{FeatureGroupName}",
  title: "Feature group",
  tags: true,
  search: "FeatureGroup",
  statuses: {
    Creating: { final: false, refusesUpdate: groupRefusal("updated"), refusesDelete: groupRefusal("deleted") },
    Created: { final: true, tone: "good" },
    CreateFailed: { final: true, tone: "bad", refusesUpdate: groupRefusal("updated") },
    Deleting: { final: false, refusesUpdate: groupRefusal("updated"), refusesDelete: groupRefusal("deleted") },
    DeleteFailed: { final: true, tone: "bad", refusesUpdate: groupRefusal("updated") },
  },
  running: ["Creating", "Deleting"],
  labels: { offlineStatus: ({ actual }) => actual.offlineStatus?.Status },
  shownReason: ({ actual }: { readonly actual: FeatureGroupState }) => actual.failureReason,
  missing: ({ name }) =>
    new Fault("ResourceNotFound", `Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name ${name}`),
  existing: ({ name }) =>
    new Fault(
      "ResourceInUse",
      `Resource Already Exists: FeatureGroup with name ${name} already exists. Choose a different name.`,
    ),
  create: {
    operation: "CreateFeatureGroup",
    async begin(input, context) {
      const definitions = input.FeatureDefinitions as readonly FeatureDefinition[];
      checkStores(input);
      checkDefinitions(definitions, [], input);
      checkKeyFeatures(input, definitions);
      await checkExecutionRole(context, input.RoleArn);
      const created = context.clock.now();
      const createdEpoch = Math.floor(created / 1000);
      const offline = resolvedOffline(input, context, createdEpoch);
      const actual: FeatureGroupState = {
        createdEpoch,
        offline,
        offlineStatus: offline ? { Status: "Active" } : undefined,
        onDemandSince: input.ThroughputConfig?.ThroughputMode === "OnDemand" ? created : undefined,
      };
      const key = featureGroup.key(context, { FeatureGroupName: input.FeatureGroupName! });
      const named = { key, arn: featureGroup.arn(key), name: input.FeatureGroupName!, created };
      const features = await featureAdditions(context, named, definitions);
      const changes: ResourceChange[] = [...features, ...(await contextChanges(context, named))];
      return { status: "Creating" as const, created, actual, changes };
    },
    output: (FeatureGroupArn) => ({ FeatureGroupArn }),
  },
  describe: {
    operation: "DescribeFeatureGroup",
    output: async ({ wanted, actual, id, status, created, modified }, FeatureGroupArn, { onlineStore }) => ({
      FeatureGroupArn,
      FeatureGroupName: wanted.FeatureGroupName,
      RecordIdentifierFeatureName: wanted.RecordIdentifierFeatureName,
      EventTimeFeatureName: wanted.EventTimeFeatureName,
      FeatureDefinitions: wanted.FeatureDefinitions,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      OnlineStoreConfig: wanted.OnlineStoreConfig,
      OfflineStoreConfig: actual.offline,
      ThroughputConfig: { ThroughputMode: "OnDemand" as const, ...wanted.ThroughputConfig },
      RoleArn: wanted.RoleArn,
      FeatureGroupStatus: status as "Created",
      OfflineStoreStatus: actual.offlineStatus,
      LastUpdateStatus: actual.lastUpdate,
      FailureReason: actual.failureReason,
      Description: wanted.Description,
      OnlineStoreTotalSizeBytes: wanted.OnlineStoreConfig?.EnableOnlineStore ? await onlineStore.bytes(id) : undefined,
      // All definitions are on the first page.
      NextToken: "",
    }),
  },
  list: {
    operation: "ListFeatureGroups",
    member: "FeatureGroupSummaries",
    descending: true,
    filters: {
      FeatureGroupStatusEquals: "status",
      OfflineStoreStatusEquals: "label offlineStatus",
    },
    sorts: { FeatureGroupStatus: "status", OfflineStoreStatus: "label:offlineStatus" },
    summary: ({ wanted, actual, status, created }, FeatureGroupArn) => ({
      FeatureGroupName: wanted.FeatureGroupName,
      FeatureGroupArn,
      CreationTime: new Date(created),
      FeatureGroupStatus: status as "Created",
      OfflineStoreStatus: actual.offlineStatus,
    }),
  },
  update: {
    operation: "UpdateFeatureGroup",
    change: (document, input, context) => changeGroup(document, input, context),
    output: (FeatureGroupArn) => ({ FeatureGroupArn }),
  },
  delete: {
    operation: "DeleteFeatureGroup",
    begin: ({ actual }): { status: "Deleting"; actual: FeatureGroupState } => ({ status: "Deleting", actual }),
  },
});
