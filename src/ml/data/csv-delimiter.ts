/**
 * The delimiter of a line, as the containers find it: by Python's csv.Sniffer on the first line, which prefers a comma,
 * then a tab, a semicolon, a blank and a colon, and else takes the character that stands there most often. Characters
 * that numbers are written with are no delimiters here; where the Sniffer takes one, the container reads nothing.
 */
const preferred = [",", "\t", ";", " ", ":"].map((character) => character.charCodeAt(0));
/** Not letters, digits, signs and the point, which numbers have, nor quotes, which enclose a field. */
const others = Array.from({ length: 94 }, (_, code) => code + 33).filter(
  (code) => !/[0-9A-Za-z.+\-"'_]/.test(String.fromCharCode(code)),
);
/** How much of the line is looked at. */
const sampleBytes = 512;

/** Returns the character code; a comma for a line without any delimiter. */
export function findDelimiter(bytes: Uint8Array, start: number, end: number): number {
  let [from, to] = [start, Math.min(end, start + sampleBytes)];
  while (from < to && isBlank(bytes[from]!)) from++;
  while (to > from && isBlank(bytes[to - 1]!)) to--;
  const counts = new Uint16Array(128);
  for (let at = from; at < to; at++) if (bytes[at]! < 128) counts[bytes[at]!]!++;
  const found = preferred.find((code) => counts[code]! > 0);
  if (found !== undefined) return found;
  let best = 44;
  for (const code of others) if (counts[code]! > 0 && counts[code]! >= counts[best]!) best = code;
  return best;
}

/** Blanks around a line belong to no field, but a tab may end it with an empty one. */
const isBlank = (code: number): boolean => code === 32 || code === 13;

/** Returns a delimiter as a message shows it. */
export const delimiterText = (delimiter: string): string =>
  ({ "\t": "a tab", " ": "a blank" })[delimiter] ?? `"${delimiter}"`;
