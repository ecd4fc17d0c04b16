import { Fault } from "../../aws/faults.ts";
import type { RequestHead } from "../wire.ts";
import { CborDocument } from "./cbor-document.ts";
import { CborItems, MalformedCbor } from "./cbor-items.ts";
import { type CborReader, createCborReaders } from "./cbor-reader.ts";
import { createCborWriters } from "./cbor-writer.ts";
import { type CreateProtocol, messageMember, queryErrorHeader } from "./protocol.ts";
import { asFault } from "./wrong-type.ts";

const mediaType = "application/cbor";

/** rpcV2Cbor: POST /service/{service}/operation/{operation}, one CBOR document in each direction. */
export const createCborProtocol: CreateProtocol = (_service, facts) => {
  const reader = createCborReaders(facts);
  const writer = createCborWriters(facts);
  const headers = (requestId: string) => ({
    "smithy-protocol": "rpc-v2-cbor",
    "Content-Type": mediaType,
    "x-amzn-RequestId": requestId,
  });
  return {
    compile(operation) {
      const read = reader(operation.input, {});
      const write = writer.value(operation.output, {});
      const hasOutput = operation.output.name !== "Unit";
      return {
        bodyMode: "buffer",
        readInput: (request, body) => readCbor(request, body as Uint8Array, read),
        writeOutput(output, _request, requestId) {
          if (!hasOutput) {
            const { "Content-Type": _, ...withoutBody } = headers(requestId);
            return { status: 200, headers: withoutBody };
          }
          const document = new CborDocument();
          write(output, document);
          return { status: 200, headers: headers(requestId), body: document.finish() };
        },
      };
    },
    writeFault(written, request, requestId) {
      const { fault, status, error, namespace } = written;
      const code = error?.shape.name ?? fault.code;
      const message = (error && messageMember(error)) ?? "message";
      const document = new CborDocument();
      document.openMap();
      document.text("__type");
      document.text(namespace ? `${namespace}#${code}` : code);
      document.text(message);
      document.text(fault.message);
      if (error) writer.members(error.shape)({ ...fault.members, [message]: undefined }, document);
      document.close();
      return {
        status,
        headers: { ...headers(requestId), ...queryErrorHeader(written, request) },
        body: document.finish(),
      };
    },
  };
};

/** Reads a body as one CBOR document; an empty one counts as an empty structure. */
function readCbor(request: RequestHead, body: Uint8Array, read: CborReader): Record<string, unknown> {
  if (body.byteLength === 0) return {};
  const type = request.headers["content-type"] ?? "";
  if (type.split(";", 1)[0]!.trim().toLowerCase() !== mediaType) {
    throw new Fault("UnsupportedMediaTypeException", `The body of this request must be ${mediaType}, not "${type}".`, {
      status: 415,
    });
  }
  try {
    const items = new CborItems(body);
    items.head();
    const input = read(items) as Record<string, unknown>;
    items.end();
    return input;
  } catch (error) {
    if (error instanceof MalformedCbor) {
      throw new Fault("SerializationException", `Could not parse request body into CBOR: ${error.message}`);
    }
    throw asFault("SerializationException", error);
  }
}
