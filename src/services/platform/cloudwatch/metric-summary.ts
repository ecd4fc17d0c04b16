/** The summary of a set of values. */
export interface MetricSummary {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** Values and their counts in turn, for percentiles. undefined when some values are known by a statistic set only. */
  samples: number[] | undefined;
}

export const emptySummary = (): MetricSummary => ({
  count: 0,
  sum: 0,
  minimum: Infinity,
  maximum: -Infinity,
  samples: [],
});

/** Adds the second summary to the first, which keeps about `mostSamples` distinct values at most. */
export function addSummary(to: MetricSummary, added: Readonly<MetricSummary>, mostSamples: number): void {
  to.count += added.count;
  to.sum += added.sum;
  to.minimum = Math.min(to.minimum, added.minimum);
  to.maximum = Math.max(to.maximum, added.maximum);
  if (!added.samples || !to.samples) {
    to.samples = undefined;
    return;
  }
  for (const number of added.samples) to.samples.push(number);
  // Bounding sorts all samples, so it is not done at every addition.
  if (to.samples.length > 8 * mostSamples) to.samples = boundSamples(to.samples, mostSamples);
}

/** The width of the narrowest group: 1 % of its values. */
const narrowest = 0.01;

/**
 * Sorts samples by value and bounds them to `most` distinct values (at least 10). Samples that fit stay exact.
 * Otherwise values that differ by less than 1 % become their mean, then 2 %, 4 % and so on until they fit. Percentiles
 * are exact within that width.
 */
export function boundSamples(samples: readonly number[], most: number): number[] {
  const pairs: [value: number, count: number][] = [];
  for (let place = 0; place < samples.length; place += 2) pairs.push([samples[place]!, samples[place + 1]!]);
  pairs.sort(([a], [b]) => a - b);
  let grouped = group(pairs, (value) => value);
  for (let width = narrowest; grouped.length > 2 * most; width *= 2)
    grouped = group(pairs, (value) => Math.floor(Math.log(Math.abs(value)) / width));
  return grouped;
}

/** Replaces neighbours of one sign and the same key by their mean. */
function group(pairs: readonly (readonly [value: number, count: number])[], keyOf: (value: number) => number) {
  const grouped: number[] = [];
  let latest: { readonly key: number; readonly sign: number } | undefined;
  for (const [value, count] of pairs) {
    const [key, sign] = [keyOf(value), Math.sign(value)];
    if (latest?.key === key && latest.sign === sign) {
      const at = grouped.length - 2;
      const total = grouped[at + 1]! + count;
      grouped[at]! += (value - grouped[at]!) * (count / total);
      grouped[at + 1] = total;
    } else {
      grouped.push(value, count);
      latest = { key, sign };
    }
  }
  return grouped;
}
