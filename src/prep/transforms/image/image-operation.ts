import { call, type Expression } from "../../sql/expression.ts";

/** What is done to an image, in the words that `runtimes/prep/image-thread.ts` reads. */
export type ImageOperation =
  | {
      readonly does: "resize";
      readonly width: number | undefined;
      readonly height: number | undefined;
      readonly fit: string;
      readonly kernel: string;
    }
  /** Clockwise, in degrees; what comes in at the corners is black. */
  | { readonly does: "rotate"; readonly degrees: number }
  | { readonly does: "flip"; readonly way: "horizontal" | "vertical" }
  | {
      readonly does: "crop";
      readonly left: number;
      readonly top: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly does: "grayscale" }
  | { readonly does: "blur"; readonly deviation: number }
  | { readonly does: "sharpen"; readonly deviation: number }
  | { readonly does: "brightness"; readonly factor: number }
  /** Which of red, green and blue each of them becomes; "0" is none. */
  | { readonly does: "channels"; readonly order: string }
  | { readonly does: "contrast"; readonly kind: string; readonly numbers: readonly number[] }
  | { readonly does: "corrupt"; readonly kind: string; readonly severity: number; readonly seed: number }
  /** Into files of another kind. */
  | { readonly does: "convert"; readonly format: string; readonly quality: number };

/** The image of a column through an operation. */
export const imageThrough = (image: Expression, operation: ImageOperation): Expression =>
  call("image", image, JSON.stringify(operation));

/** Why Spark cannot do steps of images. */
export const notOnSpark = { cannot: "Images are changed by code, on one machine." } as const;
