import {
  type AvroSchema,
  type ByteReader,
  bytesCodec,
  checkCount,
  compileAvro,
  mapCodec,
  readBytes,
  readLong,
  writeLong,
} from "./avro-codec.ts";

/** Compresses and decompresses as the codec "deflate" does: without a header. */
export interface Deflate {
  deflate(bytes: Uint8Array): Uint8Array;
  inflate(bytes: Uint8Array): Uint8Array;
}

export interface AvroFile {
  readonly schema: AvroSchema;
  readonly metadata: Readonly<Record<string, string>>;
  readonly records: readonly unknown[];
}

const magic = [0x4f, 0x62, 0x6a, 0x01];
const syncBytes = 16;
const header = mapCodec(bytesCodec);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Reads an object container file of Avro. @throws RangeError for one that is not whole, or of another codec */
export function readAvroFile(bytes: Uint8Array, { inflate }: Pick<Deflate, "inflate">): AvroFile {
  if (magic.some((byte, at) => bytes[at] !== byte)) throw new RangeError("Avro: this is no Avro file");
  const from: ByteReader = { bytes, at: magic.length };
  const held = header.read(from) as Record<string, Uint8Array>;
  const metadata = Object.fromEntries(Object.entries(held).map(([key, value]) => [key, decoder.decode(value)]));
  const codec = metadata["avro.codec"] ?? "null";
  if (codec !== "null" && codec !== "deflate") throw new RangeError(`Avro: the codec ${codec} is not read`);
  const schema = JSON.parse(metadata["avro.schema"] ?? "null") as AvroSchema;
  const { read } = compileAvro(schema);
  readBytes(from, syncBytes);
  const records: unknown[] = [];
  while (from.at < bytes.length) {
    const count = Number(readLong(from));
    const block = readBytes(from, Number(readLong(from)));
    const inside: ByteReader = { bytes: codec === "null" ? block : inflate(block), at: 0 };
    checkCount(inside, count);
    for (let number = 0; number < count; number++) records.push(read(inside));
    readBytes(from, syncBytes);
  }
  return { schema, metadata, records };
}

/** Writes such a file, in one block. `sync` is 16 random bytes. */
export function writeAvroFile(
  { schema, metadata, records }: AvroFile,
  sync: Uint8Array,
  { deflate }: Pick<Deflate, "deflate">,
): Uint8Array {
  const { write } = compileAvro(schema);
  const texts = { ...metadata, "avro.codec": "deflate", "avro.schema": JSON.stringify(schema) };
  const start: number[] = [...magic];
  header.write(Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, encoder.encode(text)])), start);
  const content: number[] = [];
  for (const record of records) write(record, content);
  const block = deflate(Uint8Array.from(content));
  const size: number[] = [];
  writeLong(records.length, size);
  writeLong(block.length, size);
  const parts = [Uint8Array.from(start), sync, ...(records.length > 0 ? [Uint8Array.from(size), block, sync] : [])];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
