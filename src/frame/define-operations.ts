import type { CallableClients } from "../wire/call.ts";
import type { HandlersFor, OperationName } from "../wire/operations.ts";
import type { Context } from "./context.ts";

/** The wire services that this version serves, by the id of their row in wire/wire-services.ts. */
export type WireServiceId = keyof CallableClients;

// biome-ignore lint/suspicious/noExplicitAny: the registry holds handlers of every operation; each is typed where it is written
export type AnyHandler = (input: any, context: Context) => Promise<unknown>;

/** A file's contribution to a wire service. `npm run gen` finds every exported unit; the folder is the registry. */
export interface OperationsUnit {
  readonly unit: "operations";
  readonly service: WireServiceId;
  readonly operations: Readonly<Record<string, AnyHandler>>;
}

/** Operations that belong to no resource document: GetCallerIdentity, InvokeEndpoint, the object operations of S3. */
export function defineOperations<S extends WireServiceId, N extends OperationName<CallableClients[S]>>(
  service: S,
  operations: HandlersFor<CallableClients[S], N, Context>,
): OperationsUnit {
  return { unit: "operations", service, operations: operations as Readonly<Record<string, AnyHandler>> };
}
