import { join } from "node:path";
import type { Image } from "../../src/images/define-image.ts";
import type { Generator } from "./generators.ts";
import { banner, findUnits, loader } from "./units.ts";

/** src/images/images.gen.ts: the image families that have a runtime. */
export const generateImages: Generator = async (root) => {
  let text = `${banner}import type { Image } from "./define-image.ts";

export const images: readonly (() => Promise<Image>)[] = [
`;
  for (const found of await findUnits<Image>(join(root, "src", "images"), "image")) text += `  ${loader(found)},\n`;
  return new Map([["src/images/images.gen.ts", `${text}];\n`]]);
};
