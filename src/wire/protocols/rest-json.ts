import { ReadyDocument } from "../ready-document.ts";
import type { StructureShape } from "../schema.ts";
import { eventStreamType, eventStreamWriter, isEventStream } from "./event-stream.ts";
import { asBody, bindInput, bindOutput, isStreaming, rawReader } from "./http-bindings.ts";
import { readJson, writeJsonFault } from "./json.ts";
import { createJsonReaders } from "./json-reader.ts";
import { createJsonWriters } from "./json-writer.ts";
import type { CreateProtocol } from "./protocol.ts";

/** restJson1: members in path, query and headers; the rest as JSON, or one member as the whole body. */
export const createRestJsonProtocol: CreateProtocol = (_service, facts) => {
  const reader = createJsonReaders(facts, "jsonName");
  const writer = createJsonWriters("jsonName");
  return {
    compile(operation) {
      const input = bindInput(operation.input, facts, "SerializationException");
      const output = bindOutput(operation.output);
      const [, , status] = operation.traits.http as [string, string, number];
      const readDocument = reader(input.payload?.shape ?? input.document, {});
      const writeDocument = writer(output.payload?.shape ?? output.document);
      const readRaw = rawReader(input.payload);
      const writeEvents = isEventStream(output.payload)
        ? eventStreamWriter(output.payload!.shape as StructureShape, writer, "application/json")
        : undefined;
      const rawOutput = rawReader(output.payload) !== undefined;
      return {
        bodyMode: isStreaming(input.payload) ? "stream" : "buffer",
        readInput(request, body) {
          const bound = input.read(request);
          if (!input.payload) return Object.assign(bound, readJson(body as Uint8Array, readDocument));
          bound[input.payload.name] = readRaw ? readRaw(body) : readJson(body as Uint8Array, readDocument);
          return bound;
        },
        writeOutput(given, _request, requestId) {
          const headers: Record<string, string> = { "x-amzn-RequestId": requestId };
          if (given instanceof ReadyDocument) {
            headers["Content-Type"] = "application/json";
            return { status, headers, body: given.bytes() };
          }
          const ownStatus = output.write(given, headers);
          const payload = output.payload && given[output.payload.name];
          if (writeEvents && payload) {
            headers["Content-Type"] = eventStreamType;
            return { status: ownStatus ?? status, headers, body: writeEvents(payload as AsyncIterable<object>) };
          }
          if (rawOutput) return { status: ownStatus ?? status, headers, body: asBody(payload) };
          headers["Content-Type"] = "application/json";
          return {
            status: ownStatus ?? status,
            headers,
            body: writeDocument(output.payload ? (payload ?? {}) : given),
          };
        },
      };
    },
    writeFault(written, request, requestId) {
      const headers = {
        "Content-Type": "application/json",
        "x-amzn-RequestId": requestId,
        "x-amzn-ErrorType": written.error?.shape.name ?? written.fault.code,
      };
      if (request.method === "HEAD") return { status: written.status, headers };
      return { status: written.status, headers, body: writeJsonFault(written, writer) };
    },
  };
};
