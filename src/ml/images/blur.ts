import type { Random } from "../../base/random.ts";
import { fromNumbers, type Pixels, placeOf } from "./pixels.ts";

/** The mean of the pixels around each, by the weights of a normal distribution to four deviations away; the edge goes on outside. */
export function gaussianBlur(image: Pixels, deviation: number): Pixels {
  const reach = Math.trunc(4 * deviation + 0.5);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-0.5 * ((at - reach) / deviation) ** 2));
  const total = weights.reduce((sum, one) => sum + one, 0);
  const pass = (from: ArrayLike<number>, isAcross: boolean): Float64Array => {
    const to = new Float64Array(image.data.length);
    for (let y = 0; y < image.height; y++)
      for (let x = 0; x < image.width; x++)
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0;
          for (let far = -reach; far <= reach; far++)
            sum +=
              weights[far + reach]! * from[placeOf(image, isAcross ? x + far : x, isAcross ? y : y + far) + channel]!;
          to[placeOf(image, x, y) + channel] = sum / total;
        }
    return to;
  };
  // What rounding takes away from a whole number comes back.
  return fromNumbers(
    image,
    pass(pass(image.data, false), true).map((one) => one + 1e-9),
  );
}

/** The mean of the pixels in a disk around each. */
export function defocusBlur(image: Pixels, radius: number): Pixels {
  const near: [number, number][] = [];
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++) if (dx * dx + dy * dy <= radius * radius) near.push([dx, dy]);
  return meanOver(
    image,
    near,
    near.map(() => 1),
  );
}

/** The weighted mean of pixels on a line from each, at an angle in degrees. */
export function motionBlur(image: Pixels, radius: number, deviation: number, angle: number): Pixels {
  const [sine, cosine] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  const places = Array.from({ length: 2 * radius + 1 }, (_, at): [number, number] => [
    Math.ceil(at * cosine - 0.5),
    Math.ceil(at * sine - 0.5),
  ]);
  return meanOver(
    image,
    places,
    places.map((_, at) => Math.exp(-(at * at) / (2 * deviation * deviation))),
  );
}

/** The mean with the image seen from nearer and nearer, to a factor. */
export function zoomBlur(image: Pixels, most: number, step: number): Pixels {
  const sums = Float64Array.from(image.data);
  let count = 1;
  for (let factor = 1; factor < most + step / 2; factor += step) {
    for (let y = 0; y < image.height; y++)
      for (let x = 0; x < image.width; x++) {
        const sourceX = (x - image.width / 2 + 0.5) / factor + image.width / 2 - 0.5;
        const sourceY = (y - image.height / 2 + 0.5) / factor + image.height / 2 - 0.5;
        const to = placeOf(image, x, y);
        for (let channel = 0; channel < 3; channel++) sums[to + channel]! += between(image, sourceX, sourceY, channel);
      }
    count++;
  }
  return fromNumbers(
    image,
    sums.map((sum) => sum / count + 1e-9),
  );
}

/** Pixels change places with near ones, between two blurs. */
export function glassBlur(image: Pixels, deviation: number, reach: number, rounds: number, random: Random): Pixels {
  const { data, height, width } = gaussianBlur(image, deviation);
  const mixed = Uint8Array.from(data);
  const offset = () => random.below(2 * reach) - reach;
  for (let round = 0; round < rounds; round++)
    for (let y = height - reach - 1; y >= reach; y--)
      for (let x = width - reach - 1; x >= reach; x--) {
        const [one, other] = [placeOf(image, x, y), placeOf(image, x + offset(), y + offset())];
        for (let channel = 0; channel < 3; channel++)
          [mixed[one + channel], mixed[other + channel]] = [mixed[other + channel]!, mixed[one + channel]!];
      }
  return gaussianBlur({ width, height, data: mixed }, deviation);
}

/** A value at a place between pixels. */
export function between(image: Pixels, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [across, down] = [x - left, y - top];
  const at = (column: number, row: number) => image.data[placeOf(image, column, row) + channel]!;
  const upper = at(left, top) * (1 - across) + at(left + 1, top) * across;
  const lower = at(left, top + 1) * (1 - across) + at(left + 1, top + 1) * across;
  return upper * (1 - down) + lower * down;
}

function meanOver(image: Pixels, places: readonly (readonly [number, number])[], weights: readonly number[]): Pixels {
  const total = weights.reduce((sum, one) => sum + one, 0);
  const numbers = new Float64Array(image.data.length);
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++) {
      const to = placeOf(image, x, y);
      for (const [at, [dx, dy]] of places.entries()) {
        const from = placeOf(image, x + dx, y + dy);
        for (let channel = 0; channel < 3; channel++)
          numbers[to + channel]! += (weights[at]! / total) * image.data[from + channel]!;
      }
    }
  return fromNumbers(
    image,
    numbers.map((one) => one + 1e-9),
  );
}
