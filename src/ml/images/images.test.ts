import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { gaussianBlur } from "./blur.ts";
import { equalized } from "./contrast.ts";
import { type Corruption, corruptions } from "./corruptions.ts";
import type { Pixels } from "./pixels.ts";

/** What scikit-image and OpenCV made of the same pixels. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, "goldens/images.json"), "utf8")) as Readonly<
  Record<string, number[]>
> & { readonly width: number; readonly height: number };
const image: Pixels = { width: golden.width, height: golden.height, data: Uint8Array.from(golden.x!) };
const random = () => createRandom(1);

test.each<[string, Pixels, number]>([
  ["blur1", gaussianBlur(image, 1), 0],
  ["blur3", gaussianBlur(image, 3), 0],
  ["eq", equalized(image), 0],
  ["contrast", corruptions.Contrast(image, 1, random()), 0],
  // Halves and wholes fall to either side where hue and saturation are worked out in another order.
  ["brightness", corruptions.Brightness(image, 1, random()), 1],
  ["saturate", corruptions.Saturate(image, 3, random()), 1],
])("%s is that of the reference", (name, made, most) => {
  const farthest = golden[name]!.reduce((far, value, at) => Math.max(far, Math.abs(value - made.data[at]!)), 0);
  expect(farthest).toBeLessThanOrEqual(most);
});

const square: Pixels = {
  width: 32,
  height: 32,
  data: Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => (at * 7) % 256),
};

test.each(Object.keys(corruptions))("%s is worse by degrees, and the same for the same seed", (name) => {
  const corrupt = (corruptions as Readonly<Record<string, Corruption>>)[name]!;
  for (const severity of [1, 5]) {
    const made = corrupt(square, severity, random());
    expect(made.data.length).toBe(square.data.length);
    expect(made.data).not.toEqual(square.data);
    expect(corrupt(square, severity, random()).data).toEqual(made.data);
  }
  expect(corrupt(square, 5, random()).data).not.toEqual(corrupt(square, 1, random()).data);
});

test.each<[string, number, number]>([
  ["Gaussian noise", 0.08, 0.1],
  ["Speckle noise", 0.15, 0.1],
])("%s has the deviation that it says", (name, deviation, share) => {
  const grey: Pixels = { width: 60, height: 60, data: new Uint8Array(60 * 60 * 3).fill(128) };
  const { data } = (corruptions as Readonly<Record<string, Corruption>>)[name]!(grey, 1, random());
  const mean = data.reduce((sum, one) => sum + one, 0) / data.length;
  const found = Math.sqrt(data.reduce((sum, one) => sum + (one - mean) ** 2, 0) / data.length);
  const wanted = name === "Speckle noise" ? deviation * 128 : deviation * 255;
  expect(Math.abs(found - wanted) / wanted).toBeLessThan(share);
});
