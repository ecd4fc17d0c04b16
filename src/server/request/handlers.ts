import type { AnyHandler, OperationsUnit, ServedServices } from "../../frame/define-operations.ts";
import type { PermissionsOf } from "../../frame/permissions.ts";
import type { WireOperation } from "../../wire/wire.ts";

/** What an operation's unit contributes to its calls. */
export interface ServedOperation {
  readonly handler: AnyHandler;
  readonly permissions: PermissionsOf | undefined;
}

/**
 * Finds the handler of an operation: by a promise at the operation's first call, which imports its file, and at once
 * later.
 */
export type Handlers = (operation: WireOperation) => ServedOperation | Promise<ServedOperation>;

export function createHandlers(services: ServedServices): Handlers {
  const found = new Map<WireOperation, ServedOperation | Promise<ServedOperation>>();

  async function load(operation: WireOperation): Promise<ServedOperation> {
    const loadUnit = services[operation.service.id]?.[operation.name];
    if (!loadUnit) throw new Error(`${operation.service.title}.${operation.name} is not in the list of what is served`);
    const served = servedBy(await loadUnit(), operation.name);
    found.set(operation, served);
    return served;
  }

  return (operation) => {
    let served = found.get(operation);
    if (!served) {
      served = load(operation);
      found.set(operation, served);
    }
    return served;
  };
}

const servedBy = ({ operations, permissions }: OperationsUnit, name: string): ServedOperation => ({
  handler: operations[name]!,
  permissions: permissions[name],
});
