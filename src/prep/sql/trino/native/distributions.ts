import type { EngineFunction } from "../../../../base/engine-function.ts";
import { fail } from "./fail.ts";

const mostTerms = 10_000;
const smallest = 1e-300;
const precision = 1e-16;

/** Lanczos's approximation, g = 607/128. */
const lanczos = [
  ...[0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746],
  ...[-0.4919138160976202, 3.399464998481189e-5, 4.652362892704858e-5, -9.837447530487956e-5],
  ...[0.0001580887032249125, -0.00021026444172410488, 0.00021743961811521265, -0.0001643181065367639],
  ...[8.441822398385275e-5, -2.6190838401581408e-5, 3.6899182659531625e-6],
];

function logGamma(x: number): number {
  const sum = lanczos.slice(1).reduce((total, part, index) => total + part / (x + index + 1), lanczos[0]!);
  const shifted = x + 607 / 128 + 0.5;
  return (x + 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + Math.log(sum / x);
}

/** The continued fraction whose terms are `numerator(n) / (denominator(n) + ...)`, by Lentz's method. */
function continued(first: number, numerator: (n: number) => number, denominator: (n: number) => number): number {
  let value = first === 0 ? smallest : first;
  let [c, d] = [value, 0];
  for (let n = 1; n < mostTerms; n++) {
    const [a, b] = [numerator(n), denominator(n)];
    d = b + a * d;
    c = b + a / c;
    if (d === 0) d = smallest;
    if (c === 0) c = smallest;
    d = 1 / d;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < precision) break;
  }
  return value;
}

const logHalfGamma = 0.5 * Math.log(Math.PI);

/** The complementary error function of a number that is not below zero, by the incomplete gamma function of 1/2. */
function erfc(x: number): number {
  const square = x * x;
  const scale = Math.exp(-square + 0.5 * Math.log(square) - logHalfGamma);
  if (x === 0) return 1;
  if (square > 700) return 0;
  if (square >= 1.5)
    return (
      scale /
      continued(
        square + 0.5,
        (n) => n * (0.5 - n),
        (n) => 2 * n + square + 0.5,
      )
    );
  let [term, sum] = [2, 2];
  for (let n = 1; Math.abs(term) > precision * sum && n < mostTerms; n++) {
    term *= square / (0.5 + n);
    sum += term;
  }
  return 1 - scale * sum;
}

function normalCdf(mean: number, deviation: number, value: number): number {
  if (!(deviation > 0)) fail("standardDeviation must be > 0");
  const x = (value - mean) / deviation;
  if (Math.abs(x) > 40) return x < 0 ? 0 : 1;
  const tail = 0.5 * erfc(Math.abs(x) / Math.SQRT2);
  return x < 0 ? tail : 1 - tail;
}

/** Finds where a growing function has a value, between two places. */
function solve(wanted: number, of: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 2_000; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (of(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function inverseNormalCdf(mean: number, deviation: number, p: number): number {
  if (!(p > 0 && p < 1)) fail("p must be 0 > p > 1");
  if (!(deviation > 0)) fail("sd must be > 0");
  const isLow = p < 0.5;
  const tail = isLow ? p : 1 - p;
  const x = solve(-tail, (place) => -0.5 * erfc(place / Math.SQRT2), 0, 40);
  return mean + deviation * (isLow ? -x : x);
}

/** The regularized incomplete beta function. */
function betaIn(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (2 + a + b)) return 1 - betaIn(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const numerator = (n: number) => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  return front / continued(1, numerator, () => 1);
}

function betaCdf(a: number, b: number, value: number): number {
  if (!(value >= 0 && value <= 1)) fail("value must be 0 >= v >= 1");
  if (!(a > 0 && b > 0)) fail("a, b must be > 0");
  return betaIn(value, a, b);
}

function inverseBetaCdf(a: number, b: number, p: number): number {
  if (!(p >= 0 && p <= 1)) fail("p must be 0 >= p >= 1");
  if (!(a > 0 && b > 0)) fail("a, b must be > 0");
  if (p === 0 || p === 1) return p;
  return solve(p, (x) => betaIn(x, a, b), 0, 1);
}

function checkDegrees(degrees: number): void {
  if (!(degrees >= 1)) fail("degrees of freedom must be greater than or equal to 1");
}

function tCdf(value: number, degrees: number): number {
  checkDegrees(degrees);
  if (value === 0) return 0.5;
  const tail = 0.5 * betaIn(degrees / (degrees + value * value), degrees / 2, 0.5);
  return value < 0 ? tail : 1 - tail;
}

function tPdf(value: number, degrees: number): number {
  checkDegrees(degrees);
  const half = (degrees + 1) / 2;
  const log = logGamma(half) - 0.5 * (Math.log(Math.PI) + Math.log(degrees)) - logGamma(degrees / 2);
  return Math.exp(log - half * Math.log1p((value * value) / degrees));
}

const of = (name: string, count: number, call: (...values: number[]) => number): EngineFunction => ({
  ...{ name, takes: Array<"double">(count).fill("double"), gives: "double" },
  call: call as (...values: never[]) => unknown,
});

/** Distributions of chance. */
export const distributionFunctions: readonly EngineFunction[] = [
  of("own_normal_cdf", 3, normalCdf),
  of("own_inverse_normal_cdf", 3, inverseNormalCdf),
  of("own_beta_cdf", 3, betaCdf),
  of("own_inverse_beta_cdf", 3, inverseBetaCdf),
  of("own_t_cdf", 2, tCdf),
  of("own_t_pdf", 2, tPdf),
];
