import type { Context } from "../../../frame/context.ts";
import type { FeatureValue } from "./feature-value.ts";

/**
 * The seam between the online and the offline store. Every accepted write whose target is the offline store is an entry
 * of its group's journal, written in one transaction with the online record, and durable before the write is
 * acknowledged. The offline store reads entries from the first on, writes them to Parquet, and then drops them. Entries
 * are in the order in which they were accepted; their positions are 0, 1, 2, ... without gaps and never used again, so
 * who remembers the position up to which Parquet was written does nothing twice after a kill.
 *
 * An entry's data is this as JSON.
 */
export interface OfflineWrite {
  /** The features that have a value, as the client gave them; of a deletion the identifier and the event time alone. */
  readonly record: readonly FeatureValue[];
  /** Milliseconds since 1970, with fractions where a Fractional event time has them. */
  readonly eventTime: number;
  readonly isDeleted: boolean;
  /** When the request came, in milliseconds since 1970. */
  readonly apiInvocationTime: number;
  /** When it was accepted, in milliseconds since 1970. */
  readonly writeTime: number;
}

export interface PositionedWrite extends OfflineWrite {
  readonly position: number;
}

export const offlineEntry = (write: OfflineWrite): string => JSON.stringify(write);

/** Returns the first writes that the offline store of a group has not dropped. `groupId` is the id of its document. */
export async function readOfflineWrites(
  { onlineStore }: Pick<Context, "onlineStore">,
  groupId: string,
  limit: number,
): Promise<readonly PositionedWrite[]> {
  const entries = await onlineStore.offlineEntries(groupId, limit);
  return entries.map(({ position, data }) => ({ ...(JSON.parse(data) as OfflineWrite), position }));
}

/** Returns the position that the next write gets: it grows with every write. */
export const nextOfflinePosition = ({ onlineStore }: Pick<Context, "onlineStore">, groupId: string): Promise<number> =>
  onlineStore.offlineNext(groupId);

/** Removes the writes before a position, when the offline store has them. */
export const dropOfflineWrites = (
  { onlineStore }: Pick<Context, "onlineStore">,
  groupId: string,
  before: number,
): Promise<void> => onlineStore.dropOffline(groupId, before);
