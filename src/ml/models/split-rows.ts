import { createRandom } from "../../base/random.ts";

/** Rows to learn from and rows to score on, both in ascending order. */
export interface RowSplit {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Splits rows at random.
 *
 * @param share of the rows that is for training; at least one row is on each side where there are two
 * @param classes of the rows: each class is split by itself, one of a single row trains. Absent: all rows are alike
 */
export function splitRows(rows: number, share: number, seed: number, classes?: Int32Array): RowSplit {
  const side = new Uint8Array(rows);
  const groups = shuffledGroups(rows, seed, classes);
  for (const group of groups) {
    const count = Math.min(group.length - 1, Math.max(1, Math.round(group.length * share)));
    for (const row of group.slice(Math.max(count, 1))) side[row] = 1;
  }
  return sides(side, 1);
}

/**
 * Splits rows into folds for cross-validation, each of about as many rows, and of about as many of each class: every row
 * is for validation once.
 */
export function foldRows(rows: number, folds: number, seed: number, classes?: Int32Array): RowSplit[] {
  const fold = new Uint8Array(rows);
  let next = 0;
  for (const group of shuffledGroups(rows, seed, classes)) for (const row of group) fold[row] = next++ % folds;
  return Array.from({ length: folds }, (_, own) => sides(fold, own)).filter(
    ({ train, validation }) => train.length > 0 && validation.length > 0,
  );
}

function shuffledGroups(rows: number, seed: number, classes: Int32Array | undefined): readonly number[][] {
  const random = createRandom(seed);
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const group = groups.get(classes?.[row] ?? 0) ?? [];
    if (group.length === 0) groups.set(classes?.[row] ?? 0, group);
    group.push(row);
  }
  const inOrder = [...groups].sort(([one], [other]) => one - other).map(([, group]) => group);
  for (const group of inOrder)
    for (let at = group.length - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [group[at], group[other]] = [group[other]!, group[at]!];
    }
  return inOrder;
}

function sides(fold: Uint8Array, own: number): RowSplit {
  const all = Uint32Array.from(fold.keys());
  return { train: all.filter((row) => fold[row] !== own), validation: all.filter((row) => fold[row] === own) };
}
