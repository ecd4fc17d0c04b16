/**
 * The real parts of a polynomial's roots, the greatest power first; zeros before it count for nothing. By Durand and Kerner: all
 * roots at once, from points on a circle.
 */
export function realRoots(coefficients: ArrayLike<number>): Float64Array {
  const given = Array.from(coefficients);
  const terms = given.slice(given.findIndex((one) => one !== 0));
  const degree = terms.length - 1;
  if (degree < 1 || given.some((one) => !Number.isFinite(one))) return new Float64Array(0);
  const monic = terms.map((one) => one / terms[0]!);
  const radius = 1 + Math.max(...monic.slice(1).map(Math.abs));
  const real = Float64Array.from({ length: degree }, (_, at) => radius * Math.cos((2 * Math.PI * at) / degree + 0.4));
  const imaginary = Float64Array.from(
    { length: degree },
    (_, at) => radius * Math.sin((2 * Math.PI * at) / degree + 0.4),
  );
  for (let round = 0; round < 2_000; round++) {
    let moved = 0;
    for (let at = 0; at < degree; at++) {
      let [a, b] = [1, 0];
      for (const term of monic.slice(1))
        [a, b] = [a * real[at]! - b * imaginary[at]! + term, a * imaginary[at]! + b * real[at]!];
      let [c, d] = [1, 0];
      for (let other = 0; other < degree; other++) {
        if (other === at) continue;
        const [x, y] = [real[at]! - real[other]!, imaginary[at]! - imaginary[other]!];
        [c, d] = [c * x - d * y, c * y + d * x];
      }
      const size = c * c + d * d;
      if (size === 0) continue;
      const [x, y] = [(a * c + b * d) / size, (b * c - a * d) / size];
      real[at]! -= x;
      imaginary[at]! -= y;
      moved = Math.max(moved, Math.hypot(x, y) / (1 + Math.hypot(real[at]!, imaginary[at]!)));
    }
    if (moved < 1e-15) break;
  }
  return real;
}
