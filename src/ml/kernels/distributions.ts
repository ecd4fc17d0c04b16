/** Lanczos' series with g = 7, to fifteen digits. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The natural logarithm of the gamma function of a number above 0. */
export function logGamma(x: number): number {
  const at = x - 1;
  const sum = lanczos.slice(1).reduce((total, one, index) => total + one / (at + index + 1), lanczos[0]!);
  const base = at + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The regularised incomplete beta function, from 0 to 1, by Lentz's continued fraction. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let [fraction, upper, lower] = [1, 1, 0];
  for (let step = 0; step < 1_000; step++) {
    const half = step >> 1;
    const numerator =
      step === 0
        ? 1
        : step % 2 === 0
          ? (half * (b - half) * x) / ((a + 2 * half - 1) * (a + 2 * half))
          : -((a + half) * (a + b + half) * x) / ((a + 2 * half) * (a + 2 * half + 1));
    lower = 1 / away(1 + numerator * lower);
    upper = away(1 + numerator / upper);
    fraction *= upper * lower;
    if (Math.abs(1 - upper * lower) < 1e-16) break;
  }
  return front * (fraction - 1);
}

/** How likely a value of Student's t is this far from 0 or farther, on either side. */
export const studentTwoSided = (t: number, degrees: number): number =>
  Number.isNaN(t) ? Number.NaN : incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);

/** How likely a value of the standard normal distribution is this great or less. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  let tail: number;
  if (x < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    tail = 0.5 - sum / Math.sqrt(Math.PI);
  } else {
    let fraction = x;
    for (let n = 200; n > 0; n--) fraction = x + n / 2 / fraction;
    tail = Math.exp(-x * x) / (2 * Math.sqrt(Math.PI) * fraction);
  }
  return z > 0 ? 1 - tail : tail;
}
