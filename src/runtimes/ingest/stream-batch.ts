/** A record of a stream. */
export interface StreamRecord {
  /** The sequence number or the offset. */
  readonly position: string;
  readonly key: string;
  readonly body: Buffer;
}

/** Records that follow each other in a shard or a partition. */
export interface StreamBatch {
  /** The shard or the partition. */
  readonly place: string;
  readonly records: readonly StreamRecord[];
  /** Of the last record. */
  readonly position: string;
}
