/** A set of row numbers: a bit for each. */
export type RowBits = Uint32Array;

export const bitsUpTo = (row: number): RowBits => new Uint32Array((row >>> 5) + 1);

/** A row number beyond the end is left out. */
export function addRows(bits: RowBits, rows: readonly number[]): void {
  for (const row of rows) bits[row >>> 5]! |= 1 << (row & 31);
}

export function removeRows(bits: RowBits, rows: readonly number[]): void {
  for (const row of rows) bits[row >>> 5]! &= ~(1 << (row & 31));
}

/** Returns the same set with room for that row number. */
export function withRoomFor(bits: RowBits, row: number): RowBits {
  if (row >>> 5 < bits.length) return bits;
  const grown = bitsUpTo(2 * row);
  grown.set(bits);
  return grown;
}

/** Returns the row numbers that all of the sets have. */
export function intersection([first, ...others]: readonly RowBits[]): RowBits {
  const words = Math.min(first!.length, ...others.map(({ length }) => length));
  const bits = first!.slice(0, words);
  for (const other of others) for (let i = 0; i < words; i++) bits[i]! &= other[i]!;
  return bits;
}

export function countRows(bits: RowBits): number {
  let count = 0;
  for (let word of bits) for (; word !== 0; word &= word - 1) count++;
  return count;
}

export function rowsIn(bits: RowBits): number[] {
  const rows: number[] = [];
  for (const [i, all] of bits.entries())
    for (let word = all; word !== 0; word &= word - 1) rows.push((i << 5) + (31 - Math.clz32(word & -word)));
  return rows;
}
