import type { BatchStrategy, SplitType } from "../../images/transform-plan.ts";
import { framedRecords } from "./framed-records.ts";
import type { RecordCodec } from "./record-codec.ts";
import { dataFault } from "./transform-fault.ts";

/** What is sent to the model server at once. */
export interface MiniBatch {
  readonly payload: Uint8Array;
  /** The records that it was made of, where they are needed for the output. */
  readonly records?: readonly string[];
}

export interface BatchRules {
  readonly split: SplitType;
  readonly strategy: BatchStrategy;
  /** The most bytes of a payload, and of a record. */
  readonly mostBytes: number;
  /** Present where each record is changed before it is sent. */
  readonly codec?: RecordCodec;
}

/**
 * Cuts a file into mini-batches. A line that is empty holds no record; the end of a line is not part of it. An empty file
 * has no mini-batch.
 * @throws TransformFault for a record that is larger than a payload may be, and for one that cannot be read
 */
export function miniBatches(bytes: AsyncIterable<Uint8Array>, rules: BatchRules): AsyncGenerator<MiniBatch> {
  const { split, strategy, codec } = rules;
  if (split === "RecordIO" || split === "TFRecord") return framedBatches(bytes, split, rules);
  if (split === "None") return wholeFile(bytes, rules);
  return codec || strategy === "SingleRecord" ? recordBatches(bytes, rules) : lineBatches(bytes, rules);
}

const tooLong = (mostBytes: number, what: string) =>
  dataFault(`${what} is larger than MaxPayloadInMB allows, ${mostBytes} bytes.`);

async function* wholeFile(
  bytes: AsyncIterable<Uint8Array>,
  { mostBytes, codec }: BatchRules,
): AsyncGenerator<MiniBatch> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > mostBytes) throw tooLong(mostBytes, "The file, which is not split,");
    pieces.push(piece);
  }
  if (size === 0) return;
  const payload = Buffer.concat(pieces);
  if (!codec) yield { payload };
  else {
    const record = payload.toString(codec.encoding);
    yield { payload: Buffer.from(codec.prepare(record), codec.encoding), records: [record] };
  }
}

async function* framedBatches(
  bytes: AsyncIterable<Uint8Array>,
  format: "RecordIO" | "TFRecord",
  { strategy, mostBytes }: BatchRules,
): AsyncGenerator<MiniBatch> {
  let gathered: Buffer[] = [];
  let size = 0;
  for await (const { whole, data } of framedRecords(bytes, format, mostBytes)) {
    if (strategy === "SingleRecord") {
      // Servers of TensorFlow read the record itself; those of RecordIO read its frame.
      yield { payload: format === "TFRecord" ? data : whole };
      continue;
    }
    if (whole.length > mostBytes) throw tooLong(mostBytes, "A record with its frame");
    if (size + whole.length > mostBytes) {
      yield { payload: Buffer.concat(gathered) };
      gathered = [];
      size = 0;
    }
    gathered.push(whole);
    size += whole.length;
  }
  if (size > 0) yield { payload: Buffer.concat(gathered) };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Gathers pieces into blocks of whole lines, each of at most so many bytes without its last end of line. */
async function* lineBlocks(bytes: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    waiting.push(piece);
    size += piece.length;
    // The end of the last line may have two bytes.
    if (size <= mostBytes + 1) continue;
    let rest = joined(waiting);
    while (rest.length > mostBytes + 1) {
      const cut = lastEnd(rest, mostBytes);
      yield rest.subarray(0, cut);
      rest = rest.subarray(cut + 1);
    }
    // What is sent is let go of before the rest is added to.
    waiting = rest.length > 0 ? [Buffer.from(rest)] : [];
    size = rest.length;
  }
  if (size === 0) return;
  let rest = withoutEnd(joined(waiting));
  while (rest.length > mostBytes) {
    const cut = lastEnd(rest, mostBytes);
    yield rest.subarray(0, cut);
    rest = rest.subarray(cut + 1);
  }
  yield rest;
}

function joined(pieces: readonly Uint8Array[]): Buffer {
  const [first] = pieces;
  return pieces.length === 1 ? Buffer.from(first!.buffer, first!.byteOffset, first!.length) : Buffer.concat(pieces);
}

/** Returns where the last line that fits has its end. */
function lastEnd(bytes: Buffer, mostBytes: number): number {
  const end = bytes.lastIndexOf(lineFeed, mostBytes);
  if (end >= 0) return end;
  if (bytes[mostBytes] === carriageReturn && bytes[mostBytes + 1] === lineFeed) return mostBytes + 1;
  throw tooLong(mostBytes, "A record");
}

function withoutEnd(line: Buffer): Buffer {
  const text = line.at(-1) === lineFeed ? line.subarray(0, -1) : line;
  return text.at(-1) === carriageReturn ? text.subarray(0, -1) : text;
}

const emptyLine = /^\r?$/;

/** Sends lines as they are, as many as a payload holds. */
async function* lineBatches(bytes: AsyncIterable<Uint8Array>, { mostBytes }: BatchRules): AsyncGenerator<MiniBatch> {
  for await (const block of lineBlocks(bytes, mostBytes)) {
    const payload = withoutEmptyLines(block);
    if (payload.length > 0) yield { payload };
  }
}

function withoutEmptyLines(block: Buffer): Buffer {
  const first = block[0];
  const hasEmpty =
    first === undefined ||
    first === lineFeed ||
    first === carriageReturn ||
    block.at(-1) === lineFeed ||
    block.includes("\n\n") ||
    block.includes("\n\r");
  const kept = hasEmpty
    ? Buffer.from(
        block
          .toString("latin1")
          .split("\n")
          .filter((line) => !emptyLine.test(line))
          .join("\n"),
        "latin1",
      )
    : block;
  return withoutEnd(kept);
}

async function* recordsIn(
  bytes: AsyncIterable<Uint8Array>,
  mostBytes: number,
  encoding: BufferEncoding,
): AsyncGenerator<readonly string[]> {
  for await (const block of recordBlocks(bytes, mostBytes)) {
    const lines = block.toString(encoding).split("\n");
    const records: string[] = [];
    for (const line of lines) {
      const record = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (record !== "") records.push(record);
    }
    if (records.length > 0) yield records;
  }
}

/** Blocks that are small where lines are. */
async function* recordBlocks(bytes: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let size = 0;
  for await (const piece of bytes) {
    const part = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const end = part.lastIndexOf(lineFeed);
    begun.push(end < 0 ? part : part.subarray(0, end));
    size += end < 0 ? part.length : end;
    if (end < 0) {
      // The end of the line may be a carriage return too.
      if (size > mostBytes + 1) throw tooLong(mostBytes, "A record");
      continue;
    }
    yield joined(begun);
    begun = end + 1 < part.length ? [part.subarray(end + 1)] : [];
    size = part.length - end - 1;
  }
  if (size > 0) yield joined(begun);
}

async function* recordBatches(
  bytes: AsyncIterable<Uint8Array>,
  { strategy, mostBytes, codec }: BatchRules,
): AsyncGenerator<MiniBatch> {
  const encoding = codec?.encoding ?? "latin1";
  const most = strategy === "SingleRecord" ? 1 : Number.POSITIVE_INFINITY;
  let payloads: string[] = [];
  let records: string[] = [];
  let size = 0;
  const batch = (): MiniBatch => ({
    payload: Buffer.from(payloads.length === 1 ? payloads[0]! : payloads.join("\n"), encoding),
    ...(codec && { records }),
  });
  let number = 0;
  for await (const some of recordsIn(bytes, mostBytes, encoding)) {
    for (const record of some) {
      number++;
      const own = Buffer.byteLength(record, encoding);
      if (own > mostBytes) throw tooLong(mostBytes, `Record ${number}`);
      const payload = codec ? codec.prepare(record, number) : record;
      const sent = codec ? Buffer.byteLength(payload, encoding) : own;
      if (sent > mostBytes) throw tooLong(mostBytes, `Record ${number}`);
      // What was left out of records waits with them, so it counts too.
      const length = Math.max(own, sent);
      if (payloads.length > 0 && (payloads.length >= most || size + 1 + length > mostBytes)) {
        yield batch();
        payloads = [];
        records = [];
        size = 0;
      }
      size += payloads.length === 0 ? length : length + 1;
      payloads.push(payload);
      if (codec) records.push(record);
    }
  }
  if (payloads.length > 0) yield batch();
}
