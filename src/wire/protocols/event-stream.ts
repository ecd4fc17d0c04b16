import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { Fault } from "../../aws/faults.ts";
import type { Member, StructureShape } from "../schema.ts";

/** Event streams (application/vnd.amazon.eventstream): messages of headers and a payload, each with its checksums. */
export const eventStreamType = "application/vnd.amazon.eventstream";

/** Whether a payload is a stream of events: a union, one member an event. */
export const isEventStream = (payload: Member | undefined): boolean =>
  payload?.shape.kind === "structure" && payload.shape.union && payload.shape.traits.streaming !== undefined;

const textMark = 7;
const preludeBytes = 8;
const crcBytes = 4;

/** Returns a message; the values of its headers are texts. */
export function eventMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const text = Buffer.from(value);
    const head = Buffer.alloc(1 + name.length + 3);
    head.writeUInt8(name.length, 0);
    head.write(name, 1, "latin1");
    head.writeUInt8(textMark, 1 + name.length);
    head.writeUInt16BE(text.length, 2 + name.length);
    parts.push(head, text);
  }
  const headerBytes = parts.reduce((sum, { length }) => sum + length, 0);
  const total = preludeBytes + crcBytes + headerBytes + payload.length + crcBytes;
  const prelude = Buffer.alloc(preludeBytes + crcBytes);
  prelude.writeUInt32BE(total, 0);
  prelude.writeUInt32BE(headerBytes, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, preludeBytes)), preludeBytes);
  const message = Buffer.concat([prelude, ...parts, payload, Buffer.alloc(crcBytes)], total);
  message.writeUInt32BE(crc32(message.subarray(0, total - crcBytes)), total - crcBytes);
  return message;
}

type WriteDocument = (shape: StructureShape) => (value: unknown) => string;

/**
 * Returns the writer of a stream's events: each is an object with the one member of the union that it is. A Fault that
 * the iteration throws is the last message: an exception of the union, or an error.
 */
export function eventStreamWriter(union: StructureShape, document: WriteDocument, documentType: string) {
  const events = new Map(union.members.map((member) => [member.name, eventWriter(member, document, documentType)]));
  const exceptions = new Map(
    union.members
      .filter(({ shape }) => shape.kind === "structure" && shape.traits.error !== undefined)
      .map(({ name, shape }) => [name, document(shape as StructureShape)]),
  );

  const faultMessage = (fault: Fault): Buffer => {
    const write = exceptions.get(fault.code);
    if (!write) {
      const headers = { ":message-type": "error", ":error-code": fault.code, ":error-message": fault.message };
      return eventMessage(headers, new Uint8Array());
    }
    const headers = { ":message-type": "exception", ":exception-type": fault.code, ":content-type": documentType };
    return eventMessage(
      headers,
      Buffer.from(write({ ...fault.members, Message: fault.message, message: fault.message })),
    );
  };

  async function* messages(given: AsyncIterable<object>): AsyncGenerator<Buffer> {
    try {
      for await (const event of given)
        for (const [name, value] of Object.entries(event)) if (value !== undefined) yield events.get(name)!(value);
    } catch (error) {
      yield faultMessage(error instanceof Fault ? error : new Fault("InternalFailure", "The stream broke off."));
    }
  }
  return (given: AsyncIterable<object>): Readable => Readable.from(messages(given));
}

/** An event's payload is one of its members as it is, or all of them as a document. */
function eventWriter(member: Member, document: WriteDocument, documentType: string): (value: unknown) => Buffer {
  const shape = member.shape as StructureShape;
  const payload = shape.members.find(({ traits }) => traits.eventPayload !== undefined);
  const headers = { ":message-type": "event", ":event-type": member.name };
  if (payload?.shape.kind === "blob") {
    const typed = { ...headers, ":content-type": "application/octet-stream" };
    return (value) =>
      eventMessage(typed, (value as Record<string, Uint8Array | undefined>)[payload.name] ?? new Uint8Array());
  }
  const write = document(shape);
  const typed = { ...headers, ":content-type": documentType };
  return (value) => eventMessage(typed, Buffer.from(write(value)));
}
