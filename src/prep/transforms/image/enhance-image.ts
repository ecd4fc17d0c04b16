import { integer, number, type Params } from "../../../base/params.ts";
import type { Transform } from "../../define-transform.ts";
import { images } from "../../example-images.ts";
import { defineImageTransform } from "./image-unit.ts";

interface Contrast {
  readonly label: string;
  readonly kind: string;
  readonly summary: string;
  readonly params: Params;
  /** What an image with these pixels becomes. */
  readonly example: readonly [from: string, to: string, values: Readonly<Record<string, number>>];
}

/** After imgaug's contrasts and OpenCV's equalizing. */
const contrasts: readonly Contrast[] = [
  {
    label: "Gamma contrast",
    kind: "Gamma",
    summary: "Raises each value to a power: less than 1 makes images brighter, more makes them darker.",
    params: { gamma: number({ default: 1, min: 0.01, max: 100 }) },
    example: ["000000 808080 ffffff", "000000 404040 ffffff", { gamma: 2 }],
  },
  {
    label: "Sigmoid contrast",
    kind: "Sigmoid",
    summary: "Drives values away from a middle, most those near it.",
    params: { gain: number({ default: 10, min: 0.01, max: 100 }), cutoff: number({ default: 0.5, min: 0, max: 1 }) },
    example: ["000000 ffffff", "010101 fdfdfd", { gain: 10 }],
  },
  {
    label: "Log contrast",
    kind: "Log",
    summary: "Takes the logarithm of values: dark ones become brighter.",
    params: { gain: number({ default: 1, min: 0, max: 100 }) },
    example: ["000000 ffffff", "000000 ffffff", { gain: 1 }],
  },
  {
    label: "Linear contrast",
    kind: "Linear",
    summary: "Moves values away from 127 by a factor, or nearer to it.",
    params: { factor: number({ default: 1, min: 0, max: 100 }) },
    example: ["7f7f7f 89757f", "7f7f7f 936b7f", { factor: 2 }],
  },
  {
    label: "Histogram equalization",
    kind: "Equalize",
    summary: "Spreads the values of each colour so that each is about as frequent.",
    params: {},
    example: ["101010 202020 303030", "000000 808080 ffffff", {}],
  },
  {
    label: "CLAHE",
    kind: "CLAHE",
    summary: "Equalizes part by part, with a limit to how much (contrast limited adaptive histogram equalization).",
    params: {
      tile_size: integer({ default: 3, min: 2, max: 1_024 }),
      clip_limit: integer({ default: 3, min: 0, max: 100 }),
    },
    example: [
      "ffffff ffffff ffffff/ffffff ffffff ffffff/ffffff ffffff ffffff",
      "ffffff ffffff ffffff/ffffff ffffff ffffff/ffffff ffffff ffffff",
      {},
    ],
  },
];

export const enhanceImage: readonly Transform[] = contrasts.map(
  ({ example: [from, to, given], kind, label, params, summary }) =>
    defineImageTransform({
      operator: "enhance_image",
      variant: [{ name: "operator", is: label }],
      title: label,
      summary,
      params,
      operation: (values) => ({
        does: "contrast",
        kind,
        numbers: Object.keys(params).map((name) => Number(values[name])),
      }),
      examples: [
        {
          inputs: [{ i: images(from, null) }],
          with: { input_column: "i", ...given },
          gives: { i: images(to, null) },
        },
      ],
    }),
);
