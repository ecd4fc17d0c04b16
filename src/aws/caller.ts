/**
 * Permits actions such as "s3:GetObject" on resources named by ARN. A `*` at the end matches any rest; a `*` between
 * the colons of an ARN matches any region or account.
 */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Resources that the grant does not cover, named in the same way. */
  readonly except?: readonly string[];
}

/** What a caller may do: everything that a grant of `allow` covers and no grant of `deny` does. */
export interface Grants {
  readonly allow: readonly Grant[];
  readonly deny: readonly Grant[];
}

/** Who calls an operation: found by the request's signature, or known when the call is made in process. */
export interface Caller {
  /**
   * `administrator`: the holder of the home's key. `run`: a program that a job or endpoint started. `role`: the role
   * that a document names, assumed by the service. `service`: the service itself.
   */
  readonly kind: "administrator" | "run" | "role" | "service";
  readonly account: string;
  /** The ARN that GetCallerIdentity returns. */
  readonly arn: string;
  readonly userId: string;
  /** Empty for a caller without a key. */
  readonly accessKeyId: string;
  /** Set for a run only. */
  readonly runId?: string;
  /** Everything the caller may do; set for a run and for a front that anyone may use. */
  readonly grants?: readonly Grant[];
  /** Set where an AWS service acts for something of its own, such as SNS for a topic that a queue is subscribed to. */
  readonly source?: { readonly service: string; readonly arn: string; readonly account: string };
  /** What the caller may not do, whatever else allows it. */
  readonly deny?: readonly Grant[];
}
