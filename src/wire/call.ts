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

type CallInput<K> = {
  [S in keyof CallableClients]: K extends OperationName<CallableClients[S]> ? InputOf<CallableClients[S], K> : never;
}[keyof CallableClients];
type CallOutput<K> = {
  [S in keyof CallableClients]: K extends OperationName<CallableClients[S]> ? OutputOf<CallableClients[S], K> : never;
}[keyof CallableClients];

export type CallableOperation = { [S in keyof CallableClients]: OperationName<CallableClients[S]> }[keyof CallableClients];

/**
 * An operation as a user would call it, without HTTP: `await call("DescribeTrainingJob", { TrainingJobName })`. Input is
 * checked, authorized and audited as on the wire; a refusal is thrown as the same Fault.
 */
export type Call = <K extends CallableOperation>(operation: K, input: CallInput<K>) => Promise<CallOutput<K>>;
