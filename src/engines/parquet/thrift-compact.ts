/** A value as Thrift's compact protocol has it. What nobody looks into stays as it came. */
export type ThriftValue = boolean | number | bigint | Uint8Array | ThriftList | ThriftStruct;

export interface ThriftList {
  readonly type: number;
  readonly items: readonly ThriftValue[];
}

export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}

/** The fields of a struct by their numbers. */
export type ThriftStruct = ReadonlyMap<number, ThriftField>;

const types = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
};
/** A list that long has its size behind its head. */
const longSize = 15;
const doubleBytes = 8;

/** Reads a struct. @throws Error when the bytes hold a type that Parquet's metadata has not */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  let at = 0;
  const byte = (): number => {
    if (at >= bytes.length) throw new Error("The metadata of a Parquet file breaks off before its end.");
    return bytes[at++]!;
  };
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const next = byte();
      value |= BigInt(next & 0x7f) << shift;
      if (next < 0x80) return value;
      shift += 7n;
    }
  };
  const small = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const next = byte();
      value += (next & 0x7f) * factor;
      if (next < 0x80) return value;
      factor *= 128;
    }
  };
  const zigzag = (): bigint => {
    const value = varint();
    return (value >> 1n) ^ -(value & 1n);
  };
  const piece = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error("The metadata of a Parquet file breaks off before its end.");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const value = (type: number, isItem: boolean): ThriftValue => {
    if (type === types.true || type === types.false) return isItem ? byte() === types.true : type === types.true;
    if (type === types.byte) return byte();
    if (type === types.i16 || type === types.i32 || type === types.i64) return zigzag();
    if (type === types.double) return piece(doubleBytes);
    if (type === types.binary) return piece(small());
    if (type === types.list || type === types.set) return list();
    if (type === types.struct) return struct();
    throw new Error(`The metadata of a Parquet file has a value of Thrift's type ${type}, which is not known.`);
  };
  const list = (): ThriftList => {
    const head = byte();
    const length = head >> 4 === longSize ? small() : head >> 4;
    const type = head & 15;
    return { type, items: Array.from({ length }, () => value(type, true)) };
  };
  const struct = (): ThriftStruct => {
    const fields = new Map<number, ThriftField>();
    for (let id = 0; ; ) {
      const head = byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? Number(zigzag()) : id + (head >> 4);
      const type = head & 15;
      fields.set(id, { type, value: value(type, false) });
    }
  };
  return struct();
}

/** Writes a struct as it is read. */
export function writeThrift(struct: ThriftStruct): Buffer {
  let bytes = Buffer.alloc(64 * 1024);
  let at = 0;
  const room = (length: number): void => {
    if (at + length <= bytes.length) return;
    const larger = Buffer.alloc(Math.max(bytes.length * 2, at + length));
    bytes.copy(larger);
    bytes = larger;
  };
  const byte = (one: number): void => {
    room(1);
    bytes[at++] = one;
  };
  const varint = (value: bigint): void => {
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) byte(Number(rest & 0x7fn) | 0x80);
    byte(Number(rest));
  };
  const zigzag = (value: bigint): void => varint(value < 0n ? -2n * value - 1n : 2n * value);
  const piece = (some: Uint8Array): void => {
    room(some.length);
    bytes.set(some, at);
    at += some.length;
  };
  const put = (type: number, value: ThriftValue): void => {
    if (typeof value === "boolean") byte(value ? types.true : types.false);
    else if (typeof value === "number") byte(value);
    else if (typeof value === "bigint") zigzag(value);
    else if (value instanceof Uint8Array) {
      if (type === types.binary) varint(BigInt(value.length));
      piece(value);
    } else if ("items" in value) {
      const { length } = value.items;
      byte((Math.min(length, longSize) << 4) | value.type);
      if (length >= longSize) varint(BigInt(length));
      for (const item of value.items) put(value.type, item);
    } else putStruct(value);
  };
  const putStruct = (fields: ThriftStruct): void => {
    let last = 0;
    for (const [id, { type, value }] of [...fields].sort(([a], [b]) => a - b)) {
      // The type of a truth is the truth itself.
      const own = typeof value === "boolean" ? (value ? types.true : types.false) : type;
      if (id - last < 16) byte(((id - last) << 4) | own);
      else {
        byte(own);
        zigzag(BigInt(id));
      }
      last = id;
      if (typeof value !== "boolean") put(type, value);
    }
    byte(0);
  };
  putStruct(struct);
  return bytes.subarray(0, at);
}
