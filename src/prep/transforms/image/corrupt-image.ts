import { integer } from "../../../base/params.ts";
import { corruptions } from "../../../ml/images/corruptions.ts";
import type { Transform } from "../../define-transform.ts";
import { images } from "../../example-images.ts";
import { defineImageTransform } from "./image-unit.ts";

const kinds = [...Object.keys(corruptions), "JPEG compression", "Pixelate"];
/** An image of one dark pixel, which stays as it is: nothing can be added to it, and it has no other beside it. */
const black = "000000";
const changed: Readonly<Record<string, readonly [from: string, to: string]>> = {
  Contrast: ["646464 c8c8c8", "828282 aaaaaa"],
  Brightness: ["640000", "7d0000"],
  Saturate: ["ff0000", "ffb2b2"],
  Pixelate: ["000000 ffffff/ffffff 000000", "808080 808080/808080 808080"],
};

/**
 * The corruptions of imgaug and imagecorruptions, but frost and spatter, which lay pictures over the images. What is by chance is the
 * same for the same image and seed.
 */
export const corruptImage: readonly Transform[] = kinds.map((kind) =>
  defineImageTransform({
    operator: "corrupt_image",
    variant: [{ name: "operator", is: kind }],
    title: `Corrupt image: ${kind}`,
    summary: `Makes images worse, as ${kind === "JPEG compression" || kind === "Pixelate" ? "storing them small" : `${kind.toLowerCase()}`} does, to one of five degrees.`,
    params: { severity: integer({ default: 1, min: 1, max: 5 }), seed: integer({ default: 838257247 }) },
    operation: ({ seed, severity }) => ({ does: "corrupt", kind, severity, seed }),
    examples: [
      {
        inputs: [{ i: images(changed[kind]?.[0] ?? black, null) }],
        with: { input_column: "i", severity: 1 },
        gives: { i: images(changed[kind]?.[1] ?? black, null) },
      },
    ],
  }),
);
