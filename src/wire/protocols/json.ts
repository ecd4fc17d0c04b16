import { Fault } from "../../aws/faults.ts";
import { createJsonReaders, type JsonReader } from "./json-reader.ts";
import { createJsonWriters, type JsonWriters } from "./json-writer.ts";
import { type CreateProtocol, type FaultToWrite, messageMember, queryErrorHeader } from "./protocol.ts";
import { decodeUtf8 } from "./text-values.ts";
import { asFault } from "./wrong-type.ts";

/** awsJson 1.0 and 1.1: POST /, the operation in X-Amz-Target, one JSON document in each direction. */
export const createAwsJsonProtocol =
  (version: "1.0" | "1.1"): CreateProtocol =>
  (_service, facts) => {
    const reader = createJsonReaders(facts, "memberName");
    const writer = createJsonWriters("memberName");
    const headers = (requestId: string) => ({
      "Content-Type": `application/x-amz-json-${version}`,
      "x-amzn-RequestId": requestId,
    });
    return {
      compile(operation) {
        const read = reader(operation.input, {});
        const write = writer(operation.output);
        return {
          bodyMode: "buffer",
          readInput: (_request, body) => readJson(body as Uint8Array, read),
          writeOutput: (output, _request, requestId) => ({
            status: 200,
            headers: headers(requestId),
            body: write(output),
          }),
        };
      },
      writeFault(written, request, requestId) {
        return {
          status: written.status,
          headers: { ...headers(requestId), ...queryErrorHeader(written, request) },
          body: writeJsonFault(written, writer),
        };
      },
    };
  };

/** Reads a body as JSON; an empty one counts as an empty document. */
export function readJson(body: Uint8Array, read: JsonReader): Record<string, unknown> {
  try {
    return read(body.byteLength === 0 ? {} : parseJson(body)) as Record<string, unknown>;
  } catch (error) {
    throw asFault("SerializationException", error);
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(body));
  } catch (error) {
    throw new Fault("SerializationException", `Could not parse request body into json: ${(error as Error).message}`);
  }
}

/**
 * Writes `__type`, the message and the modelled members; the message's member is "message" unless the model says
 * "Message".
 */
export function writeJsonFault({ fault, error }: FaultToWrite, writer: JsonWriters): string {
  if (!error) return JSON.stringify({ __type: fault.code, message: fault.message });
  const message = messageMember(error);
  const head = JSON.stringify({ __type: error.shape.name, message: message ? undefined : fault.message });
  const members = writer(error.shape)(message ? { ...fault.members, [message]: fault.message } : fault.members);
  return members === "{}" ? head : `${head.slice(0, -1)},${members.slice(1)}`;
}
