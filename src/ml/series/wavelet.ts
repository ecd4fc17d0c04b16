/** Ricker's wavelet ("Mexican hat") at so many points around 0. */
function ricker(points: number, width: number): Float64Array {
  const height = 2 / (Math.sqrt(3 * width) * Math.PI ** 0.25);
  return Float64Array.from({ length: points }, (_, at) => {
    const square = (at - (points - 1) / 2) ** 2;
    return height * (1 - square / width ** 2) * Math.exp(-square / (2 * width ** 2));
  });
}

/** All products of one with the other, moved along it. */
function convolve(one: Float64Array, other: Float64Array): Float64Array {
  const made = new Float64Array(one.length + other.length - 1);
  for (let i = 0; i < one.length; i++) for (let j = 0; j < other.length; j++) made[i + j]! += one[i]! * other[j]!;
  return made;
}

/** A series through Ricker's wavelet of a width, by convolution, as SciPy's `find_peaks_cwt` has it. */
export function throughRicker(values: Float64Array, width: number): Float64Array {
  const points = Math.min(10 * width, values.length);
  const whole = convolve(values, ricker(points, width));
  const from = (points - 1) >> 1;
  return whole.subarray(from, from + values.length);
}

const steps = 2 ** 12;
/** The integral of the wavelet from -8 on, at even steps. */
const integral: Float64Array = (() => {
  const step = 16 / (steps - 1);
  let sum = 0;
  return Float64Array.from({ length: steps }, (_, at) => {
    const x = -8 + at * step;
    sum += (2 / (Math.sqrt(3) * Math.PI ** 0.25)) * (1 - x * x) * Math.exp((-x * x) / 2);
    return sum * step;
  });
})();

/** A series through the wavelet of a scale, as PyWavelets' `cwt` works it out: of the changes of the integral, at whole steps. */
export function continuousWavelet(values: Float64Array, scale: number): Float64Array {
  const step = 16 / (steps - 1);
  const points = Math.ceil(scale * 16 + 1);
  const places = Array.from({ length: points }, (_, at) => Math.floor(at / (scale * step))).filter((at) => at < steps);
  const wave = Float64Array.from(places.reverse(), (at) => integral[at]!);
  const whole = convolve(values, wave);
  const changes = new Float64Array(whole.length - 1);
  for (let at = 0; at < changes.length; at++) changes[at] = -Math.sqrt(scale) * (whole[at + 1]! - whole[at]!);
  const from = Math.floor((changes.length - values.length) / 2);
  return changes.subarray(from, from + values.length);
}
