/** Something a run may do: actions such as "s3:GetObject" on resources named by ARN. A `*` at the end is any rest. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Who a request comes from, known by its signature. */
export interface Caller {
  /** `administrator` may do everything; a `run` may do what its grants say. */
  readonly kind: "administrator" | "run";
  readonly account: string;
  /** As GetCallerIdentity answers it. */
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
  /** Of a run only. */
  readonly runId?: string;
  readonly grants?: readonly Grant[];
}
