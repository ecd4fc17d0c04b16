/** How well one class is told from all others. */
export interface ScoresOfClass {
  /** The share of its rows among those predicted as it; 0 where none is. */
  readonly precision: number;
  /** The share of its rows that are predicted as it; 0 where it has none. */
  readonly recall: number;
  readonly f1: number;
  /** Its rows. */
  readonly rows: number;
}

/** How well classes are predicted. */
export interface ClassScores {
  readonly accuracy: number;
  /** The mean recall of the classes that have rows. */
  readonly balancedAccuracy: number;
  readonly classes: readonly ScoresOfClass[];
  /** The means over the classes that have rows or predictions. */
  readonly macro: Omit<ScoresOfClass, "rows">;
  /** The same weighed by the rows of each class. */
  readonly weighted: Omit<ScoresOfClass, "rows">;
  /** Rows of class i that are predicted as class j, at [i][j]. */
  readonly confusion: readonly (readonly number[])[];
}

/** Scores predicted classes, 0 to `classes` - 1, as scikit-learn's metrics of these names do. NaN without rows. */
export function classScores(actual: Int32Array, predicted: Int32Array, classes: number): ClassScores {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < actual.length; row++) confusion[actual[row]!]![predicted[row]!]!++;
  const guesses = confusion.map((_, k) => confusion.reduce((sum, row) => sum + row[k]!, 0));
  const own = confusion.map((counts, k): ScoresOfClass => {
    const rows = counts.reduce((sum, count) => sum + count, 0);
    const hits = counts[k]!;
    const precision = guesses[k] === 0 ? 0 : hits / guesses[k]!;
    const recall = rows === 0 ? 0 : hits / rows;
    return { precision, recall, f1: hits === 0 ? 0 : (2 * hits) / (guesses[k]! + rows), rows };
  });
  const seen = own.filter(({ rows }, k) => rows > 0 || guesses[k]! > 0);
  const withRows = own.filter(({ rows }) => rows > 0);
  const mean = (of: readonly ScoresOfClass[], weight: (one: ScoresOfClass) => number) => {
    const total = of.reduce((sum, one) => sum + weight(one), 0);
    const of1 = (name: "precision" | "recall" | "f1") =>
      of.reduce((sum, one) => sum + weight(one) * one[name], 0) / total;
    return { precision: of1("precision"), recall: of1("recall"), f1: of1("f1") };
  };
  return {
    accuracy: confusion.reduce((sum, counts, k) => sum + counts[k]!, 0) / actual.length,
    balancedAccuracy: mean(withRows, () => 1).recall,
    classes: own,
    macro: mean(seen, () => 1),
    weighted: mean(seen, ({ rows }) => rows),
    confusion,
  };
}
