/**
 * Actions such as "s3:GetObject" on resources named by ARN. A last `*` stands for any rest, a `*` between the colons of an
 * ARN for any region or account.
 */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Resources that it does not cover, named in the same way. */
  readonly except?: readonly string[];
}

/** What a caller may do: what one of `allow` covers and none of `deny`. */
export interface Grants {
  readonly allow: readonly Grant[];
  readonly deny: readonly Grant[];
}

/** Who calls an operation: found by a signature, or known when the call is made in process. */
export interface Caller {
  /**
   * `administrator`: the holder of the home's key. `run`: what a job or endpoint has started. `role`: the role that a
   * document names, assumed by the service. `service`: the service itself.
   */
  readonly kind: "administrator" | "run" | "role" | "service";
  readonly account: string;
  /** As GetCallerIdentity answers it. */
  readonly arn: string;
  readonly userId: string;
  /** Empty for a caller that holds no key. */
  readonly accessKeyId: string;
  /** Of a run only. */
  readonly runId?: string;
  /** Of a run, and of a front that anyone may use: all that it may do. */
  readonly grants?: readonly Grant[];
  /** What it may not do whatever else allows it. */
  readonly deny?: readonly Grant[];
}
