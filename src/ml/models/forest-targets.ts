/**
 * What the trees of a forest learn, as sums that rows are added to: how well a set of rows is told by one answer depends on
 * its sums alone.
 */
export interface Targets {
  /** Numbers of an answer: a share per class, or 1 value. */
  readonly width: number;
  /** Numbers of the sums of a set of rows; the first is how many they are. */
  readonly size: number;
  /** Adds a row `times` times to the sums at `at`. */
  add(sums: Float64Array, at: number, row: number, times: number): void;
  /** What a set's impurity times its rows falls by: n Σ share² for classes, n mean² for values; 0 without rows. */
  purity(sums: Float64Array, at: number): number;
  /** Whether one answer tells all rows of a set. */
  isPure(sums: Float64Array, at: number): boolean;
  /** Writes the answer of a set. */
  answer(sums: Float64Array, at: number, answers: number[]): void;
}

/** Classes: the sums are the rows, and the rows of each class. */
export function createClassTargets(labels: Int32Array, classes: number): Targets {
  return {
    width: classes,
    size: classes + 1,
    add(sums, at, row, times) {
      sums[at]! += times;
      sums[at + 1 + labels[row]!]! += times;
    },
    purity(sums, at) {
      let squares = 0;
      for (let k = 1; k <= classes; k++) squares += sums[at + k]! * sums[at + k]!;
      return squares === 0 ? 0 : squares / sums[at]!;
    },
    isPure(sums, at) {
      for (let k = 1; k <= classes; k++) if (sums[at + k] === sums[at]) return true;
      return false;
    },
    answer(sums, at, answers) {
      for (let k = 1; k <= classes; k++) answers.push(sums[at + k]! / sums[at]!);
    },
  };
}

/** Values: the sums are the rows, their values less the mean of all, and the squares of these. */
export function createValueTargets(values: Float64Array): Targets {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  return {
    width: 1,
    size: 3,
    add(sums, at, row, times) {
      const value = centred[row]!;
      sums[at]! += times;
      sums[at + 1]! += times * value;
      sums[at + 2]! += times * value * value;
    },
    purity: (sums, at) => (sums[at] === 0 ? 0 : (sums[at + 1]! * sums[at + 1]!) / sums[at]!),
    isPure: (sums, at) => sums[at + 2]! - (sums[at + 1]! * sums[at + 1]!) / sums[at]! <= 1e-14 * sums[at + 2]!,
    answer: (sums, at, answers) => answers.push(mean + sums[at + 1]! / sums[at]!),
  };
}
