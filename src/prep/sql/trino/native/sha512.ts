const mask = (1n << 64n) - 1n;

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

const primes = Array.from({ length: 410 }, (_, index) => index + 2)
  .filter(isPrime)
  .slice(0, 80);

/** The first 64 bits behind the point of a root: the whole part of root(n * 2^(64 * degree)) ends in them. */
function rootBits(number: number, degree: bigint): bigint {
  const target = BigInt(number) << (64n * degree);
  let [low, high] = [0n, 1n << 72n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle - 1n;
  }
  return low & mask;
}

let constants: { readonly start: readonly bigint[]; readonly rounds: readonly bigint[] } | undefined;

const rotated = (value: bigint, bits: bigint): bigint => ((value >> bits) | (value << (64n - bits))) & mask;

/** SHA-512, whose constants are the roots of the first primes. */
export function sha512(bytes: Uint8Array): Uint8Array {
  constants ??= {
    start: primes.slice(0, 8).map((prime) => rootBits(prime, 2n)),
    rounds: primes.map((prime) => rootBits(prime, 3n)),
  };
  const { rounds, start } = constants;
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = [...start];
  const words = new Array<bigint>(80);
  for (let block = 0; block < padded.length; block += 128) {
    for (let index = 0; index < 80; index++) {
      if (index < 16) {
        words[index] = view.getBigUint64(block + 8 * index);
        continue;
      }
      const [early, late] = [words[index - 15]!, words[index - 2]!];
      const small = rotated(early, 1n) ^ rotated(early, 8n) ^ (early >> 7n);
      const large = rotated(late, 19n) ^ rotated(late, 61n) ^ (late >> 6n);
      words[index] = (words[index - 16]! + small + words[index - 7]! + large) & mask;
    }
    let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let index = 0; index < 80; index++) {
      const mixed = rotated(e, 14n) ^ rotated(e, 18n) ^ rotated(e, 41n);
      const first = (h + mixed + ((e & f) ^ (~e & mask & g)) + rounds[index]! + words[index]!) & mask;
      const second = ((rotated(a, 28n) ^ rotated(a, 34n) ^ rotated(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))) & mask;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & mask, c, b, a, (first + second) & mask];
    }
    for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index]! + value) & mask;
  }
  const answer = new DataView(new ArrayBuffer(64));
  for (const [index, value] of state.entries()) answer.setBigUint64(8 * index, value);
  return new Uint8Array(answer.buffer);
}
