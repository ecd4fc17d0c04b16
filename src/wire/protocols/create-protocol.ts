import type { ProtocolName } from "../wire.ts";
import { createAwsJsonProtocol } from "./json.ts";
import type { CreateProtocol, Protocol } from "./protocol.ts";
import { createQueryProtocol } from "./query.ts";
import { createRestJsonProtocol } from "./rest-json.ts";
import { createRestXmlProtocol } from "./rest-xml.ts";

const protocols: Readonly<Record<ProtocolName, CreateProtocol>> = {
  "awsJson1.0": createAwsJsonProtocol("1.0"),
  "awsJson1.1": createAwsJsonProtocol("1.1"),
  restJson1: createRestJsonProtocol,
  restXml: createRestXmlProtocol,
  awsQuery: createQueryProtocol,
};

export const createProtocol = (name: ProtocolName, ...given: Parameters<CreateProtocol>): Protocol =>
  protocols[name](...given);
