import { dataFault } from "./transform-fault.ts";

/** A record of a binary file. */
export interface FramedRecord {
  /** As it is in the file, with what frames it. */
  readonly whole: Buffer;
  readonly data: Buffer;
}

/** Reads bytes that come in pieces, so many at a time. */
function createByteReader(bytes: AsyncIterable<Uint8Array>) {
  const pieces = bytes[Symbol.asyncIterator]();
  let waiting: Uint8Array[] = [];
  let size = 0;
  /** Returns so many bytes; fewer at the end of the file. */
  return async function read(count: number): Promise<Buffer> {
    while (size < count) {
      const { value, done } = await pieces.next();
      if (done) break;
      waiting.push(value);
      size += value.length;
    }
    const all =
      waiting.length === 1 ? Buffer.from(waiting[0]!.buffer, waiting[0]!.byteOffset, size) : Buffer.concat(waiting);
    const taken = all.subarray(0, count);
    waiting = count < size ? [all.subarray(count)] : [];
    size = Math.max(0, size - count);
    return taken;
  };
}

type Read = (count: number) => Promise<Buffer>;

const isCut = (format: string) =>
  dataFault(`The ${format} data ends within a record. The file is damaged, or not ${format}.`);

const tooLarge = (bytes: number, most: number) =>
  dataFault(`A record of ${bytes} bytes is larger than MaxPayloadInMB allows, ${most} bytes.`);

const recordIoMagic = 0xced7230a;

/** A record in several parts has a flag in each: 1 for the first, 2 for those between, 3 for the last; 0 for a whole one. */
async function readRecordIo(read: Read, most: number): Promise<FramedRecord | undefined> {
  const wholes: Buffer[] = [];
  const parts: Buffer[] = [];
  for (let size = 0; ; ) {
    const head = await read(8);
    if (head.length === 0 && parts.length === 0) return undefined;
    if (head.length < 8) throw isCut("RecordIO");
    if (head.readUInt32LE(0) !== recordIoMagic)
      throw dataFault(
        "A record does not begin with the magic number of RecordIO. The file is damaged, or not RecordIO.",
      );
    const word = head.readUInt32LE(4);
    const [flag, length] = [word >>> 29, word & (2 ** 29 - 1)];
    size += 8 + length;
    if (size > most) throw tooLarge(size, most);
    const padded = await read(length + (-length & 3));
    if (padded.length < length) throw isCut("RecordIO");
    wholes.push(head, padded);
    parts.push(padded.subarray(0, length));
    if (flag === 0 || flag === 3) return { whole: Buffer.concat(wholes), data: Buffer.concat(parts) };
  }
}

/** The length as 8 bytes, its checksum, the data, its checksum. */
async function readTfRecord(read: Read, most: number): Promise<FramedRecord | undefined> {
  const head = await read(12);
  if (head.length === 0) return undefined;
  if (head.length < 12) throw isCut("TFRecord");
  const length = Number(head.readBigUInt64LE(0));
  if (length > most) throw tooLarge(length, most);
  const rest = await read(length + 4);
  if (rest.length < length + 4) throw isCut("TFRecord");
  return { whole: Buffer.concat([head, rest]), data: rest.subarray(0, length) };
}

const readers = { RecordIO: readRecordIo, TFRecord: readTfRecord };

/** Yields the records of a file. @throws TransformFault for one that is larger than `most`, and for a damaged file */
export async function* framedRecords(
  bytes: AsyncIterable<Uint8Array>,
  format: keyof typeof readers,
  most: number,
): AsyncGenerator<FramedRecord> {
  const read = createByteReader(bytes);
  for (;;) {
    const record = await readers[format](read, most);
    if (record === undefined) return;
    yield record;
  }
}
