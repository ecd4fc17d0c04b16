import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import type { Unchecked } from "../../../frame/permissions.ts";
import type { JournalEntry } from "../../../stores/journals/port.ts";
import { readWindow } from "../../../stores/journals/window.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { nameInIterator, readIterator, writeIterator } from "./shard-iterator.ts";
import { hashOf, positionOf, sequenceNumber, shardId, shardIndex, shardOfHash } from "./shards.ts";
import { noSuchShard } from "./stream.ts";
import {
  expiryOf,
  findStream,
  invalidArgument,
  journalOf,
  namedStream,
  refuseMembers,
  type StreamDocument,
  type StreamNames,
  streamKind,
} from "./stream-kind.ts";

type Entry = InputOf<typeof import("@aws-sdk/client-kinesis"), "PutRecords">["Records"][number];
type IteratorInput = InputOf<typeof import("@aws-sdk/client-kinesis"), "GetShardIterator">;

/** What one request of PutRecords may hold, keys included, and one answer of GetRecords. */
const mostBytes = 10 * 1024 * 1024;
const mostRecords = 10_000;

const onStream =
  (operation: string) => (input: Unchecked<StreamNames & { readonly ShardIterator?: string }>, place: Place) => {
    const name = input.ShardIterator === undefined ? undefined : (nameInIterator(input.ShardIterator) ?? "*");
    const named = namedStream(name === undefined ? input : { StreamName: name });
    return [{ action: `kinesis:${operation}`, resource: streamKind.pattern(place, named) }];
  };

const permissions = {
  PutRecord: onStream("PutRecord"),
  PutRecords: onStream("PutRecords"),
  GetShardIterator: onStream("GetShardIterator"),
  GetRecords: onStream("GetRecords"),
};

/** The records of data streams: each is an entry of its shard's journal, and durable when the answer is sent. */
export const streamRecord = defineOperations("kinesis", permissions, {
  async PutRecord(input, context) {
    refuseMembers(context, input, "", ["StreamId"]);
    const stream = await writableStream(context, input);
    const [placed] = await append(context, stream, [input]);
    return { ...placed!, EncryptionType: "NONE" as const };
  },

  async PutRecords(input, context) {
    refuseMembers(context, input, "", ["StreamId"]);
    const stream = await writableStream(context, input);
    const bytes = input.Records.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > mostBytes)
      throw invalidArgument(`Records size exceeds ${mostBytes / 1024 / 1024} MB limit: they have ${bytes} bytes.`);
    return {
      FailedRecordCount: 0,
      Records: await append(context, stream, input.Records),
      EncryptionType: "NONE" as const,
    };
  },

  async GetShardIterator(input, context) {
    refuseMembers(context, input, "", ["StreamId"]);
    const stream = await findStream(context, input);
    const shard = shardIndex(input.ShardId);
    if (shard === undefined || shard >= stream.wanted.ShardCount)
      throw noSuchShard(input.ShardId, stream.wanted.StreamName, context.account);
    const { id, wanted } = stream;
    const position = await startOf(context, stream, shard, input);
    return {
      ShardIterator: writeIterator({ name: wanted.StreamName, id, shard, position }, context.clock.now()),
    };
  },

  async GetRecords(input, context) {
    refuseMembers(context, input, "", ["StreamId"]);
    const now = context.clock.now();
    const place = readIterator(input.ShardIterator, now);
    const stream = await findStream(context, input.StreamARN ? input : { StreamName: place.name });
    if (stream.id !== place.id || stream.wanted.StreamName !== place.name)
      throw invalidArgument("The ShardIterator is of another stream, which is gone. Call GetShardIterator again.");
    const journal = journalOf(stream, place.shard);
    const summary = await context.journals.summary(journal);
    const { entries, next } = await readRecords(
      context,
      journal,
      Math.max(place.position, summary?.first ?? 0),
      input.Limit ?? mostRecords,
      expiryOf(stream, now),
    );
    const isAtEnd = next >= (summary?.next ?? 0);
    return {
      Records: entries.map(({ position, time, data }) => {
        const [PartitionKey, body] = JSON.parse(data) as [string, string];
        return {
          SequenceNumber: sequenceNumber(stream.created, place.shard, position),
          ApproximateArrivalTimestamp: new Date(time),
          ...{ Data: Buffer.from(body, "base64"), PartitionKey, EncryptionType: "NONE" as const },
        };
      }),
      NextShardIterator: writeIterator({ ...place, position: next }, now),
      MillisBehindLatest: isAtEnd ? 0 : Math.max(0, now - (entries.at(-1)?.time ?? now)),
    };
  },
});

async function writableStream(context: Context, names: StreamNames): Promise<StreamDocument> {
  const stream = await findStream(context, names);
  if (stream.status === "ACTIVE") return stream;
  // The cache may be a moment behind the reconciler.
  const latest = await findStream(context, names, context.resources);
  if (latest.status === "ACTIVE") return latest;
  throw new Fault(
    "ResourceNotFoundException",
    `Stream ${latest.wanted.StreamName} under account ${context.account} is not ACTIVE yet: its status is ${latest.status}.`,
  );
}

const sizeOf = ({ Data, PartitionKey = "" }: Entry) => Data.byteLength + Buffer.byteLength(PartitionKey);

/** Appends records, each to the shard of its key, and returns where each one is. */
async function append(context: Context, stream: StreamDocument, entries: readonly Entry[]) {
  const { wanted, created } = stream;
  const time = context.clock.now();
  const byShard = new Map<number, { readonly at: number; readonly data: string }[]>();
  for (const [at, entry] of entries.entries()) {
    const most = wanted.MaxRecordSizeInKiB * 1024;
    if (sizeOf(entry) > most)
      throw validationFault(
        `1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to ${most}; with its partition key it has ${sizeOf(entry)}.`,
      );
    const { ExplicitHashKey, PartitionKey, Data } = entry;
    if (PartitionKey === undefined)
      throw validationFault(
        "1 validation error detected: Value null at 'partitionKey' failed to satisfy constraint: Member must not be null",
      );
    const hash = ExplicitHashKey === undefined ? hashOf(PartitionKey) : BigInt(ExplicitHashKey);
    if (hash >= 2n ** 128n)
      throw invalidArgument(
        `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${hash}`,
      );
    const shard = shardOfHash(hash, wanted.ShardCount);
    const data = JSON.stringify([PartitionKey, Buffer.from(Data).toString("base64")]);
    const inShard = byShard.get(shard);
    if (inShard) inShard.push({ at, data });
    else byShard.set(shard, [{ at, data }]);
  }
  const placed: { SequenceNumber: string; ShardId: string }[] = [];
  await Promise.all(
    [...byShard].map(async ([shard, inShard]) => {
      const first = await context.journals.append(
        journalOf(stream, shard),
        inShard.map(({ data }) => ({ time, data })),
      );
      for (const [index, { at }] of inShard.entries())
        placed[at] = { SequenceNumber: sequenceNumber(created, shard, first + index), ShardId: shardId(shard) };
    }),
  );
  return placed;
}

/** Returns the position at which an iterator begins. */
async function startOf(context: Context, stream: StreamDocument, shard: number, input: IteratorInput): Promise<number> {
  const { ShardIteratorType: type, StartingSequenceNumber: sequence, Timestamp } = input;
  const journal = journalOf(stream, shard);
  const summary = await context.journals.summary(journal);
  if (type === "LATEST") return summary?.next ?? 0;
  if (type === "TRIM_HORIZON") return summary?.first ?? 0;
  if (type === "AT_TIMESTAMP") {
    if (Timestamp === undefined) throw invalidArgument("Timestamp is missing: AT_TIMESTAMP needs it.");
    if (!summary) return 0;
    const window = { begin: Timestamp.getTime(), end: Number.POSITIVE_INFINITY };
    for await (const entries of readWindow(context.journals, journal, summary, window)) {
      const found = entries.find(({ time }) => time >= window.begin);
      if (found) return found.position;
    }
    return summary.next;
  }
  if (sequence === undefined) throw invalidArgument(`StartingSequenceNumber is missing: ${type} needs it.`);
  const position = positionOf(sequence, stream.created, shard);
  if (position === undefined)
    throw invalidArgument(
      `StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${input.ShardId} in stream ${stream.wanted.StreamName} under account ${context.account} is invalid because it did not come from this stream.`,
    );
  return type === "AFTER_SEQUENCE_NUMBER" ? position + 1 : position;
}

/** Reads by small chunks first, since a record may have 10 MiB; stops at what one answer may hold. */
async function readRecords(context: Context, journal: string, from: number, limit: number, expiry: number) {
  const entries: JournalEntry[] = [];
  let [next, bytes, chunk] = [from, 0, 8];
  while (entries.length < limit) {
    const read = await context.journals.read(journal, next, Math.min(chunk, limit - entries.length));
    if (read.length === 0) break;
    let chunkBytes = 0;
    for (const entry of read) {
      // Base64 has four characters for three bytes.
      const size = entry.data.length * 0.75;
      if (entries.length > 0 && bytes + size > mostBytes) return { entries, next };
      chunkBytes += size;
      next = entry.position + 1;
      if (entry.time < expiry) continue;
      bytes += size;
      entries.push(entry);
    }
    if (chunkBytes < mostBytes / 10) chunk *= 2;
  }
  return { entries, next };
}
