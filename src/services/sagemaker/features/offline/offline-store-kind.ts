import { defineKind } from "../../../../frame/define-kind.ts";
import type { Place } from "../../../../frame/kind-naming.ts";
import type { ResourceDocument } from "../../../../stores/resources/port.ts";

export interface WantedOfflineStore {
  readonly FeatureGroupName: string;
}

/** Writes that are being made files of: all before `end`. Whoever finds it does it anew, under the same names. */
export interface OfflineBatch {
  /** The position after the last write. */
  readonly end: number;
  /** How the names of its files begin: "20260131T080000Z_" and 12 letters and digits. */
  readonly stem: string;
}

/** Small files of a partition that become one. */
export interface OfflineMerge {
  /** Below the store's folder: "year=2026/month=01/day=31/hour=08". Of Iceberg a day: "2026-01-31". */
  readonly partition: string;
  readonly stem: string;
  /** The names of the files in the partition that go; of Iceberg their paths. */
  readonly sources: readonly string[];
}

export interface ActualOfflineStore {
  /** The position before which every write is in the offline store. */
  readonly done: number;
  readonly batch?: OfflineBatch;
  readonly merge?: OfflineMerge;
  /** How many definitions of the group the table has columns for. */
  readonly definitions: number;
  /** Partitions with new files since they were looked through for small ones, each with how many files it got. */
  readonly grown: Readonly<Record<string, number>>;
}

export type OfflineStoreDocument = ResourceDocument<WantedOfflineStore, ActualOfflineStore>;

/** What is known of the offline store of a feature group while the group is there: how far its files have come. */
export const offlineStoreKind = defineKind<WantedOfflineStore, ActualOfflineStore, "Active">({
  service: "sagebrush",
  kind: "offline-store",
  key: ["GroupId"],
  statuses: { Active: { final: false } },
});

/** `groupId`: the id of the group's document. */
export const offlineStoreKey = (place: Place, groupId: string) => offlineStoreKind.key(place, { GroupId: groupId });
