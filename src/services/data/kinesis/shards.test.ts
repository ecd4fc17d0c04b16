import { expect, test } from "vitest";
import { hashKeyRange, hashOf, positionOf, sequenceNumber, shardIndex, shardOfHash } from "./shards.ts";

test.each([1, 2, 3, 7, 500])(
  "the ranges of %i shards follow each other, and each hash is in the range of its shard",
  (count) => {
    let next = 0n;
    for (let index = 0; index < count; index++) {
      const { start, end } = hashKeyRange(index, count);
      expect(start).toBe(next);
      expect([shardOfHash(start, count), shardOfHash(end, count)]).toEqual([index, index]);
      next = end + 1n;
    }
    expect(next).toBe(2n ** 128n);
  },
);

test("a partition key's hash is its MD5", () => {
  // echo -n a | md5sum
  expect(hashOf("a")).toBe(0x0cc175b9c0f1b6a831c399e269772661n);
});

test("sequence numbers grow with the position and name it in their own shard alone", () => {
  const [a, b] = [sequenceNumber(1.7e12, 3, 9), sequenceNumber(1.7e12, 3, 10)];
  expect(a < b).toBe(true);
  expect(a).toHaveLength(56);
  expect(positionOf(b, 1.7e12, 3)).toBe(10);
  expect(positionOf(b, 1.7e12, 2)).toBeUndefined();
  expect(positionOf(b, 1.6e12, 3)).toBeUndefined();
  expect(positionOf("17", 1.7e12, 3)).toBeUndefined();
});

test.each([
  ["shardId-000000000012", 12],
  ["12", 12],
  ["shardId-x", undefined],
])("the shard %s", (id, index) => {
  expect(shardIndex(id)).toBe(index);
});
