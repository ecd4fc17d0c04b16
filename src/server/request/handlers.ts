import type { AnyHandler, OperationsUnit, ServedServices } from "../../frame/define-operations.ts";
import type { WireOperation } from "../../wire/wire.ts";

/** Finds the handler of an operation, importing its file at the first call. */
export function createHandlers(services: ServedServices): (operation: WireOperation) => Promise<AnyHandler> {
  const loaded = new Map<WireOperation, Promise<OperationsUnit>>();
  return async (operation) => {
    let unit = loaded.get(operation);
    if (!unit) {
      const load = services[operation.service.id]?.[operation.name];
      if (!load) throw new Error(`${operation.service.title}.${operation.name} is not in the list of what is served`);
      unit = load();
      loaded.set(operation, unit);
    }
    return (await unit).operations[operation.name]!;
  };
}
