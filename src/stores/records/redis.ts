import { setImmediate } from "node:timers/promises";
import type { Redis } from "ioredis";
import { Fault } from "../../aws/faults.ts";
import { type KeyVisitor, type RecordChange, RecordConflict, type RecordStore } from "./port.ts";
import { isBefore, visitPiece } from "./visit-piece.ts";

/** How many keys are read after a jump, and at most; each piece is four times as long as the one before. */
const firstPiece = 2;
const longestPiece = 2048;
const connectMilliseconds = 5_000;

/**
 * Looks first at all that is expected, over what the batch has written by then, and then writes. Redis runs a script
 * alone, so a batch is there whole or not at all. ARGV holds six texts a change: space, key, what is to be done, its value, what is
 * expected, the value that is expected.
 */
const writeScript = `
local prefix = KEYS[1]
local seen = {}
for i = 1, #ARGV, 6 do
  local space, key, deed, value, expected, is = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5]
  local name = string.len(space) .. ":" .. space .. key
  if expected ~= "" then
    local found = seen[name]
    if found == nil then found = redis.call("HGET", prefix .. "v:" .. space, key) end
    local fits = (expected == "absent" and not found) or (expected == "present" and found) or (expected == "is" and found == is)
    if not fits then return { i, found and 1 or 0 } end
  end
  if deed == "put" then seen[name] = value else seen[name] = false end
end
for i = 1, #ARGV, 6 do
  local space, key = ARGV[i], ARGV[i + 1]
  if ARGV[i + 2] == "put" then
    redis.call("HSET", prefix .. "v:" .. space, key, ARGV[i + 3])
    redis.call("ZADD", prefix .. "k:" .. space, 0, key)
    redis.call("ZADD", prefix .. "spaces", 0, space)
  elseif redis.call("HDEL", prefix .. "v:" .. space, key) == 1 then
    redis.call("ZREM", prefix .. "k:" .. space, key)
    if redis.call("EXISTS", prefix .. "k:" .. space) == 0 then redis.call("ZREM", prefix .. "spaces", space) end
  end
end
return { 0, 0 }
`;

export interface RedisOptions {
  /** redis://[user:password@]host[:port][/database], or rediss:// for TLS. */
  readonly url: string;
  /** Names of keys begin so; its braces keep all of them on one node of a cluster. */
  readonly prefix: string;
}

/**
 * The record store of several processes: a Redis that they share. What is acknowledged is as durable as its
 * configuration makes it: `appendonly yes` with `appendfsync always` syncs before it answers.
 */
export function createRedisRecordStore({ url, prefix }: RedisOptions): RecordStore {
  let connecting: Promise<Redis> | undefined;

  async function connect(): Promise<Redis> {
    const { Redis } = await import("ioredis");
    const redis = new Redis(url, {
      ...{ lazyConnect: true, connectTimeout: connectMilliseconds, maxRetriesPerRequest: 1 },
      // Commands of one turn go out together.
      enableAutoPipelining: true,
    });
    // Each command that fails says so itself.
    redis.on("error", () => {});
    return redis;
  }

  async function ask<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    connecting ??= connect();
    try {
      return await command(await connecting);
    } catch (error) {
      if (error instanceof RecordConflict) throw error;
      throw new Fault(
        "ServiceUnavailable",
        `The Redis at ${shownUrl(url)} cannot be reached or refuses: ${(error as Error).message}. Look whether it runs, and at the setting onlineStore.`,
        { status: 503, cause: error },
      );
    }
  }

  const valuesOf = (space: string): string => `${prefix}v:${space}`;
  const keysOf = (space: string): string => `${prefix}k:${space}`;

  async function scan(space: string, start: string, before: string | undefined, visit: KeyVisitor): Promise<void> {
    let from = start;
    let piece = firstPiece;
    const end = before === undefined ? "+" : `(${before}`;
    for (;;) {
      const keys = await ask((redis) => redis.zrangebylex(keysOf(space), `[${from}`, end, "LIMIT", 0, piece));
      const jumped = visitPiece(keys, visit);
      if (jumped === "end" || (jumped === undefined && keys.length < piece)) return;
      const following = `${keys.at(-1)!}\0`;
      from = jumped && isBefore(following, jumped.from) ? jumped.from : following;
      piece = jumped === undefined ? Math.min(piece * 4, longestPiece) : firstPiece;
      await setImmediate();
    }
  }

  return {
    get: async (space, keys) =>
      keys.length === 0
        ? []
        : (await ask((redis) => redis.hmget(valuesOf(space), ...keys))).map((value) => value ?? undefined),
    getBytes: async (space, keys) =>
      keys.length === 0
        ? []
        : (await ask((redis) => redis.hmgetBuffer(valuesOf(space), ...keys))).map((value) => value ?? undefined),
    scan: (space, { from = "", before }, visit) => scan(space, from, before, visit),
    async write(changes) {
      if (changes.length === 0) return;
      const words = changes.flatMap(wordsOf);
      const [place, found] = (await ask((redis) => redis.call("EVAL", writeScript, "1", prefix, ...words))) as [
        number,
        number,
      ];
      if (place > 0)
        throw new RecordConflict(changes[(place - 1) / wordsOfChange]!.key, found === 1 ? "present" : "absent");
    },
    async drop(space) {
      await ask((redis) => redis.multi().unlink(valuesOf(space), keysOf(space)).zrem(`${prefix}spaces`, space).exec());
    },
    spaces: async (start, after, limit) => {
      const from = after !== undefined && !isBefore(after, start) ? `(${after}` : `[${start}`;
      const found = await ask((redis) =>
        redis.zrangebylex(`${prefix}spaces`, from, `[${start}\u{10ffff}`, "LIMIT", 0, limit),
      );
      return found;
    },
    async clear() {
      await ask(async (redis) => {
        for (const space of await redis.zrange(`${prefix}spaces`, "0", "-1"))
          await redis.unlink(valuesOf(space), keysOf(space));
        await redis.unlink(`${prefix}spaces`);
      });
    },
    async close() {
      const redis = await connecting;
      connecting = undefined;
      redis?.disconnect();
    },
  };
}

const wordsOfChange = 6;
function wordsOf({ space, key, value, expected }: RecordChange): string[] {
  const isValue = typeof expected === "object";
  const done = value === undefined ? ["remove", ""] : ["put", value];
  return [space, key, ...done, isValue ? "is" : (expected ?? ""), isValue ? expected.is : ""];
}

/** An address without its password. */
export function shownUrl(url: string): string {
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
