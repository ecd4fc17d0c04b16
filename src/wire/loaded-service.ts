import type { Fault } from "../aws/faults.ts";
import { compileConstraints } from "./constraints/check.ts";
import { createFactFinder } from "./constraints/facts.ts";
import type { FactFinder } from "./constraints/shape-facts.ts";
import type { Protocols } from "./protocols/create-protocol.ts";
import type { FaultToWrite, OperationCodec, Protocol } from "./protocols/protocol.ts";
import { createRestRouter, type RestRouter } from "./rest-routes.ts";
import { readServiceModel, type ServiceModel, type StructureShape } from "./schema.ts";
import type { ProtocolName, WireOperation } from "./wire.ts";
import type { WireService } from "./wire-services.ts";

/** A wire service whose client has been imported. An operation is compiled at its first call, and kept. */
export interface LoadedService {
  readonly model: ServiceModel;
  readonly routes: RestRouter;
  operation(name: string): WireOperation;
  protocol(name: ProtocolName): Protocol;
  codec(protocol: ProtocolName, operation: string): OperationCodec;
}

export async function loadService(service: WireService, protocols: Protocols): Promise<LoadedService> {
  const model = readServiceModel(await service.load());
  const facts = createFactFinder(service.id);
  const modelled = (name: string) => model.operations.get(name)!;

  const operation = kept(
    (name: string): WireOperation => ({
      service,
      name,
      checkConstraints: compileConstraints(
        modelled(name).input,
        service.boundFaults ? withoutBound(modelled(name).input, facts) : facts,
        service.validationCode,
        service.documentFault,
      ),
    }),
  );
  const protocol = kept((name: ProtocolName) => protocols.create(name, service, facts));
  const codecs = kept((name: ProtocolName) => kept((of: string) => protocol(name).compile(modelled(of))));
  return { model, routes: createRestRouter(model), operation, protocol, codec: (name, of) => codecs(name)(of) };
}

/** Returns the facts without those of headers and parameters, which are refused when they are read. */
function withoutBound(input: StructureShape, facts: FactFinder): FactFinder {
  const bound = new Set(
    input.members.filter(({ traits }) => traits.httpHeader ?? traits.httpQuery).map(({ name }) => name),
  );
  return {
    named: facts.named,
    ofMember: (structure, member) =>
      structure === input.name && bound.has(member) ? {} : facts.ofMember(structure, member),
  };
}

/** Looks up a fault's code in the service's model. The model's status applies unless the fault sets one. */
export function describeFault(fault: Fault, model: ServiceModel | undefined): FaultToWrite {
  const error = model?.errors.get(fault.code);
  const status = fault.status === 400 ? (error?.status ?? 400) : fault.status;
  return { fault, error, status, namespace: error?.namespace ?? model?.namespace };
}

function kept<K, V>(make: (key: K) => V): (key: K) => V {
  const values = new Map<K, V>();
  return (key) => {
    let value = values.get(key);
    if (value === undefined) {
      value = make(key);
      values.set(key, value);
    }
    return value;
  };
}
