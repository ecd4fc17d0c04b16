/** Numbers with an imaginary part. */
export interface ComplexNumbers {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The discrete Fourier transform of real values, of which the second half is the mirror of the first: from 0 to half their count. */
export function realFourier(values: Float64Array): ComplexNumbers {
  const all = fourier({ real: Float64Array.from(values), imaginary: new Float64Array(values.length) });
  const end = Math.floor(values.length / 2) + 1;
  // What has no other part than rounding is nothing, and what is its own mirror is real.
  const noise = 1e-14 * values.reduce((sum, one) => sum + Math.abs(one), 0);
  for (let at = 0; at < end; at++) {
    if (at === 0 || 2 * at === values.length || Math.abs(all.imaginary[at]!) <= noise) all.imaginary[at] = 0;
    if (Math.abs(all.real[at]!) <= noise) all.real[at] = 0;
  }
  return { real: all.real.subarray(0, end), imaginary: all.imaginary.subarray(0, end) };
}

/** Of any count of values: of a power of two by halves (Cooley and Tukey), of others as a convolution of one (Bluestein). */
function fourier(given: ComplexNumbers): ComplexNumbers {
  const count = given.real.length;
  if (count > 1 && (count & (count - 1)) !== 0) return byConvolution(given);
  byHalves(given.real, given.imaginary);
  return given;
}

function byConvolution({ real, imaginary }: ComplexNumbers): ComplexNumbers {
  const count = real.length;
  const size = 2 ** Math.ceil(Math.log2(2 * count - 1));
  const [cosines, sines] = [new Float64Array(count), new Float64Array(count)];
  for (let at = 0; at < count; at++) {
    // The square is taken modulo the period, where it stays exact.
    const angle = (Math.PI * ((at * at) % (2 * count))) / count;
    cosines[at] = Math.cos(angle);
    sines[at] = Math.sin(angle);
  }
  const one = { real: new Float64Array(size), imaginary: new Float64Array(size) };
  const other = { real: new Float64Array(size), imaginary: new Float64Array(size) };
  for (let at = 0; at < count; at++) {
    one.real[at] = real[at]! * cosines[at]! + imaginary[at]! * sines[at]!;
    one.imaginary[at] = imaginary[at]! * cosines[at]! - real[at]! * sines[at]!;
    other.real[at] = cosines[at]!;
    other.imaginary[at] = sines[at]!;
    if (at > 0) {
      other.real[size - at] = cosines[at]!;
      other.imaginary[size - at] = sines[at]!;
    }
  }
  byHalves(one.real, one.imaginary);
  byHalves(other.real, other.imaginary);
  for (let at = 0; at < size; at++) {
    const product = one.real[at]! * other.real[at]! - one.imaginary[at]! * other.imaginary[at]!;
    // Conjugated, so that the same transform leads back.
    one.imaginary[at] = -(one.real[at]! * other.imaginary[at]! + one.imaginary[at]! * other.real[at]!);
    one.real[at] = product;
  }
  byHalves(one.real, one.imaginary);
  const made = { real: new Float64Array(count), imaginary: new Float64Array(count) };
  for (let at = 0; at < count; at++) {
    const [a, b] = [one.real[at]! / size, -one.imaginary[at]! / size];
    made.real[at] = a * cosines[at]! + b * sines[at]!;
    made.imaginary[at] = b * cosines[at]! - a * sines[at]!;
  }
  return made;
}

function byHalves(real: Float64Array, imaginary: Float64Array): void {
  const count = real.length;
  for (let at = 1, other = 0; at < count; at++) {
    let bit = count >> 1;
    for (; other & bit; bit >>= 1) other ^= bit;
    other ^= bit;
    if (at < other) {
      [real[at], real[other]] = [real[other]!, real[at]!];
      [imaginary[at], imaginary[other]] = [imaginary[other]!, imaginary[at]!];
    }
  }
  for (let size = 2; size <= count; size *= 2) {
    const half = size / 2;
    for (let part = 0; part < half; part++) {
      const angle = (-2 * Math.PI * part) / size;
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      for (let low = part; low < count; low += size) {
        const high = low + half;
        const a = real[high]! * cosine - imaginary[high]! * sine;
        const b = real[high]! * sine + imaginary[high]! * cosine;
        real[high] = real[low]! - a;
        imaginary[high] = imaginary[low]! - b;
        real[low]! += a;
        imaginary[low]! += b;
      }
    }
  }
}
