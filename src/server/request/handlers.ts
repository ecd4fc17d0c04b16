import type { AnyHandler, OperationsUnit, WireServiceId } from "../../frame/define-operations.ts";
import type { WireOperation } from "../../wire/wire.ts";

/** The generated list of what each wire service answers; its files are imported at the service's first call. */
export type ServedServices = Readonly<
  Partial<Record<WireServiceId, { readonly operations: readonly string[]; load(): Promise<OperationsUnit>[] }>>
>;

/** Finds the handler of an operation. */
export function createHandlers(services: ServedServices): (operation: WireOperation) => Promise<AnyHandler> {
  const loaded = new Map<WireServiceId, Promise<ReadonlyMap<string, AnyHandler>>>();
  const load = async (id: WireServiceId): Promise<ReadonlyMap<string, AnyHandler>> => {
    const units = await Promise.all(services[id]?.load() ?? []);
    return new Map(units.flatMap((unit) => Object.entries(unit.operations)));
  };
  return async ({ service, name }) => {
    let handlers = loaded.get(service.id);
    if (!handlers) {
      handlers = load(service.id);
      loaded.set(service.id, handlers);
    }
    const handler = (await handlers).get(name);
    if (!handler) throw new Error(`${service.title}.${name} is listed as served and no file of its service has it`);
    return handler;
  };
}
