import { type Fault, notBuiltFault } from "../aws/faults.ts";
import { guidePage } from "../base/guide-path.ts";
import { createBucketFinder } from "./bucket-host.ts";
import { readFactFile } from "./constraints/facts.ts";
import { noFacts } from "./constraints/shape-facts.ts";
import { dispatch, isFormPost, unknownAction } from "./dispatch.ts";
import { describeFault, type LoadedService, loadService } from "./loaded-service.ts";
import { createProtocols, type Protocols } from "./protocols/create-protocol.ts";
import type { RoutedRequest } from "./protocols/protocol.ts";
import { unsignedRequest } from "./unsigned-request.ts";
import type { FoundRequest, ProtocolName, RequestHead, Wire, WireOptions } from "./wire.ts";
import { type WireService, type WireServiceId, wireServiceOf, wireServices } from "./wire-services.ts";

const unsupportedOperation = { code: "UnsupportedOperation", status: 501 };
const seeCoverage = `this server lists what is built at ${guidePage("coverage")}`;

/** Makes the wire core: `const wire = createWire({ version: "0.1.0", served: { sts: ["GetCallerIdentity"] } })`. */
export function createWire({ version, served, hostName = "" }: WireOptions): Wire {
  const protocols = createProtocols();
  const findBucket = createBucketFinder(hostName);
  const loading = new Map<WireServiceId, Promise<LoadedService>>();
  const serves = new Map(wireServices.map(({ id }) => [id, new Set(served[id] ?? [])]));
  // A service that has a 501 of its own says that, as S3 does: its clients read the code.
  const unsupported = (title: string, own?: WireService["notBuilt"]) =>
    notBuiltFault(own?.status === 501 ? own : unsupportedOperation, title, version, seeCoverage);

  function load(service: WireService): Promise<LoadedService> {
    let loaded = loading.get(service.id);
    if (!loaded) {
      loaded = loadService(service, protocols);
      loading.set(service.id, loaded);
    }
    return loaded;
  }

  async function find(sent: RequestHead, form?: Uint8Array): Promise<FoundRequest> {
    const dispatched = dispatch(sent, form);
    const { service, protocol } = dispatched;
    const hostBucket = service?.id === "s3" ? findBucket(sent) : "";
    // What reads the request finds the bucket in the path. The signature is of what was sent.
    const head = hostBucket === "" ? sent : { ...sent, path: `/${hostBucket}${sent.path}` };
    if (!protocols.isLoaded(protocol)) await protocols.load(protocol);
    const loaded = service && (await load(service));
    const routed = dispatched.operationName === undefined && service?.rest ? routeRest(loaded!, head) : undefined;
    const operationName = dispatched.operationName ?? routed?.operation.name ?? "";
    if (service && loaded && !dispatched.refusal && serves.get(service.id)!.has(operationName)) {
      const request = { ...head, labels: routed?.labels ?? {} };
      return foundOperation(loaded, service, protocol, operationName, request, hostBucket);
    }
    const unsigned = service && unsignedRequest(service, head);
    if (unsigned !== undefined) {
      const refusal = notBuiltFault(service!.notBuilt!, unsigned.what, version, unsigned.instead);
      return refusedRequest(loaded, service, protocol, "", head, refusal, protocols, hostBucket, false);
    }
    const title = routed ? `${service!.title}.${operationName}` : dispatched.title;
    const noAction = protocol === "awsQuery" && loaded && dispatched.operationName !== undefined;
    const refusal =
      dispatched.refusal ??
      (noAction && !loaded.model.operations.has(operationName)
        ? unknownAction(operationName, service!.query!.version)
        : unsupported(title, service?.notBuilt));
    return refusedRequest(loaded, service, protocol, operationName, head, refusal, protocols, hostBucket);
  }

  return {
    needsForm: isFormPost,
    serviceOf: (head) => (isFormPost(head) ? undefined : dispatch(head, undefined).service?.id),
    find,
    async operation(id, name) {
      const service = wireServiceOf(id);
      if (!serves.get(id)!.has(name)) throw unsupported(`${service.title}.${name}`, service.notBuilt);
      return (await load(service)).operation(name);
    },
    modelOperations: async (id) => [...(await load(wireServiceOf(id))).model.operations.keys()].sort(),
    hasConstraintFacts: (id, operation) => readFactFile(id).operations().includes(operation),
  };
}

const routeRest = ({ routes }: LoadedService, { method, path, query, headers }: RequestHead) =>
  routes(method, path, new URLSearchParams(query), (name) => headers[name] !== undefined);

function foundOperation(
  loaded: LoadedService,
  service: WireService,
  protocol: ProtocolName,
  operationName: string,
  request: RoutedRequest,
  hostBucket: string,
): FoundRequest {
  const codec = loaded.codec(protocol, operationName);
  return {
    service,
    protocol,
    operationName,
    refusal: undefined,
    signed: true,
    hostBucket,
    operation: loaded.operation(operationName),
    body: { mode: codec.bodyMode, maximumBytes: service.maximumBodyBytes },
    readInput: (body) => codec.readInput(request, body),
    writeOutput: (output, requestId) =>
      codec.writeOutput((output ?? {}) as Record<string, unknown>, request, requestId),
    writeFault: (fault, requestId) =>
      loaded.protocol(protocol).writeFault(describeFault(fault, loaded.model), request, requestId),
  };
}

function refusedRequest(
  loaded: LoadedService | undefined,
  service: WireService | undefined,
  protocol: ProtocolName,
  operationName: string,
  head: RequestHead,
  refusal: Fault,
  protocols: Protocols,
  hostBucket: string,
  signed = true,
): FoundRequest {
  const speaking = loaded?.protocol(protocol) ?? protocols.create(protocol, service, noFacts);
  const refuse = () => {
    throw refusal;
  };
  return {
    service,
    protocol,
    operationName,
    refusal,
    signed,
    hostBucket,
    operation: undefined,
    body: { mode: "buffer", maximumBytes: service?.maximumBodyBytes ?? 0 },
    readInput: refuse,
    writeOutput: refuse,
    writeFault: (fault, requestId) => speaking.writeFault(describeFault(fault, loaded?.model), head, requestId),
  };
}
