import type { ProtocolName } from "../wire.ts";
import type { CreateProtocol } from "./protocol.ts";

const protocols: Readonly<Record<ProtocolName, () => Promise<CreateProtocol>>> = {
  "awsJson1.0": async () => (await import("./json.ts")).createAwsJsonProtocol("1.0"),
  "awsJson1.1": async () => (await import("./json.ts")).createAwsJsonProtocol("1.1"),
  restJson1: async () => (await import("./rest-json.ts")).createRestJsonProtocol,
  restXml: async () => (await import("./rest-xml.ts")).createRestXmlProtocol,
  awsQuery: async () => (await import("./query.ts")).createQueryProtocol,
  rpcV2Cbor: async () => (await import("./cbor.ts")).createCborProtocol,
};

/** Protocols are imported when the first request speaks them: a server that is never asked for S3 reads no XML. */
export interface Protocols {
  load(name: ProtocolName): Promise<void>;
  /** One that is loaded. */
  create(name: ProtocolName, ...given: Parameters<CreateProtocol>): ReturnType<CreateProtocol>;
  isLoaded(name: ProtocolName): boolean;
}

export function createProtocols(): Protocols {
  const loaded = new Map<ProtocolName, CreateProtocol>();
  return {
    async load(name) {
      loaded.set(name, await protocols[name]());
    },
    create: (name, ...given) => loaded.get(name)!(...given),
    isLoaded: (name) => loaded.has(name),
  };
}
