const multiplier = 0x5deece66dn;
const mask = (1n << 48n) - 1n;

/** Whole numbers from 0 to one less than a bound, as Java's `java.util.Random` draws them from a seed: what Spark's models are made of. */
export function javaRandom(seed: bigint): (bound: number) => number {
  let state = (seed ^ multiplier) & mask;
  const next = (): number => {
    state = (state * multiplier + 0xbn) & mask;
    return Number(state >> 17n);
  };
  return (bound) => {
    let drawn = next();
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * drawn) / 2 ** 31);
    // What is left over above the greatest multiple of the bound is drawn again.
    while (drawn - (drawn % bound) + (bound - 1) >= 2 ** 31) drawn = next();
    return drawn % bound;
  };
}
