/** Returns the blob after all keys with this prefix: no UTF-8 text holds the byte 0xFF. */
export const prefixEnd = (prefix: string): Buffer => Buffer.concat([Buffer.from(prefix), Buffer.of(0xff)]);

/** Returns the first blob after this key. */
const keyAfter = (key: string): Buffer => Buffer.concat([Buffer.from(key), Buffer.of(0)]);

/** A listing starts at its prefix, after the key `after`, or after all keys that the common prefix `after` folds. */
export function firstPosition(prefix: string, delimiter: string | undefined, after: string | undefined): Buffer {
  const start = Buffer.from(prefix);
  if (after === undefined) return start;
  const folded =
    delimiter &&
    after.startsWith(prefix) &&
    after.indexOf(delimiter, prefix.length) === after.length - delimiter.length &&
    after.length - delimiter.length >= prefix.length;
  const next = folded ? prefixEnd(after) : keyAfter(after);
  return Buffer.compare(next, start) > 0 ? next : start;
}
