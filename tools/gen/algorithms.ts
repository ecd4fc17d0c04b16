import { join } from "node:path";
import type { AnyAlgorithm } from "../../src/ml/define-algorithm.ts";
import type { Generator } from "./generators.ts";
import { banner, findUnits, loader } from "./units.ts";

/** src/ml/algorithms/algorithms.gen.ts: the built-in algorithms by name. */
export const generateAlgorithms: Generator = async (root) => {
  let text = `${banner}import type { AnyAlgorithm, AnyServedAlgorithm } from "../define-algorithm.ts";

export const algorithms: Readonly<Record<string, () => Promise<AnyServedAlgorithm | AnyAlgorithm>>> = {
`;
  for (const found of await findUnits<AnyAlgorithm>(join(root, "src", "ml", "algorithms"), "algorithm"))
    text += `  "${found.unit.name}": ${loader(found)},\n`;
  return new Map([["src/ml/algorithms/algorithms.gen.ts", `${text}};\n`]]);
};
