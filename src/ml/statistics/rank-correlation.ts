import { pearson } from "./correlation.ts";

/** A column with its rows in the order of their values: what many rank correlations of it share. */
export interface RankedColumn {
  /** The rows that have a value. */
  readonly order: Uint32Array;
  readonly values: Float64Array;
  /** The ranks of all rows; NaN where the value is missing. */
  readonly ranks: Float64Array;
}

/** @param values NaN is a missing one */
export function rankColumn(values: Float64Array): RankedColumn {
  const present = Uint32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]!));
  const order = present.sort((one, other) => values[one]! - values[other]!);
  const column = { order, values, ranks: new Float64Array(values.length) };
  ranksAmong(column, undefined, column.ranks);
  return column;
}

/** Writes the ranks among the rows that have a value in another column too, in one walk; NaN for all other rows. */
function ranksAmong(
  { order, values }: Omit<RankedColumn, "ranks">,
  other: Float64Array | undefined,
  ranks: Float64Array,
): void {
  ranks.fill(Number.NaN);
  let before = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = values[order[from]!]!;
    let own = 0;
    for (to = from; to < order.length && values[order[to]!] === value; to++)
      if (other === undefined || !Number.isNaN(other[order[to]!]!)) own++;
    for (let at = from; at < to; at++)
      if (other === undefined || !Number.isNaN(other[order[at]!]!)) ranks[order[at]!] = before + (own + 1) / 2;
    before += own;
  }
}

/** Spearman's correlation: Pearson's of the ranks, which are given among the rows where both columns have a value. */
export function spearman(x: RankedColumn, y: RankedColumn): number {
  const rows = x.values.length;
  if (x.order.length === rows && y.order.length === rows) return pearson(x.ranks, y.ranks);
  const [ofX, ofY] = [new Float64Array(rows), new Float64Array(rows)];
  ranksAmong(x, y.values, ofX);
  ranksAmong(y, x.values, ofY);
  return pearson(ofX, ofY);
}

/**
 * Spearman's correlation of a column with categories that are replaced by numbers, one for each (`meansOfCategories`).
 *
 * @param codes the category of each row; negative where it is missing
 * @param means the number of each category; that of one without rows plays no part
 */
export function spearmanOfCategories(codes: Int32Array, means: Float64Array, column: RankedColumn): number {
  const { values } = column;
  const numbers = Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : means[code]!));
  const ranks = new Float64Array(values.length);
  ranksAmong(column, numbers, ranks);
  const counts = new Float64Array(means.length);
  for (let row = 0; row < codes.length; row++)
    if (codes[row]! >= 0 && !Number.isNaN(ranks[row]!)) counts[codes[row]!]!++;
  // Rows of one category share a rank, so the categories are ranked with as much weight as they have rows.
  const order = [...means.keys()].filter((code) => counts[code]! > 0).sort((one, other) => means[one]! - means[other]!);
  const ofCategories = new Float64Array(means.length);
  let before = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    let own = 0;
    for (to = from; to < order.length && means[order[to]!] === means[order[from]!]; to++) own += counts[order[to]!]!;
    for (const code of order.slice(from, to)) ofCategories[code] = before + (own + 1) / 2;
    before += own;
  }
  return pearson(
    Float64Array.from(codes, (code, row) => (code < 0 || Number.isNaN(ranks[row]!) ? Number.NaN : ofCategories[code]!)),
    ranks,
  );
}
