import { choice, integer, number } from "../../../base/params.ts";
import { images } from "../../example-images.ts";
import { defineImageTransform } from "./image-unit.ts";

const four = "ff0000 00ff00/0000ff ffffff";

export const rotateImage = defineImageTransform({
  operator: "rotate_image",
  title: "Rotate image",
  summary: "Turns images clockwise; what comes in at the corners is black.",
  params: { angle: number({ required: true, min: -360, max: 360 }) },
  operation: ({ angle: degrees }) => ({ does: "rotate", degrees }),
  examples: [
    {
      inputs: [{ i: images(four, null) }],
      with: { input_column: "i", angle: 90 },
      gives: { i: images("0000ff ff0000/ffffff 00ff00", null) },
    },
    {
      inputs: [{ i: images("ff0000 00ff00") }],
      with: { input_column: "i", angle: -90 },
      gives: { i: images("00ff00/ff0000") },
    },
  ],
});

export const flipImage = defineImageTransform({
  operator: "flip_image",
  title: "Flip image",
  summary: "Mirrors images: left and right, or top and bottom, change places.",
  params: { direction: choice(["Horizontal", "Vertical"], { default: "Horizontal" }) },
  operation: ({ direction }) => ({ does: "flip", way: direction === "Vertical" ? "vertical" : "horizontal" }),
  examples: [
    {
      inputs: [{ i: images(four) }],
      with: { input_column: "i" },
      gives: { i: images("00ff00 ff0000/ffffff 0000ff") },
    },
    {
      inputs: [{ i: images(four) }],
      with: { input_column: "i", direction: "Vertical" },
      gives: { i: images("0000ff ffffff/ff0000 00ff00") },
    },
  ],
});

export const cropImage = defineImageTransform({
  operator: "crop_image",
  title: "Crop image",
  summary: "Cuts a part out of images: so many pixels from a place on.",
  params: {
    left: integer({ default: 0, min: 0 }),
    top: integer({ default: 0, min: 0 }),
    width: integer({ required: true, min: 1 }),
    height: integer({ required: true, min: 1 }),
  },
  operation: ({ height, left, top, width }) => ({ does: "crop", left, top, width, height }),
  examples: [
    {
      inputs: [{ i: images(four) }],
      with: { input_column: "i", left: 1, width: 1, height: 2 },
      gives: { i: images("00ff00/ffffff") },
    },
  ],
});
