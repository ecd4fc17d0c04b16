import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { type CreateFeatureGroup, checkDefinitions, type FeatureDefinition } from "./feature-definition.ts";
import type { FeatureGroupDocument, FeatureGroupState } from "./feature-group-state.ts";
import { featureAdditions } from "./feature-metadata.ts";
import { checkThroughput } from "./group-stores.ts";

type UpdateFeatureGroup = InputOf<typeof import("@aws-sdk/client-sagemaker"), "UpdateFeatureGroup">;
type OnlineStoreConfig = NonNullable<CreateFeatureGroup["OnlineStoreConfig"]>;

const dayMilliseconds = 86_400_000;

/** Returns what UpdateFeatureGroup makes of a group. @throws Fault */
export async function changeGroup(
  { key, wanted, actual }: FeatureGroupDocument,
  input: UpdateFeatureGroup,
  context: Context,
): Promise<{
  readonly wanted: CreateFeatureGroup;
  readonly actual: FeatureGroupState;
  readonly changes: readonly ResourceChange[];
}> {
  const { clock } = context;
  const { FeatureAdditions: added = [], OnlineStoreConfig: online, ThroughputConfig: throughput } = input;
  if (added.length === 0 && !online && !throughput)
    throw validationFault("There is nothing to update: give FeatureAdditions, OnlineStoreConfig or ThroughputConfig.");
  const present = wanted.FeatureDefinitions as readonly FeatureDefinition[];
  checkDefinitions(added, present, wanted);
  const isOnDemand = throughput?.ThroughputMode === "OnDemand";
  const wasOnDemand = (wanted.ThroughputConfig?.ThroughputMode ?? "OnDemand") === "OnDemand";
  const since = actual.onDemandSince;
  if (isOnDemand && !wasOnDemand && since !== undefined && clock.now() - since < dayMilliseconds)
    throw validationFault(
      `Throughput was set to OnDemand at ${new Date(since).toISOString()}; it can be set so once in 24 hours.`,
    );
  const kept = isOnDemand ? undefined : wanted.ThroughputConfig;
  const ThroughputConfig = throughput
    ? {
        ...kept,
        ...throughput,
        ThroughputMode: throughput.ThroughputMode ?? kept?.ThroughputMode ?? ("OnDemand" as const),
      }
    : wanted.ThroughputConfig;
  checkThroughput(ThroughputConfig, wanted);
  return {
    wanted: {
      ...wanted,
      FeatureDefinitions: [...present, ...added],
      OnlineStoreConfig: online ? changeOnline(wanted.OnlineStoreConfig, online) : wanted.OnlineStoreConfig,
      ThroughputConfig,
    },
    actual: {
      ...actual,
      lastUpdate: { Status: "Successful" },
      onDemandSince: isOnDemand && !wasOnDemand ? clock.now() : since,
    },
    changes: await featureAdditions(context, { key, name: wanted.FeatureGroupName!, created: clock.now() }, added),
  };
}

/** Time to live counts for records that are written from now on. A Standard store may become a Standard_V2 one. */
function changeOnline(
  present: OnlineStoreConfig | undefined,
  { TtlDuration, StorageType }: NonNullable<UpdateFeatureGroup["OnlineStoreConfig"]>,
): OnlineStoreConfig {
  if (!present?.EnableOnlineStore)
    throw validationFault("OnlineStoreConfig cannot be updated: the feature group has no online store.");
  const was = present.StorageType ?? "Standard";
  if (StorageType !== undefined && StorageType !== was && !(was === "Standard" && StorageType === "Standard_V2"))
    throw validationFault(
      `OnlineStoreConfig.StorageType is ${was} and cannot become ${StorageType}; only Standard can become Standard_V2.`,
    );
  return { ...present, ...(TtlDuration && { TtlDuration }), ...(StorageType && { StorageType }) };
}
