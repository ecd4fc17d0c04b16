import { validationFault } from "../../aws/faults.ts";
import type { Context } from "../../frame/context.ts";
import type { Image, ImagePart } from "../../images/define-image.ts";

/** How messages name an image by what is asked of it, and what images with that part can do. */
export const imageTitles: Readonly<Record<ImagePart, { readonly image: string; readonly can: string }>> = {
  training: { image: "Training image", can: "train" },
  serving: { image: "Image", can: "serve" },
  processing: { image: "Processing image", can: "run a processing job" },
};

/** Returns the part of an image that trains or serves. @throws Fault that lists the images that have it */
export function requireImage<Part extends ImagePart>(
  context: Context,
  uri: string,
  part: Part,
): NonNullable<Image[Part]> {
  const found = context.images.find(uri);
  if (found?.[part]) return found[part];
  const { image, can } = imageTitles[part];
  if (found?.refusal) throw validationFault(`${image} ${uri} cannot be run. ${found.refusal}`);
  const lack = found ? `it cannot ${can} here` : context.images.lack(uri);
  throw validationFault(
    `${image} ${uri} has no runtime in Sagebrush ${context.settings.version}: ${lack}. Images that can ${can}: ${context.images.describe(part)}.`,
  );
}
