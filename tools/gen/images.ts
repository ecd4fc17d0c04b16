import { join } from "node:path";
import type { ImageFamily } from "../../src/images/define-image.ts";
import type { Generator } from "./generators.ts";
import { banner, findUnits, loader } from "./units.ts";

/** src/images/images.gen.ts: the image families that have a runtime. */
export const generateImages: Generator = async (root) => {
  let text = `${banner}import type { ImageFamily } from "./define-image.ts";

export const images: readonly (() => Promise<ImageFamily>)[] = [
`;
  for (const found of await findUnits<ImageFamily>(join(root, "src", "images"), "image"))
    text += `  ${loader(found)},\n`;
  return new Map([["src/images/images.gen.ts", `${text}];\n`]]);
};
