import { malformedXmlText } from "../../aws/malformed-xml.ts";
import type { Member, OperationModel, Slot, StructureShape } from "../schema.ts";
import { asBody, bindInput, bindOutput, isStreaming, type OutputBindings, rawReader } from "./http-bindings.ts";
import type { CreateProtocol } from "./protocol.ts";
import { decodeUtf8 } from "./text-values.ts";
import { asFault, WrongType } from "./wrong-type.ts";
import { escapeXml, parseXml } from "./xml-document.ts";
import { xmlNameOf } from "./xml-names.ts";
import { type XmlReader, xmlReader } from "./xml-reader.ts";
import { contentWriter, type XmlWriter, xmlWriter } from "./xml-writer.ts";

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** restXml as S3 speaks it: members in path, query and headers; one member or the rest as an XML document. */
export const createRestXmlProtocol: CreateProtocol = (service, facts) => {
  const namespace = service?.rest?.namespace ? ` xmlns="${service.rest.namespace}"` : "";
  return {
    compile(operation) {
      const input = bindInput(operation.input, facts, "InvalidArgument", service?.boundFaults);
      const output = bindOutput(operation.output);
      const [, , modelStatus] = operation.traits.http as [string, string, number];
      const readBody = xmlReader(input.payload ?? slotOf(input.document), {}, facts);
      const writeBody = documentWriter(operation, output, namespace);
      const readRaw = rawReader(input.payload);
      const rootName = input.payload ? payloadName(input.payload) : rootNameOf(operation.input);
      const hasDocument = input.payload?.shape.kind === "structure" || input.document.members.length > 0;
      return {
        bodyMode: isStreaming(input.payload) ? "stream" : "buffer",
        readInput(request, body) {
          const bound = input.read(withDecodedLength(withHeadersOfLink(request)));
          if (readRaw) bound[input.payload!.name] = readRaw(body);
          else if (hasDocument && ((body as Uint8Array).byteLength > 0 || input.payload?.required)) {
            const document = readDocument(body as Uint8Array, rootName, readBody);
            if (input.payload) bound[input.payload.name] = document;
            else Object.assign(bound, document);
          }
          return bound;
        },
        writeOutput(given, request, requestId) {
          const headers = requestIds(requestId);
          const ownStatus = output.write(given, headers);
          // No trait sets this status: a response that names its range is 206.
          const status = ownStatus ?? (given.ContentRange === undefined ? modelStatus : 206);
          if (request.method === "HEAD" || status === 204) return { status, headers };
          const payload = output.payload && given[output.payload.name];
          if (output.payload && output.payload.shape.kind !== "structure")
            return { status, headers, body: asBody(payload) };
          if (!writeBody) return { status, headers };
          headers["Content-Type"] = "application/xml";
          return { status, headers, body: declaration + writeBody(output.payload ? (payload ?? {}) : given) };
        },
      };
    },
    writeFault({ fault, status, error }, request, requestId) {
      const headers = requestIds(requestId);
      const region = fault.members.Region ?? fault.members.BucketRegion;
      // Clients that asked the wrong region read the right one here, as HEAD has no body.
      if (region !== undefined) headers["x-amz-bucket-region"] = String(region);
      const members = Object.entries(fault.members)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => [name, String(value)] as const);
      // A 304 has no body, so its members (the ETag) are headers.
      if (status === 304) return { status, headers: { ...headers, ...Object.fromEntries(members) } };
      if (request.method === "HEAD") return { status, headers };
      const body =
        `${declaration}<Error><Code>${escapeXml(error?.queryCode ?? fault.code)}</Code>` +
        `<Message>${escapeXml(fault.message)}</Message>` +
        members.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join("") +
        ("Resource" in fault.members ? "" : `<Resource>${escapeXml(request.path)}</Resource>`) +
        `<RequestId>${requestId}</RequestId><HostId>${hostId(requestId)}</HostId></Error>`;
      return { status, headers: { ...headers, "Content-Type": "application/xml" }, body };
    },
  };
};

/** Returns the two ids that S3 gives a request; the second is opaque and only has to be present. */
const hostId = (requestId: string) => Buffer.from(requestId).toString("base64");
const requestIds = (requestId: string): Record<string, string> => ({
  "x-amz-request-id": requestId,
  "x-amz-id-2": hostId(requestId),
});

interface HttpHead {
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** S3 reads no checksum from the query of a presigned PUT: clients sign the checksum of an empty body there. */
const notOfLinks = /^x-amz-(sdk-)?checksum-/;

/** Adds the headers that a presigned link carries in its query, where its signature covers them: x-amz-tagging. */
function withHeadersOfLink<T extends HttpHead>(request: T): T {
  if (!/(^|&)(X-Amz-)?Signature=/.test(request.query)) return request;
  const inLink = [...new URLSearchParams(request.query)]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name.startsWith("x-amz-") && !notOfLinks.test(name));
  return { ...request, headers: { ...Object.fromEntries(inLink), ...request.headers } };
}

/**
 * Replaces Content-Length and Content-Encoding, which with aws-chunked describe the transfer, by those of the object.
 */
function withDecodedLength<T extends HttpHead>(request: T): T {
  const decodedLength = request.headers["x-amz-decoded-content-length"];
  const encoding = request.headers["content-encoding"];
  if (decodedLength === undefined && encoding === undefined) return request;
  const kept = String(encoding ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "aws-chunked");
  return {
    ...request,
    headers: {
      ...request.headers,
      "content-length": decodedLength ?? request.headers["content-length"],
      "content-encoding": kept.length > 0 ? kept.join(",") : undefined,
    },
  };
}

/** @throws Fault MalformedXML with S3's message and the reason */
function readDocument(body: Uint8Array, rootName: string, read: XmlReader): object {
  try {
    const root = parseXml(decodeUtf8(body));
    if (root.name !== rootName) throw new WrongType(`the root element is ${root.name} instead of ${rootName}`);
    return read([root]) as object;
  } catch (error) {
    if (error instanceof WrongType) error.message = `${malformedXmlText}: ${error.message}`;
    throw asFault("MalformedXML", error);
  }
}

/** Returns undefined when the operation's response has no document. */
function documentWriter(operation: OperationModel, output: OutputBindings, namespace: string): XmlWriter | undefined {
  const { payload, document } = output;
  if (payload)
    return payload.shape.kind === "structure" ? xmlWriter(payloadName(payload), payload, namespace) : undefined;
  if (document.members.length === 0) return undefined;
  const root = rootNameOf(operation.output);
  const only = document.members.length === 1 ? document.members[0]! : undefined;
  if (only && xmlNameOf(only) === root) {
    // GetBucketLocation: its only member is the root element itself.
    const write = xmlWriter(root, only, namespace);
    return (value) => write((value as Record<string, unknown>)[only.name] ?? "");
  }
  const content = contentWriter(document);
  return (value) => `<${root}${namespace}>${content(value)}</${root}>`;
}

const rootNameOf = ({ traits, name }: StructureShape): string => (traits.xmlName as string | undefined) ?? name;

function payloadName(payload: Member): string {
  const own = payload.shape.kind === "structure" ? (payload.shape.traits.xmlName ?? payload.shape.name) : payload.name;
  return (payload.traits.xmlName ?? own) as string;
}

const slotOf = (shape: Slot["shape"]): Slot => ({ shape, traits: {} });
