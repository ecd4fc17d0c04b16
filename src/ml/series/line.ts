import { studentTwoSided } from "../kernels/distributions.ts";
import { meanOf } from "./statistics.ts";

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Pearson's correlation. */
  readonly rvalue: number;
  /** How likely a slope this far from 0 is where there is none. */
  readonly pvalue: number;
  /** The standard error of the slope. */
  readonly stderr: number;
}

/** The line through values at the places 0, 1, 2 ...: as SciPy's `stats.linregress`. */
export function lineThrough(values: ArrayLike<number>): Line {
  const count = values.length;
  const [mean, middle] = [meanOf(values), (count - 1) / 2];
  let [xx, xy, yy] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    xx += (at - middle) ** 2;
    xy += (at - middle) * (values[at]! - mean);
    yy += (values[at]! - mean) ** 2;
  }
  const slope = xy / xx;
  const intercept = mean - slope * middle;
  const rvalue = Math.max(-1, Math.min(1, xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy)));
  if (count === 2) return { slope, intercept, rvalue, pvalue: values[0] === values[1] ? 1 : 0, stderr: 0 };
  const degrees = count - 2;
  const t = rvalue * Math.sqrt(degrees / ((1 - rvalue + 1e-20) * (1 + rvalue + 1e-20)));
  const stderr = Math.sqrt(((1 - rvalue ** 2) * yy) / xx / degrees);
  return { slope, intercept, rvalue, pvalue: studentTwoSided(t, degrees), stderr };
}
