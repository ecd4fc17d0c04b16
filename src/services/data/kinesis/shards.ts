import { createHash } from "node:crypto";

const hashKeys = 2n ** 128n;

/** The name of a stream's shard by its number, as AWS writes it. */
export const shardId = (index: number): string => `shardId-${String(index).padStart(12, "0")}`;

/** Returns the number of a shard, or undefined for a text that names none. */
export function shardIndex(id: string): number | undefined {
  const [, digits] = /^(?:shardId-)?(\d{1,12})$/.exec(id) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The hash keys of each of so many shards, both ends inclusive: equal parts of 2^128, the last with what is left. */
export function hashKeyRange(index: number, count: number): { readonly start: bigint; readonly end: bigint } {
  const width = hashKeys / BigInt(count);
  const start = BigInt(index) * width;
  return { start, end: index === count - 1 ? hashKeys - 1n : start + width - 1n };
}

/** Returns the shard that a hash key lies in. */
export function shardOfHash(hash: bigint, count: number): number {
  const index = Number(hash / (hashKeys / BigInt(count)));
  return Math.min(index, count - 1);
}

/** The hash key of a partition key: its MD5 as a number of 128 bits. */
export const hashOf = (partitionKey: string): bigint =>
  BigInt(`0x${createHash("md5").update(partitionKey, "utf8").digest("hex")}`);

const secondDigits = 10;
const shardDigits = 6;
const positionDigits = 38;

/** Names an entry of a shard's journal: 56 digits, as AWS's have, in the order of the shard's records. */
export const sequenceNumber = (createdMilliseconds: number, index: number, position: number): string =>
  [
    "49",
    String(Math.floor(createdMilliseconds / 1000)).padStart(secondDigits, "0"),
    String(index).padStart(shardDigits, "0"),
    String(position).padStart(positionDigits, "0"),
  ].join("");

/** Returns the position that a sequence number names in this shard; undefined for one of another shard or stream. */
export function positionOf(sequence: string, createdMilliseconds: number, index: number): number | undefined {
  const position = Number(sequence.slice(-positionDigits));
  return Number.isSafeInteger(position) && sequenceNumber(createdMilliseconds, index, position) === sequence
    ? position
    : undefined;
}
