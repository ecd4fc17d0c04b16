import { join } from "node:path";
import type { Analysis } from "../../src/prep/define-analysis.ts";
import type { Generator } from "./generators.ts";
import { banner, findUnits } from "./units.ts";

const folder = "src/prep/analyses";

/** src/prep/analyses/analyses.gen.ts: the catalogue of analyses. */
export const generateAnalyses: Generator = async (root) => {
  const found = await findUnits<Analysis>(join(root, folder), "analysis");
  const imports = found.map(({ name, file }) => `import { ${name} } from "./${file}";\n`);
  const text = `${banner}import type { Analysis } from "../define-analysis.ts";
${imports.join("")}
export const analyses: readonly Analysis[] = [
${found.map(({ name }) => `  ${name},\n`).join("")}];
`;
  return new Map([[`${folder}/analyses.gen.ts`, text]]);
};
