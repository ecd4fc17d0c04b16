import { choice, number, text } from "../../../base/params.ts";
import { images } from "../../example-images.ts";
import { StepFault } from "../../step-fault.ts";
import { defineImageTransform } from "./image-unit.ts";

export const grayscaleImage = defineImageTransform({
  operator: "grayscale_image",
  title: "Grayscale",
  summary: "Takes the colours of images away.",
  params: {},
  operation: () => ({ does: "grayscale" }),
  examples: [
    {
      inputs: [{ i: images("ffffff 000000 808080", null) }],
      with: { input_column: "i" },
      gives: { i: images("ffffff 000000 808080", null) },
    },
  ],
});

export const brightenImage = defineImageTransform({
  operator: "brightness",
  title: "Brightness",
  summary: "Makes images brighter or darker: each value of a pixel is multiplied with a factor.",
  params: { factor: number({ required: true, min: 0, max: 100 }) },
  operation: ({ factor }) => ({ does: "brightness", factor }),
  examples: [
    {
      inputs: [{ i: images("102030 ff8001") }],
      with: { input_column: "i", factor: 2 },
      gives: { i: images("204060 ffff02") },
    },
  ],
});

/** Each letter says what becomes red, green and blue: R, G, B, or 0 for nothing. */
export const changeColourChannels = defineImageTransform({
  operator: "color_channels",
  title: "Color channels",
  summary: 'Changes, leaves or takes away red, green and blue: "BGR" changes red and blue, "R00" leaves red alone.',
  params: { order: text({ default: "BGR" }) },
  operation({ order }) {
    if (!/^[RGB0]{3}$/.test(order))
      throw new StepFault(`order is ${JSON.stringify(order)}; give three of R, G, B and 0, such as BGR.`);
    return { does: "channels", order };
  },
  examples: [
    {
      inputs: [{ i: images("010203") }],
      with: { input_column: "i" },
      gives: { i: images("030201") },
    },
    {
      inputs: [{ i: images("010203") }],
      with: { input_column: "i", order: "0GG" },
      gives: { i: images("000202") },
    },
  ],
});

export const blurImage = defineImageTransform({
  operator: "blur_image",
  title: "Blur image",
  summary: "Makes each pixel the mean of those around it, near ones most.",
  params: { standard_deviation: number({ default: 1, above: 0, max: 100 }) },
  operation: ({ standard_deviation: deviation }) => ({ does: "blur", deviation }),
  examples: [
    {
      inputs: [{ i: images("404040 404040") }],
      with: { input_column: "i" },
      gives: { i: images("404040 404040") },
    },
    {
      inputs: [{ i: images("000000 ffffff") }],
      with: { input_column: "i", standard_deviation: 1 },
      gives: { i: images("4c4c4c b2b2b2") },
    },
  ],
});

export const sharpenImage = defineImageTransform({
  operator: "sharpen_image",
  title: "Sharpen image",
  summary: "Makes the edges in images stand out.",
  params: { standard_deviation: number({ default: 1, min: 0.01, max: 10 }) },
  operation: ({ standard_deviation: deviation }) => ({ does: "sharpen", deviation }),
  examples: [
    {
      inputs: [{ i: images("404040 404040") }],
      with: { input_column: "i" },
      gives: { i: images("404040 404040") },
    },
  ],
});

export const convertImage = defineImageTransform({
  operator: "convert_image",
  title: "Convert image",
  summary: "Writes images as files of another kind.",
  params: {
    format: choice(["jpeg", "png", "webp", "tiff", "gif"], { required: true }),
    quality: number({ default: 95, min: 1, max: 100 }),
  },
  operation: ({ format, quality }) => ({ does: "convert", format, quality }),
  examples: [
    {
      inputs: [{ i: images("404040 404040", null) }],
      with: { input_column: "i", format: "tiff", quality: 100 },
      gives: { i: images("404040 404040", null) },
    },
  ],
});
