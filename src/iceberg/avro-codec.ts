/** A schema of Avro, with the attributes that Iceberg adds, as JSON. */
export type AvroSchema = string | readonly AvroSchema[] | AvroType;
export interface AvroType {
  readonly type: AvroSchema;
  readonly name?: string;
  readonly fields?: readonly AvroField[];
  readonly items?: AvroSchema;
  readonly values?: AvroSchema;
  readonly symbols?: readonly string[];
  readonly size?: number;
  readonly [attribute: string]: unknown;
}
export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly [attribute: string]: unknown;
}

/** A whole number: a BigInt where a number would not be exact. */
export type Whole = number | bigint;

/** Bytes that are read from their beginning on. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  at: number;
}

export interface AvroCodec {
  read(from: ByteReader): unknown;
  write(value: unknown, to: number[]): void;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function readLong(from: ByteReader): Whole {
  let [value, scale] = [0, 1];
  for (let count = 0; count < 6; count++) {
    const byte = nextByte(from);
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  let [long, shift] = [BigInt(value), 42n];
  for (let count = 6; count < 10; count++) {
    const byte = nextByte(from);
    long |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte < 0x80) return exact((long >> 1n) ^ -(long & 1n));
  }
  throw new RangeError("Avro: a number has more than 64 bits");
}

/** Returns a number where it is exact. */
export const exact = (long: bigint): Whole =>
  long >= BigInt(Number.MIN_SAFE_INTEGER) && long <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(long) : long;

export function writeLong(value: Whole, to: number[]): void {
  const long = BigInt(value);
  let rest = BigInt.asUintN(64, (long << 1n) ^ (long >> 63n));
  while (rest >= 0x80n) {
    to.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  to.push(Number(rest));
}

function nextByte(from: ByteReader): number {
  const byte = from.bytes[from.at++];
  if (byte === undefined) throw new RangeError("Avro: the bytes end too early");
  return byte;
}

export function readBytes(from: ByteReader, length: number): Uint8Array {
  const end = from.at + length;
  if (length < 0 || end > from.bytes.length) throw new RangeError("Avro: the bytes end too early");
  const bytes = from.bytes.subarray(from.at, end);
  from.at = end;
  return bytes;
}

function pushBytes(bytes: Uint8Array, to: number[]): void {
  for (const byte of bytes) to.push(byte);
}

export const bytesCodec: AvroCodec = {
  read: (from) => readBytes(from, Number(readLong(from))),
  write(value, to) {
    writeLong((value as Uint8Array).length, to);
    pushBytes(value as Uint8Array, to);
  },
};
export const stringCodec: AvroCodec = {
  read: (from) => decoder.decode(bytesCodec.read(from) as Uint8Array),
  write: (value, to) => bytesCodec.write(encoder.encode(value as string), to),
};
const longCodec: AvroCodec = { read: readLong, write: (value, to) => writeLong(value as Whole, to) };

/** Numbers with a point are written with the lowest byte first. */
const pointCodec = (size: 4 | 8): AvroCodec => ({
  read(from) {
    const bytes = readBytes(from, size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, size);
    return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  },
  write(value, to) {
    const view = new DataView(new ArrayBuffer(size));
    if (size === 4) view.setFloat32(0, value as number, true);
    else view.setFloat64(0, value as number, true);
    pushBytes(new Uint8Array(view.buffer), to);
  },
});

const plain: Readonly<Record<string, AvroCodec>> = {
  null: { read: () => undefined, write: () => {} },
  boolean: { read: (from) => nextByte(from) === 1, write: (value, to) => void to.push(value ? 1 : 0) },
  ...{ int: longCodec, long: longCodec, float: pointCodec(4), double: pointCodec(8) },
  ...{ bytes: bytesCodec, string: stringCodec },
};

/** Compiles a schema. What is null is undefined; of a union with null and one other type, the value stands by itself. */
export function compileAvro(schema: AvroSchema, named = new Map<string, AvroCodec>()): AvroCodec {
  if (typeof schema === "string") {
    const codec = plain[schema] ?? named.get(schema.split(".").at(-1)!);
    if (!codec) throw new RangeError(`Avro: the type ${schema} is not known`);
    return codec;
  }
  if (Array.isArray(schema)) return unionCodec(schema, named);
  const type = schema as AvroType;
  if (type.type === "record") return recordCodec(type, named);
  if (type.type === "array") return arrayCodec(compileAvro(type.items!, named));
  if (type.type === "map") return mapCodec(compileAvro(type.values!, named));
  if (type.type === "fixed") return remember(type, fixedCodec(type.size!), named);
  if (type.type === "enum") return remember(type, enumCodec(type.symbols!), named);
  return compileAvro(type.type, named);
}

function remember(type: AvroType, codec: AvroCodec, named: Map<string, AvroCodec>): AvroCodec {
  if (type.name) named.set(type.name.split(".").at(-1)!, codec);
  return codec;
}

function recordCodec(type: AvroType, named: Map<string, AvroCodec>): AvroCodec {
  const fields: (readonly [string, AvroCodec])[] = [];
  const codec = remember(
    type,
    {
      read(from) {
        const record: Record<string, unknown> = {};
        for (const [name, field] of fields) record[name] = field.read(from);
        return record;
      },
      write(value, to) {
        for (const [name, field] of fields) field.write((value as Record<string, unknown>)[name], to);
      },
    },
    named,
  );
  for (const field of type.fields!) fields.push([field.name, compileAvro(field.type, named)]);
  return codec;
}

function unionCodec(types: readonly AvroSchema[], named: Map<string, AvroCodec>): AvroCodec {
  const codecs = types.map((type) => compileAvro(type, named));
  const nullAt = types.indexOf("null");
  const valueAt = types.findIndex((type) => type !== "null");
  return {
    read(from) {
      const codec = codecs[Number(readLong(from))];
      if (!codec) throw new RangeError("Avro: a union has no such type");
      return codec.read(from);
    },
    write(value, to) {
      const at = value === undefined || value === null ? nullAt : valueAt;
      if (at < 0 || types.length > 2) throw new RangeError("Avro: only unions of null and one type are written");
      writeLong(at, to);
      codecs[at]!.write(value, to);
    },
  };
}

/** Nothing of what Iceberg keeps in lists takes no bytes; who says so would keep us busy. */
export function checkCount({ at, bytes }: ByteReader, count: number): void {
  if (count > bytes.length - at)
    throw new RangeError(`Avro: ${count} items are said to be in ${bytes.length - at} bytes`);
}

/** Calls `item` for each item of blocks, which say how many they hold, and some how many bytes. */
function readBlocks(from: ByteReader, item: () => void): void {
  for (;;) {
    let count = Number(readLong(from));
    if (count === 0) return;
    if (count < 0) {
      count = -count;
      readLong(from);
    }
    checkCount(from, count);
    for (; count > 0; count--) item();
  }
}

const arrayCodec = (items: AvroCodec): AvroCodec => ({
  read(from) {
    const list: unknown[] = [];
    readBlocks(from, () => list.push(items.read(from)));
    return list;
  },
  write(value, to) {
    const list = value as readonly unknown[];
    if (list.length > 0) writeLong(list.length, to);
    for (const item of list) items.write(item, to);
    writeLong(0, to);
  },
});

export const mapCodec = (values: AvroCodec): AvroCodec => ({
  read(from) {
    // An assignment to "__proto__" would be none.
    const entries: [string, unknown][] = [];
    readBlocks(from, () => void entries.push([stringCodec.read(from) as string, values.read(from)]));
    return Object.fromEntries(entries);
  },
  write(value, to) {
    const entries = Object.entries(value as object);
    if (entries.length > 0) writeLong(entries.length, to);
    for (const [key, inside] of entries) {
      stringCodec.write(key, to);
      values.write(inside, to);
    }
    writeLong(0, to);
  },
});

const fixedCodec = (size: number): AvroCodec => ({
  read: (from) => readBytes(from, size),
  write: (value, to) => pushBytes(value as Uint8Array, to),
});

const enumCodec = (symbols: readonly string[]): AvroCodec => ({
  read: (from) => symbols[Number(readLong(from))],
  write: (value, to) => writeLong(symbols.indexOf(value as string), to),
});
