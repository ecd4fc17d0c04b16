/** Where listings start and end, as blobs: no UTF-8 text holds the byte 0xFF, so it comes after all that begins alike. */
export const prefixEnd = (prefix: string): Buffer => Buffer.concat([Buffer.from(prefix), Buffer.of(0xff)]);

/** The first blob that comes after this key. */
const keyAfter = (key: string): Buffer => Buffer.concat([Buffer.from(key), Buffer.of(0)]);

/** A listing starts at its prefix, or after the key `after`, or after all that the common prefix `after` stands for. */
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
