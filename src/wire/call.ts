import type { InputOf, OperationName, OutputOf } from "./operations.ts";
import type { ClientOf, WireServiceId } from "./wire-services.ts";

/**
 * Calls an operation as a user would, without HTTP: `await call("sagemaker", "DescribeTrainingJob", { TrainingJobName
 * })`. The call is authorized, checked and audited as on the wire; a refusal is thrown as the same Fault.
 */
export type Call = <S extends WireServiceId, K extends OperationName<ClientOf<S>>>(
  service: S,
  operation: K,
  input: InputOf<ClientOf<S>, K>,
) => Promise<OutputOf<ClientOf<S>, K>>;
