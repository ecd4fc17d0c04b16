/** Where records come from: the shards of a data stream of Kinesis, or the partitions of a topic of Kafka. */
export type IngestSource =
  | { readonly kind: "kinesis"; readonly streamArn: string }
  | { readonly kind: "kafka"; readonly brokers: readonly string[]; readonly topic: string };

/** How far each shard or partition has been read: the sequence number or the offset of its last record. */
export type IngestCheckpoint = Readonly<Record<string, string>>;

/** What a run that takes records into a feature group is told. */
export interface IngestPlan {
  readonly group: string;
  readonly source: IngestSource;
  /** Where records go that the group refuses: "s3://bucket/prefix". */
  readonly deadLetter: string;
  readonly checkpoint: IngestCheckpoint;
}

/** The plan's file below /opt/ml. */
export const ingestPlanFile = "ingest-plan.json";
/** The state by which a run tells how far it has come; its detail is the checkpoint of what has changed. */
export const checkpointState = "Checkpoint";
