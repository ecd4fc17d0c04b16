/** A feature group as its history is read: Parquet files below a prefix, and which of its features are wanted. */
export interface HistoryGroup {
  readonly name: string;
  readonly bucket: string;
  /** All objects below it are files of the group. */
  readonly prefix: string;
  readonly identifier: string;
  readonly eventTime: string;
  /** Whether the event time is a text in ISO-8601; else it is seconds since 1970. */
  readonly isoTime: boolean;
  /** All features, with the types of their columns in Hive's words. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly wanted: readonly string[];
}

/** What is joined: rows of a file with an identifier and a time, each with the features as they were then. */
export interface HistoryPlan {
  /** A file of CSV with a header, or of Parquet. */
  readonly base: string;
  readonly identifier: string;
  readonly time: string;
  readonly groups: readonly HistoryGroup[];
  /** Records that were written later do not count; in milliseconds since 1970. */
  readonly asOf?: number;
  /** Whether rows stay for which a group has no record yet. */
  readonly keepsAll: boolean;
  /** Ends in .csv or .parquet. */
  readonly output: string;
}
