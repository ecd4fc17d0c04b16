import { mapPixels, mapValues, type Pixels } from "./pixels.ts";

/** Contrasts after imgaug: each is a table of the 256 values. */

export const gammaContrast = (image: Pixels, gamma: number): Pixels =>
  mapValues(image, (value) => 255 * (value / 255) ** gamma);

export const sigmoidContrast = (image: Pixels, gain: number, cutoff: number): Pixels =>
  mapValues(image, (value) => 255 / (1 + Math.exp(gain * (cutoff - value / 255))));

export const logContrast = (image: Pixels, gain: number): Pixels =>
  mapValues(image, (value) => 255 * gain * Math.log2(1 + value / 255));

/** Away from the middle, or nearer to it. */
export const linearContrast = (image: Pixels, factor: number): Pixels =>
  mapValues(image, (value) => 127 + factor * (value - 127));

/** Spreads the values of each colour so that each is about as frequent: as OpenCV's `equalizeHist`. */
export function equalized(image: Pixels): Pixels {
  const total = image.width * image.height;
  const tables = [0, 1, 2].map((channel) => {
    const counts = new Float64Array(256);
    for (let at = channel; at < image.data.length; at += 3) counts[image.data[at]!]!++;
    const first = counts.findIndex((count) => count > 0);
    if (counts[first] === total) return Uint8Array.from({ length: 256 }, (_, value) => value);
    const scale = 255 / (total - counts[first]!);
    let sum = 0;
    return Uint8Array.from({ length: 256 }, (_, value) => {
      if (value <= first) return 0;
      sum += counts[value]!;
      return Math.round(sum * scale);
    });
  });
  return mapPixels(image, (value, at) => tables[at % 3]![value]!);
}

/** Toward or away from the mean of each colour: imagecorruptions' `contrast`. */
export function towardMean(image: Pixels, factor: number): Pixels {
  const means = [0, 0, 0];
  for (let at = 0; at < image.data.length; at++) means[at % 3]! += image.data[at]!;
  const count = image.width * image.height;
  return mapPixels(image, (value, at) => {
    const mean = means[at % 3]! / count;
    return (value - mean) * factor + mean;
  });
}

/** Changes hue, saturation and value of each pixel, all from 0 to 1. */
export function throughHsv(image: Pixels, of: (hsv: [number, number, number]) => void): Pixels {
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = [image.data[at]! / 255, image.data[at + 1]! / 255, image.data[at + 2]! / 255];
    const most = Math.max(red, green, blue);
    const range = most - Math.min(red, green, blue);
    let hue = 0;
    if (range > 0) {
      if (most === red) hue = (green - blue) / range;
      else if (most === green) hue = 2 + (blue - red) / range;
      else hue = 4 + (red - green) / range;
    }
    const hsv: [number, number, number] = [(((hue / 6) % 1) + 1) % 1, most === 0 ? 0 : range / most, most];
    of(hsv);
    const [h, saturation, value] = hsv;
    const sector = Math.floor(h * 6);
    const part = h * 6 - sector;
    const low = value * (1 - saturation);
    const falling = value * (1 - part * saturation);
    const rising = value * (1 - (1 - part) * saturation);
    const colours = [
      [value, rising, low],
      [falling, value, low],
      [low, value, rising],
      [low, falling, value],
      [rising, low, value],
      [value, low, falling],
    ][sector % 6]!;
    for (const [channel, colour] of colours.entries())
      data[at + channel] = Math.max(0, Math.min(255, colour * 255 + 1e-9));
  }
  return { ...image, data };
}
