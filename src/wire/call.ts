import type { InputOf, OperationName, OutputOf } from "./operations.ts";

/** The client packages whose operations can be called in process. */
export interface CallableClients {
  sagemaker: typeof import("@aws-sdk/client-sagemaker");
  "sagemaker-runtime": typeof import("@aws-sdk/client-sagemaker-runtime");
  s3: typeof import("@aws-sdk/client-s3");
  logs: typeof import("@aws-sdk/client-cloudwatch-logs");
  cloudwatch: typeof import("@aws-sdk/client-cloudwatch");
  iam: typeof import("@aws-sdk/client-iam");
  sts: typeof import("@aws-sdk/client-sts");
}

export type CallableOperation = {
  [S in keyof CallableClients]: OperationName<CallableClients[S]>;
}[keyof CallableClients];

/**
 * An operation as a user would call it, without HTTP: `await call("DescribeTrainingJob", { TrainingJobName })`. Input is
 * checked, authorized and audited as on the wire; a refusal is thrown as the same Fault.
 */
export type Call = CallOn<CallableClients["sagemaker"]> &
  CallOn<CallableClients["sagemaker-runtime"]> &
  CallOn<CallableClients["s3"]> &
  CallOn<CallableClients["logs"]> &
  CallOn<CallableClients["cloudwatch"]> &
  CallOn<CallableClients["iam"]> &
  CallOn<CallableClients["sts"]>;

type CallOn<M> = <K extends OperationName<M>>(operation: K, input: InputOf<M, K>) => Promise<OutputOf<M, K>>;
