import { realFourier } from "../kernels/fourier.ts";
import { meanOf } from "./statistics.ts";

/**
 * The spectral density of a series after Welch, with the defaults of SciPy's `signal.welch`: parts of 256 values at most that lie half
 * over each other, each without its mean and through Hann's window, on one side.
 */
export function welchDensity(values: Float64Array): Float64Array {
  const size = Math.min(values.length, 256);
  const step = size - (size >> 1);
  const window = Float64Array.from({ length: size }, (_, at) =>
    size === 1 ? 1 : 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size),
  );
  const energy = window.reduce((sum, one) => sum + one * one, 0);
  const density = new Float64Array((size >> 1) + 1);
  let parts = 0;
  for (let from = 0; from + size <= values.length; from += step) {
    const part = values.subarray(from, from + size);
    const mean = meanOf(part);
    const { imaginary, real } = realFourier(part.map((one, at) => (one - mean) * window[at]!));
    for (let at = 0; at < density.length; at++) {
      const isMirrored = at > 0 && !(size % 2 === 0 && at === size / 2);
      density[at]! += ((real[at]! ** 2 + imaginary[at]! ** 2) / energy) * (isMirrored ? 2 : 1);
    }
    parts++;
  }
  return density.map((one) => one / parts);
}
