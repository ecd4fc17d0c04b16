/** Powers of ten that a double holds exactly. */
const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const largestExact = Number.MAX_SAFE_INTEGER;
const decoder = new TextDecoder();

/** What `parseFloatBytes` returns for a text that is not a number: a value that no field can have. */
export const notANumber = Number.POSITIVE_INFINITY;

/**
 * Returns the number in `bytes[start, end)`: decimal notation with surrounding blanks, or "nan" in any case. An empty
 * text is NaN, a missing value. Anything else, infinities included, is `notANumber`.
 *
 * Up to 2^53 as mantissa and 22 as exponent, one multiplication or division of exact doubles rounds correctly (Clinger
 * 1990, the fast path); the rest goes through `Number`.
 */
export function parseFloatBytes(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && isBlank(bytes[start]!)) start++;
  while (end > start && isBlank(bytes[end - 1]!)) end--;
  if (start === end) return Number.NaN;
  let at = start;
  const first = bytes[at]!;
  if (first === 45 || first === 43) at++;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
    digits++;
  }
  if (at < end && bytes[at] === 46) {
    for (at++; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
      digits++;
      scale++;
    }
  }
  if (at !== end || digits === 0 || mantissa > largestExact || scale > 22) return parseSlowly(bytes, start, end);
  const value = mantissa / powers[scale]!;
  return first === 45 ? -value : value;
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  const text = decoder.decode(bytes.subarray(start, end));
  if (/^[-+]?nan$/i.test(text)) return Number.NaN;
  return decimal.test(text) && isHeld(Number(text)) ? Number(text) : notANumber;
}

const decimal = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/** Whether a 32-bit float holds the number: the next larger one would be rounded to infinity. */
export const isHeld = (value: number): boolean => Math.abs(value) <= 3.4028235677973366e38;

/** Says why a text was taken for `notANumber`: the rest of a sentence about it. */
export function numberProblem(text: string): string {
  const trimmed = text.trim();
  if (decimal.test(trimmed)) return tooLarge;
  if (/^[-+]?inf(inity)?$/i.test(trimmed)) return infinite;
  if (/^(["']).*\1$/.test(trimmed) && decimal.test(trimmed.slice(1, -1))) return quoted;
  return /^[-+]?0[xX][0-9a-fA-F]+$/.test(trimmed) ? "is not written in decimal digits" : "is not a number";
}

/** Says the same about a number that is not held. */
export const valueProblem = (value: number): string => (Number.isFinite(value) ? tooLarge : infinite);

/** The problem of a number that other programs read. */
export const quoted = "has quotes around its number";
const tooLarge = "is beyond 3.4e38, the largest number that a 32-bit float holds";
const infinite = "is infinite, and only finite numbers are read";

const isBlank = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;
