const firstMilliseconds = 1_000;
const lastMilliseconds = 60_000;

/** Returns how long to wait before the next try: 1 s after the first failure, twice as long after each, 60 s at most. */
export const backOffMilliseconds = (failures: number): number =>
  Math.min(firstMilliseconds * 2 ** (failures - 1), lastMilliseconds);
