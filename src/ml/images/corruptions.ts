import type { Random } from "../../base/random.ts";
import { between, defocusBlur, gaussianBlur, glassBlur, motionBlur, zoomBlur } from "./blur.ts";
import { throughHsv, towardMean } from "./contrast.ts";
import { gaussianNoise, impulseNoise, shotNoise, speckleNoise } from "./noise.ts";
import { mapPixels, type Pixels, placeOf } from "./pixels.ts";

/** What may happen to an image on its way, by how bad it is: 1 to 5. */
export type Corruption = (image: Pixels, severity: number, random: Random) => Pixels;

const of =
  <T>(degrees: readonly [T, T, T, T, T], make: (image: Pixels, degree: T, random: Random) => Pixels): Corruption =>
  (image, severity, random) =>
    make(image, degrees[severity - 1]!, random);

/** A cloud of values from 0 to 1 on a square whose side is a power of two: the diamonds and squares of a plasma fractal. */
function plasma(size: number, decay: number, random: Random): Float64Array {
  const map = new Float64Array(size * size);
  let wibble = 100;
  const at = (x: number, y: number) => map[((y + size) % size) * size + ((x + size) % size)]!;
  const set = (x: number, y: number, sum: number) => {
    map[y * size + x] = sum / 4 + wibble * wibble * (2 * random.next() - 1);
  };
  for (let step = size; step >= 2; step /= 2) {
    const half = step / 2;
    for (let y = 0; y < size; y += step)
      for (let x = 0; x < size; x += step)
        set(x + half, y + half, at(x, y) + at(x + step, y) + at(x, y + step) + at(x + step, y + step));
    for (let y = 0; y < size; y += half)
      for (let x = (y / half) % 2 === 0 ? half : 0; x < size; x += step)
        set(x, y, at(x - half, y) + at(x + half, y) + at(x, y - half) + at(x, y + half));
    wibble /= decay;
  }
  const [least, most] = [map.reduce((a, b) => Math.min(a, b)), map.reduce((a, b) => Math.max(a, b))];
  return map.map((value) => (most === least ? 0 : (value - least) / (most - least)));
}

function fog(image: Pixels, [amount, decay]: readonly [number, number], random: Random): Pixels {
  const size = 2 ** Math.ceil(Math.log2(Math.max(image.width, image.height, 2)));
  const cloud = plasma(size, decay, random);
  const brightest = image.data.reduce((most, one) => Math.max(most, one), 0) / 255;
  return mapPixels(image, (value, at) => {
    const pixel = Math.floor(at / 3);
    const over = cloud[Math.floor(pixel / image.width) * size + (pixel % image.width)]!;
    return ((value / 255 + amount * over) * brightest * 255) / (brightest + amount);
  });
}

/** Pixels move a little, near ones alike. */
function elastic(image: Pixels, strength: number, random: Random): Pixels {
  const reach = Math.max(1, image.height * 0.005);
  const shifts = { ...image, data: Uint8Array.from(image.data, () => random.below(256)) };
  const smooth = gaussianBlur(shifts, Math.max(0.5, 0.01 * Math.max(image.width, image.height)));
  return mapPixels(image, (_, at) => {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    const [x, y] = [pixel % image.width, Math.floor(pixel / image.width)];
    const move = (by: number) => ((smooth.data[placeOf(image, x, y) + by]! - 127.5) / 127.5) * reach * strength;
    return between(image, x + move(0), y + move(1), channel);
  });
}

/**
 * The corruptions of Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", with
 * the degrees that the package imagecorruptions has. Those by chance draw other numbers than NumPy. JPEG and pixels as large as
 * blocks are made where images are written.
 */
export const corruptions = {
  "Gaussian noise": of([0.08, 0.12, 0.18, 0.26, 0.38], gaussianNoise),
  "Shot noise": of([60, 25, 12, 5, 3], shotNoise),
  "Impulse noise": of([0.03, 0.06, 0.09, 0.17, 0.27], impulseNoise),
  "Speckle noise": of([0.15, 0.2, 0.35, 0.45, 0.6], speckleNoise),
  "Gaussian blur": of([1, 2, 3, 4, 6], gaussianBlur),
  "Glass blur": of(
    [
      [0.7, 1, 2],
      [0.9, 2, 1],
      [1, 2, 3],
      [1.1, 3, 2],
      [1.5, 4, 2],
    ],
    (image, [deviation, reach, rounds], random) => glassBlur(image, deviation!, reach!, rounds!, random),
  ),
  "Defocus blur": of([3, 4, 6, 8, 10], defocusBlur),
  "Motion blur": of(
    [
      [10, 3],
      [15, 5],
      [15, 8],
      [15, 12],
      [20, 15],
    ],
    (image, [radius, deviation], random) => motionBlur(image, radius!, deviation!, 90 * random.next() - 45),
  ),
  "Zoom blur": of(
    [
      [1.1, 0.01],
      [1.15, 0.01],
      [1.2, 0.02],
      [1.25, 0.02],
      [1.3, 0.03],
    ],
    (image, [most, step]) => zoomBlur(image, most!, step!),
  ),
  Fog: of(
    [
      [1.5, 2],
      [2, 2],
      [2.5, 1.7],
      [2.5, 1.5],
      [3, 1.4],
    ],
    (image, [amount, decay], random) => fog(image, [amount!, decay!], random),
  ),
  Contrast: of([0.4, 0.3, 0.2, 0.1, 0.05], towardMean),
  Brightness: of([0.1, 0.2, 0.3, 0.4, 0.5], (image, more) =>
    throughHsv(image, (hsv) => {
      hsv[2] = Math.min(1, hsv[2] + more);
    }),
  ),
  Saturate: of(
    [
      [0.3, 0],
      [0.1, 0],
      [2, 0],
      [5, 0.1],
      [20, 0.2],
    ],
    (image, [factor, more]) =>
      throughHsv(image, (hsv) => {
        hsv[1] = Math.max(0, Math.min(1, hsv[1] * factor! + more!));
      }),
  ),
  "Elastic transform": of([1, 1.3, 1.7, 2, 2.4], elastic),
} satisfies Readonly<Record<string, Corruption>>;
