/** Ranks numbers from 1; equal numbers share the mean of their ranks. There is no missing value among them. */
export function averageRanks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((one, other) => values[one]! - values[other]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    const value = values[order[from]!]!;
    let to = from + 1;
    while (to < order.length && values[order[to]!] === value) to++;
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
