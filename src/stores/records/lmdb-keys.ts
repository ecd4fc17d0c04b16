import type { RootDatabase } from "lmdb";

/**
 * How records are named in LMDB: a space has a number, and a key is the number in four bytes and the record's own key
 * in UTF-8. The names of spaces lie under number 0, each with its number as value.
 */
export interface KeyNames {
  /** The number of a space, where it has one. */
  find(space: string): number | undefined;
  key(number: number, key: string): Buffer;
  /** The first key behind those of a space. */
  end(number: number): Buffer;
  /** The record's own key. */
  text(key: Buffer): string;
  /** The name of a space as a key, and the next number that no space has. */
  nameKey(space: string): Buffer;
  nextNumber(): number;
  remember(space: string, number: number): void;
  /** Forgets the number that a space was to get; of all spaces when none is named, because nothing was written. */
  forget(space?: string): void;
  /** The names of spaces with records. */
  list(prefix: string, after: string | undefined, limit: number): string[];
}

const prefixBytes = 4;
const mostKnown = 10_000;
export const longestKeyBytes = 4_000;

export function createKeyNames(latest: () => RootDatabase<string, Buffer>): KeyNames {
  const known = new Map<string, number>();
  /** The highest number that was given. */
  let highest: number | undefined;

  function key(number: number, text: string): Buffer {
    const bytes = Buffer.byteLength(text);
    if (bytes > longestKeyBytes)
      throw new RangeError(`A key of the record store has ${bytes} bytes; LMDB takes ${longestKeyBytes} at most`);
    const made = Buffer.allocUnsafe(prefixBytes + bytes);
    made.writeUInt32BE(number, 0);
    made.write(text, prefixBytes);
    return made;
  }

  const names: KeyNames = {
    key,
    end: (number) => key(number + 1, ""),
    text: (made) => made.toString("utf8", prefixBytes),
    nameKey: (space) => key(0, space),
    find(space) {
      const number = known.get(space);
      if (number !== undefined) return number;
      const found = latest().get(key(0, space));
      if (found !== undefined) names.remember(space, Number(found));
      return found === undefined ? undefined : Number(found);
    },
    nextNumber() {
      if (highest === undefined) {
        highest = 0;
        for (const { value } of latest().getRange({ start: key(0, ""), end: key(1, "") }))
          highest = Math.max(highest, Number(value));
      }
      return ++highest;
    },
    remember(space, number) {
      if (known.size >= mostKnown) known.clear();
      known.set(space, number);
    },
    forget(space) {
      if (space !== undefined) return void known.delete(space);
      known.clear();
      highest = undefined;
    },
    list(prefix, after, limit) {
      const found: string[] = [];
      const start = key(0, after !== undefined && after >= prefix ? `${after}\0` : prefix);
      for (const { key: named, value } of latest().getRange({ start, end: key(1, "") })) {
        const space = names.text(named);
        if (found.length >= limit || !space.startsWith(prefix)) break;
        const number = Number(value);
        for (const _one of latest().getKeys({ start: key(number, ""), end: names.end(number), limit: 1 }))
          found.push(space);
      }
      return found;
    },
  };
  return names;
}
