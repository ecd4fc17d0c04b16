import { binary, listOf, long, text } from "../../column-type.ts";
import { ownFunction, type SqlFunction } from "./sql-function.ts";

const does = "Changing images";

/** What is made of images by code. */
export const images = {
  /** An image through an operation in JSON (`transforms/image/image-operation.ts`). One that cannot be read fails the query. */
  image: ownFunction(binary, "sagebrush_image($1, $2)", does),
  /** One part of an image that is cut into so many rows and columns; the first is 0. */
  imageTile: ownFunction(binary, "sagebrush_image_tile($1, $2, $3, $4)", does),
  /** A text that is equal for images of equal pixels; null for what cannot be read. */
  imageFingerprint: ownFunction(text, "sagebrush_image_fingerprint($1)", does),
  /** Width and height in pixels; null for what cannot be read. */
  imageSize: ownFunction(listOf(long), "sagebrush_image_size($1)", does),
} satisfies Readonly<Record<string, SqlFunction>>;
