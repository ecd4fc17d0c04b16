import type { HandlersFor, OperationName } from "../wire/operations.ts";
import type { ClientOf, WireServiceId } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";
import type { PermissionsOf } from "./permissions.ts";

// biome-ignore lint/suspicious/noExplicitAny: the registry holds handlers of every operation; each is typed where it is written
export type AnyHandler = (input: any, context: Context) => Promise<unknown>;

/** A file's contribution to a wire service. `npm run gen` finds every exported unit; the folder is the registry. */
export interface OperationsUnit {
  readonly unit: "operations" | "resource" | "job";
  readonly service: WireServiceId;
  readonly operations: Readonly<Record<string, AnyHandler>>;
  /** What each needs permission for; one without an entry, for the action of its name on any resource. */
  readonly permissions: Readonly<Record<string, PermissionsOf>>;
}

/** The operations that each wire service answers, with the unit that has the handler: imported at its first call. */
export type ServedServices = Readonly<
  Partial<Record<WireServiceId, Readonly<Record<string, () => Promise<OperationsUnit>>>>>
>;

/** Operations that belong to no resource document: GetCallerIdentity, InvokeEndpoint, the object operations of S3. */
export function defineOperations<S extends WireServiceId, N extends OperationName<ClientOf<S>>>(
  service: S,
  operations: HandlersFor<ClientOf<S>, N, Context>,
  { permissions = {} }: { readonly permissions?: { readonly [K in N]?: PermissionsOf } } = {},
): OperationsUnit {
  return {
    unit: "operations",
    service,
    operations: operations as Readonly<Record<string, AnyHandler>>,
    permissions: permissions as Readonly<Record<string, PermissionsOf>>,
  };
}
