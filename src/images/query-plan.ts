/** An input of a job that has the rows of a query. */
export interface PlannedQuery {
  readonly name: string;
  /** The folder that its files are written to, below /opt/ml. */
  readonly folder: string;
  readonly query: SourceQuery;
}

/** What is asked, and whom. It holds no secret. */
export type SourceQuery = AthenaQuery | DatabaseQuery;

/** Athena answers it as the job's role, in files at a place in S3 of which the job has copies. */
export interface AthenaQuery {
  readonly kind: "athena";
  readonly sql: string;
  readonly catalog?: string;
  readonly database?: string;
  readonly workGroup?: string;
  /** The place in S3 below which the files go, in a folder of their own. */
  readonly outputUri: string;
  /** As UNLOAD calls it: "PARQUET". */
  readonly format: string;
  readonly compression?: string;
}

export const databaseKinds = ["redshift", "postgresql", "mysql", "snowflake"] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** A database answers it, by a connection that the server knows. */
export interface DatabaseQuery {
  readonly kind: DatabaseKind;
  readonly sql: string;
  /** What the connection is found by, the first that is known: its name, a cluster's identifier, a secret's ARN. */
  readonly names: readonly string[];
  /** In place of the connection's own. */
  readonly database?: string;
  readonly format: "parquet" | "csv";
}
