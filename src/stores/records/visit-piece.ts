import type { KeyVisitor } from "./port.ts";

/** Returns where to go on behind the piece, "end", or undefined when all of it was visited. */
export function visitPiece(keys: readonly string[], visit: KeyVisitor): ReturnType<KeyVisitor> {
  let at = 0;
  while (at < keys.length) {
    const next = visit(keys[at]!);
    if (next === "end") return next;
    if (next === undefined) at++;
    else {
      const place = firstFrom(keys, next.from, at + 1);
      if (place === keys.length) return next;
      at = place;
    }
  }
  return undefined;
}

/** Finds the first key of a piece that is not before another one. */
function firstFrom(keys: readonly string[], from: string, start: number): number {
  let [low, high] = [start, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(keys[middle]!, from)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Compares by code points, which is the order of UTF-8. Units of surrogate pairs are the only ones out of order. */
export function isBefore(left: string, right: string): boolean {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one !== other) return inOrder(one) < inOrder(other);
  }
  return left.length < right.length;
}

const inOrder = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
