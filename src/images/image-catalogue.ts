import type { Image, ImageCatalogue } from "./define-image.ts";
import { parseImageUri } from "./image-uri.ts";

export function createImageCatalogue(images: readonly Image[]): ImageCatalogue {
  const byName = new Map<string, Image>();
  for (const image of images) {
    for (const version of image.versions) {
      const name = `${image.repository}:${version}`;
      if (byName.has(name)) throw new Error(`The image ${name} is defined twice.`);
      byName.set(name, image);
    }
  }
  return {
    find(uri) {
      const parts = parseImageUri(uri);
      return parts && byName.get(`${parts.repository}:${parts.tag}`);
    },
    describe: (part) =>
      images
        .filter((image) => image[part])
        .map((image) => `${image.repository} (${image.versions.join(", ")})`)
        .join(", "),
  };
}
