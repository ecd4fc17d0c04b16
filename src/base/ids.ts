import type { Clock } from "./clock.ts";

/** Makes ids; passed in, so that tests get the same ids every time. */
export interface Ids {
  /** Returns a ULID: 26 characters, ascending with time, never the same twice. */
  ulid(): string;
  /** Returns a random UUID, version 4, for request ids and for everything that AWS shows as a UUID. */
  uuid(): string;
}

/** Random bytes for many UUIDs are taken at once: each taking costs more than the rest of a UUID. */
const poolBytes = 16 * 256;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * Makes ULIDs as the ULID specification has them: 48 bits of milliseconds, 80 random bits, Crockford base 32. Within
 * one millisecond the random part counts up, so ids sort in the order in which they were made.
 */
export function createIds(clock: Clock, randomBytes: (count: number) => Uint8Array): Ids {
  let lastTime = -1;
  let tail = new Uint8Array(10);
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  return {
    ulid() {
      const now = Math.max(clock.now(), lastTime);
      if (now === lastTime) increment(tail);
      else tail = Uint8Array.from(randomBytes(10));
      lastTime = now;
      return encodeTime(now) + encodeTail(tail);
    },
    uuid() {
      if (at === pool.length) {
        pool = randomBytes(poolBytes);
        at = 0;
      }
      let text = "";
      for (let i = 0; i < 16; i++) {
        const byte = pool[at++]!;
        if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
        text += hex[i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte]!;
      }
      return text;
    },
  };
}

function encodeTime(milliseconds: number): string {
  let text = "";
  let rest = milliseconds;
  for (let i = 0; i < 10; i++) {
    text = crockford[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Returns when a ULID was made, in milliseconds since 1970. */
export function ulidTime(ulid: string): number {
  let milliseconds = 0;
  for (let i = 0; i < 10; i++) milliseconds = milliseconds * 32 + crockford.indexOf(ulid[i]!);
  return milliseconds;
}

function encodeTail(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += crockford[(value >> bits) & 31];
      value &= (1 << bits) - 1;
    }
  }
  return text;
}

function increment(bytes: Uint8Array): void {
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = (bytes[i]! + 1) & 0xff;
    if (bytes[i] !== 0) return;
  }
}
