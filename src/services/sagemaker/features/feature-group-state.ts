import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { CreateFeatureGroup } from "./feature-definition.ts";
import type { OfflineStoreConfig } from "./group-stores.ts";

/** The actual state of a feature group. */
export interface FeatureGroupState {
  /** Seconds since 1970: part of the names of the group's table, folder and contexts. */
  readonly createdEpoch: number;
  /** The store as it is: with its folder and its table. */
  readonly offline?: OfflineStoreConfig;
  readonly offlineStatus?: { readonly Status: "Active" | "Blocked" | "Disabled"; readonly BlockedReason?: string };
  readonly lastUpdate?: { readonly Status: "Successful" | "Failed" | "InProgress"; readonly FailureReason?: string };
  readonly failureReason?: string;
  /** When throughput was last set to OnDemand, in milliseconds since 1970. */
  readonly onDemandSince?: number;
}

export type FeatureGroupDocument = ResourceDocument<CreateFeatureGroup, FeatureGroupState>;
