import type { Params, ParamValues } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import type { Transform, TransformExample, VariantChoice } from "../../define-transform.ts";
import { type ImageOperation, imageThrough, notOnSpark } from "./image-operation.ts";

/** A step that changes the images of columns, each by itself. */
export const defineImageTransform = <const P extends Params>(declared: {
  readonly operator: string;
  readonly variant?: readonly VariantChoice[];
  readonly title: string;
  readonly summary: string;
  readonly params: P;
  readonly examples: readonly TransformExample[];
  operation(values: ParamValues<P>): ImageOperation;
}): Transform => {
  const { operation, ...rest } = declared;
  return defineColumnTransform<P>({
    ...rest,
    group: "Image",
    spark: notOnSpark,
    accepts: ["binary"],
    expression: (image, values) => imageThrough(image, operation(values)),
  });
};
