import { choice, integer } from "../../../base/params.ts";
import { images } from "../../example-images.ts";
import { StepFault } from "../../step-fault.ts";
import { defineImageTransform } from "./image-unit.ts";

export const resizeImage = defineImageTransform({
  operator: "resize_image",
  title: "Resize image",
  summary: "Gives images a size in pixels; where one side is not named, it goes with the other.",
  params: {
    width: integer({ min: 1, max: 16_384 }),
    height: integer({ min: 1, max: 16_384 }),
    fit: choice(["fill", "contain", "cover", "inside", "outside"], { default: "fill" }),
    interpolation: choice(["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"], { default: "lanczos3" }),
  },
  operation({ fit, height, interpolation: kernel, width }) {
    if (width === undefined && height === undefined)
      throw new StepFault("The new size is not named; give width, height or both in pixels.");
    return { does: "resize", width, height, fit, kernel };
  },
  examples: [
    {
      inputs: [{ i: images("ff0000", null) }],
      with: { input_column: "i", width: 2, height: 2 },
      gives: { i: images("ff0000 ff0000/ff0000 ff0000", null) },
    },
    {
      summary: "By the nearest pixel; the height goes with the width.",
      inputs: [{ i: images("000000 ffffff/00ff00 0000ff") }],
      with: { input_column: "i", width: 4, interpolation: "nearest", output_column: "big" },
      gives: {
        i: images("000000 ffffff/00ff00 0000ff"),
        big: images(
          "000000 000000 ffffff ffffff/000000 000000 ffffff ffffff/00ff00 00ff00 0000ff 0000ff/00ff00 00ff00 0000ff 0000ff",
        ),
      },
    },
    {
      summary: "The whole image with black beside it.",
      inputs: [{ i: images("ff0000") }],
      with: { input_column: "i", width: 3, height: 1, fit: "contain" },
      gives: { i: images("000000 ff0000 000000") },
    },
  ],
});
