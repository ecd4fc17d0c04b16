import { awsRepositories } from "./aws-repositories.ts";
import type { Image, ImageCatalogue, ImageFamily } from "./define-image.ts";
import { parseImageUri } from "./image-uri.ts";

export function createImageCatalogue(families: readonly ImageFamily[]): ImageCatalogue {
  const byRepository = new Map<string, ImageFamily>();
  for (const family of families) {
    if (byRepository.has(family.repository)) throw new Error(`The images ${family.repository} are defined twice.`);
    byRepository.set(family.repository, family);
  }
  const made = new Map<string, Image | undefined>();
  return {
    find(uri) {
      const { repository = "", tag = "" } = parseImageUri(uri) ?? {};
      const family = byRepository.get(repository);
      if (!family) return undefined;
      const name = `${repository}:${tag}`;
      if (!made.has(name) && isTagOf(family, tag)) made.set(name, imageOf(family, tag));
      return made.get(name);
    },
    lack(uri) {
      const { repository, tag = "" } = parseImageUri(uri) ?? {};
      if (repository === undefined) return "it is not of the form ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG";
      const family = byRepository.get(repository);
      if (family) return `${repository} has no version ${tag} here, only ${family.versions.join(", ")}`;
      if (awsRepositories.has(repository)) return `${repository} is an image of AWS's that is not built here yet`;
      return `AWS has no image ${repository}, and images of your own are not run yet`;
    },
    describe: (part) =>
      families
        .filter((family) => family[part])
        .map((family) => `${family.repository} (${family.versions.join(", ")})`)
        .join(", "),
  };
}

const isTagOf = ({ versions, versionOf, refusal }: ImageFamily, tag: string): boolean =>
  refusal !== undefined || versions.includes(versionOf ? (versionOf(tag) ?? "") : tag);

const imageOf = ({ executor, training, serving, processing, refusal }: ImageFamily, tag: string): Image => ({
  ...(executor ? { executor } : {}),
  ...(training ? { training: training(tag) } : {}),
  ...(serving ? { serving: serving(tag) } : {}),
  ...(processing ? { processing: processing(tag) } : {}),
  ...(refusal ? { refusal } : {}),
});
