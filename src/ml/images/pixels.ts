/** An image of red, green and blue, 8 bits each: rows from the top, in each the pixels from the left. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three numbers for each pixel. */
  readonly data: Uint8Array;
}

/** Every pixel number through a function of it, from 0 to 255; what it gives is cut to that range, and its fraction goes. */
export function mapPixels(image: Pixels, of: (value: number, at: number) => number): Pixels {
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at++) data[at] = Math.max(0, Math.min(255, of(image.data[at]!, at)));
  return { ...image, data };
}

/** The same for functions of the value alone, each value once. */
export function mapValues(image: Pixels, of: (value: number) => number): Pixels {
  const table = Uint8Array.from({ length: 256 }, (_, value) => Math.max(0, Math.min(255, of(value))));
  return { ...image, data: image.data.map((value) => table[value]!) };
}

/** The place of a pixel that may lie outside: then the nearest at the edge. */
export const placeOf = ({ height, width }: Pixels, x: number, y: number): number =>
  3 * (Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x)));

/** Pixels of numbers that are no whole ones yet. */
export function fromNumbers({ height, width }: Pixels, numbers: Float64Array): Pixels {
  return mapPixels({ width, height, data: new Uint8Array(numbers.length) }, (_, at) => numbers[at]!);
}
