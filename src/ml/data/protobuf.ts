/**
 * The parts of protobuf's wire format that records need (protobuf.dev, "Encoding"): varints, fixed numbers and
 * length-delimited fields.
 */
export interface Field {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
  /** The value of a varint. */
  readonly value: number;
  /** The content of every other field. */
  readonly bytes: Uint8Array;
}

/** Bytes that are no protobuf message. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

const none = new Uint8Array(0);

export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const cursor = { bytes: message, at: 0 };
  while (cursor.at < message.length) {
    const tag = varint(cursor);
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) {
      yield { number, wire, value: varint(cursor), bytes: none };
      continue;
    }
    const length = wire === 2 ? varint(cursor) : wire === 1 ? 8 : wire === 5 ? 4 : Number.NaN;
    if (!(cursor.at + length <= message.length)) throw new ProtobufError("a field runs past the end of its message");
    yield { number, wire, value: 0, bytes: message.subarray(cursor.at, cursor.at + length) };
    cursor.at += length;
  }
}

/** Returns the varints of a packed field. */
export function varintsOf(bytes: Uint8Array): number[] {
  const cursor = { bytes, at: 0 };
  const values: number[] = [];
  while (cursor.at < bytes.length) values.push(varint(cursor));
  return values;
}

function varint(cursor: { bytes: Uint8Array; at: number }): number {
  let value = 0;
  let lowBits = 0;
  for (let count = 0; count < 10; count++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new ProtobufError("it ends within a number");
    value += (byte & 127) * 128 ** count;
    if (count < 5) lowBits |= (byte & 127) << (7 * count);
    // Ten bytes hold a negative number. Its low 32 bits are the int32, and a double does not hold the rest.
    if (byte < 128) return count === 9 ? lowBits : value;
  }
  throw new ProtobufError("a number has more than ten bytes");
}

const varintBytes = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varintBytes(Math.floor(value / 128))];

/** Returns a length-delimited field. */
export function delimitedField(number: number, content: Uint8Array): Uint8Array {
  const head = [number * 8 + 2, ...varintBytes(content.length)];
  const field = new Uint8Array(head.length + content.length);
  field.set(head);
  field.set(content, head.length);
  return field;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
