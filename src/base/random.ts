/** Seeded random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Returns a number uniform in [0, 1), with 53 random bits. */
  next(): number;
  /** Returns a whole number uniform in [0, bound). */
  below(bound: number): number;
}

/** Uses xoshiro128** by Blackman and Vigna (public domain), with its state filled from the seed by splitmix32. */
export function createRandom(seed: number): Random {
  let mix = seed >>> 0;
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix();
  const next32 = () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const next = () => (next32() * 0x200000 + (next32() >>> 11)) / 0x20000000000000;
  return { next, below: (bound) => Math.floor(next() * bound) };
}

/** Numbers of [0, 1) that fill it evenly. */
export interface EvenNumbers {
  next(): number;
}

const goldenSection = (Math.sqrt(5) - 1) / 2;

/**
 * Makes multiples of the golden section, which fill the interval as evenly as it can be: of any n numbers in a row a part of
 * it gets its share but for a few, where random numbers miss it by the square root of n.
 */
export function createEvenNumbers(start: number): EvenNumbers {
  let last = start;
  return {
    next() {
      last += goldenSection;
      if (last >= 1) last -= 1;
      return last;
    },
  };
}
