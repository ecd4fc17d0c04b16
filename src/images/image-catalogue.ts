import type { Image, ImageCatalogue, ImageFamily } from "./define-image.ts";
import { parseImageUri } from "./image-uri.ts";

export function createImageCatalogue(families: readonly ImageFamily[]): ImageCatalogue {
  const byName = new Map<string, Image>();
  for (const family of families) {
    for (const version of family.versions) {
      const name = `${family.repository}:${version}`;
      if (byName.has(name)) throw new Error(`The image ${name} is defined twice.`);
      byName.set(name, imageOf(family, version));
    }
  }
  return {
    find(uri) {
      const parts = parseImageUri(uri);
      return parts && byName.get(`${parts.repository}:${parts.tag}`);
    },
    describe: (part) =>
      families
        .filter((family) => family[part])
        .map((family) => `${family.repository} (${family.versions.join(", ")})`)
        .join(", "),
  };
}

const imageOf = ({ executor, training, serving }: ImageFamily, version: string): Image => ({
  ...(executor ? { executor } : {}),
  ...(training ? { training: training(version) } : {}),
  ...(serving ? { serving: serving(version) } : {}),
});
