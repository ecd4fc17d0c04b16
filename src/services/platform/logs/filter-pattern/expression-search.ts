import type { MessageTest } from "./pattern-faults.ts";

/** What a piece of an expression matches: by ASCII code, and at `beyond` every other character. */
export type Characters = Uint8Array;
export const beyond = 128;

/** What matches one character. `repeats`: it may match more of them. `optional`: it may match none. */
export interface Piece {
  readonly characters: Characters;
  readonly repeats: boolean;
  readonly optional: boolean;
}

/** A side of `|`. */
export interface Alternative {
  readonly pieces: readonly Piece[];
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

const flags = { optional: 1, repeats: 2, end: 4, endOfText: 8 };

/**
 * Searches a text for an expression. It follows all ways through the expression at once, so that a character costs at
 * most one look at each piece. The pieces of all alternatives have one numbering, in which each alternative ends with a
 * piece of its own.
 */
export function searchFor(alternatives: readonly Alternative[]): MessageTest {
  const numbered = alternatives.flatMap(({ pieces, toEnd }) => [
    ...pieces.map((piece) => ({
      characters: piece.characters,
      flag: (piece.optional ? flags.optional : 0) + (piece.repeats ? flags.repeats : 0),
    })),
    { characters: undefined, flag: toEnd ? flags.endOfText : flags.end },
  ]);
  const flagOf = Uint8Array.from(numbered, ({ flag }) => flag);
  /** Whether a piece matches a character, by piece and code. */
  const matches = new Uint8Array(numbered.length * (beyond + 1));
  for (const [at, { characters }] of numbered.entries()) if (characters) matches.set(characters, at * (beyond + 1));
  let next = 0;
  const beginnings = alternatives.map(({ pieces, fromStart }) => {
    const at = next;
    next += pieces.length + 1;
    return { at, fromStart };
  });
  const always = beginnings.filter(({ fromStart }) => !fromStart).map(({ at }) => at);

  const buffers = [new Uint16Array(numbered.length), new Uint16Array(numbered.length)] as const;
  /** The step in which a piece was reached last. */
  const reachedIn = new Uint32Array(numbered.length);

  return (text) => {
    let [following, reached] = buffers;
    let count = 0;
    let step = 1;
    let found = false;
    reachedIn.fill(0);

    /** Adds a piece to those reached, and those behind it as long as they may be left out; returns their new number. */
    const reach = (first: number, into: Uint16Array, before: number, now: number): number => {
      let total = before;
      for (let at = first; reachedIn[at] !== now; at++) {
        reachedIn[at] = now;
        into[total++] = at;
        const flag = flagOf[at]!;
        if (flag === flags.end) found = true;
        if ((flag & flags.optional) === 0) break;
      }
      return total;
    };
    for (const { at } of beginnings) count = reach(at, following, count, step);
    for (let position = 0; position < text.length; ) {
      if (found) return true;
      const character = text.codePointAt(position)!;
      position += character > 0xffff ? 2 : 1;
      const code = Math.min(character, beyond);
      [reached, following] = [following, reached];
      const before = count;
      count = 0;
      step++;
      for (let index = 0; index < before; index++) {
        const at = reached[index]!;
        if (matches[at * (beyond + 1) + code] === 0) continue;
        count = reach(at + 1, following, count, step);
        if ((flagOf[at]! & flags.repeats) !== 0) count = reach(at, following, count, step);
      }
      for (const at of always) count = reach(at, following, count, step);
    }
    return found || following.subarray(0, count).some((at) => flagOf[at] === flags.endOfText);
  };
}
