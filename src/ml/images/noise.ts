import type { Random } from "../../base/random.ts";
import { mapPixels, type Pixels } from "./pixels.ts";

/** Of a normal distribution around 0 with the deviation 1 (Box and Muller). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Of a Poisson distribution (Knuth's product for few, a rounded normal one for many). */
function poisson(mean: number, random: Random): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > end; product *= random.next()) count++;
  return count;
}

export const gaussianNoise = (image: Pixels, deviation: number, random: Random): Pixels =>
  mapPixels(image, (value) => value + 255 * deviation * normal(random));

/** As of few photons: the fewer, the more. */
export const shotNoise = (image: Pixels, photons: number, random: Random): Pixels =>
  mapPixels(image, (value) => (poisson((value / 255) * photons, random) / photons) * 255);

/** Salt and pepper: a share of the numbers becomes 0 or 255. */
export const impulseNoise = (image: Pixels, share: number, random: Random): Pixels =>
  mapPixels(image, (value) => (random.next() >= share ? value : random.next() < 0.5 ? 0 : 255));

export const speckleNoise = (image: Pixels, deviation: number, random: Random): Pixels =>
  mapPixels(image, (value) => value + value * deviation * normal(random));
