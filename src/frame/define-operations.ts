import type { HandlersFor, InputOf, OperationName } from "../wire/operations.ts";
import type { ClientOf, WireServiceId } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";
import type { Place } from "./kind-naming.ts";
import type { Permission, PermissionsOf, Unchecked } from "./permissions.ts";

// biome-ignore lint/suspicious/noExplicitAny: the registry holds handlers of every operation; each is typed where it is written
export type AnyHandler = (input: any, context: Context) => Promise<unknown>;

/**
 * The operations that a file adds to a wire service. `npm run gen` finds every exported unit; the folder is the
 * registry.
 */
export interface OperationsUnit {
  readonly unit: "operations" | "resource" | "job";
  readonly service: WireServiceId;
  readonly operations: Readonly<Record<string, AnyHandler>>;
  /**
   * The permissions that each operation needs. An operation without an entry needs the action of its own name on `*`.
   */
  readonly permissions: Readonly<Record<string, PermissionsOf>>;
  /**
   * `data`: the operations write no resource and read resources through the cache, so every process of the data plane
   * answers them. Absent: the control process does.
   */
  readonly plane?: "data";
}

/** The operations that each wire service answers. Each entry imports the unit with its handler at the first call. */
export type ServedServices = Readonly<
  Partial<Record<WireServiceId, Readonly<Record<string, () => Promise<OperationsUnit>>>>>
>;

type Permissions<S extends WireServiceId, N extends OperationName<ClientOf<S>>> = {
  readonly [K in N]?: (input: Unchecked<InputOf<ClientOf<S>, K>>, place: Place) => readonly Permission[];
};

/**
 * Declares operations that belong to no resource document: GetCallerIdentity, InvokeEndpoint, the object operations of
 * S3. `permissions` has an entry for each operation whose action has another name or concerns a resource that a grant
 * can name.
 */
export function defineOperations<S extends WireServiceId, N extends OperationName<ClientOf<S>>>(
  service: S,
  operations: HandlersFor<ClientOf<S>, N, Context>,
): OperationsUnit;
export function defineOperations<S extends WireServiceId, N extends OperationName<ClientOf<S>>>(
  service: S,
  permissions: Permissions<S, NoInfer<N>>,
  operations: HandlersFor<ClientOf<S>, N, Context>,
): OperationsUnit;
export function defineOperations(service: WireServiceId, ...parts: readonly object[]): OperationsUnit {
  const operations = parts.at(-1) as OperationsUnit["operations"];
  const permissions = (parts.length > 1 ? parts[0] : {}) as OperationsUnit["permissions"];
  for (const name of Object.keys(permissions))
    if (!operations[name]) throw new Error(`Permissions of ${service} ${name} are declared without its handler`);
  return { unit: "operations", service, operations, permissions };
}

/** Declares that the operations of a unit are data plane. */
export const onDataPlane = (unit: OperationsUnit): OperationsUnit => ({ ...unit, plane: "data" });
