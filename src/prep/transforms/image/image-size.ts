import { defineColumnTransform } from "../../define-column-transform.ts";
import { longs } from "../../example-columns.ts";
import { images } from "../../example-images.ts";
import { call, within } from "../../sql/expression.ts";
import { notOnSpark } from "./image-operation.ts";

export const imageSize = defineColumnTransform({
  operator: "image_size",
  group: "Image",
  title: "Image size",
  summary: "Makes columns of the width and the height of images.",
  params: {},
  spark: notOnSpark,
  accepts: ["binary"],
  expression(image) {
    const part = (at: number) => within(call("imageSize", image), "__size", (size) => call("elementAt", size, at));
    return {
      parts: [
        { name: "width", value: part(1) },
        { name: "height", value: part(2) },
      ],
      stays: true,
    };
  },
  examples: [
    {
      inputs: [{ i: images("ff0000 00ff00", "no image", null) }],
      with: { input_column: "i" },
      gives: {
        i: images("ff0000 00ff00", "no image", null),
        i_width: longs(2, null, null),
        i_height: longs(1, null, null),
      },
    },
  ],
});
