import { globSync } from "node:fs";
import { basename, join } from "node:path";
import type { Transform, VariantChoice } from "../../src/prep/define-transform.ts";
import type { Generator } from "./generators.ts";
import { banner } from "./units.ts";

const folder = "src/prep/transforms";

/** An export that is a unit, or a family of units in one table. */
const isUnits = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isUnits) : (value as Transform | null)?.unit === "transform";

/** src/prep/transforms/transforms.gen.ts: the catalogue. Two units that one step would choose are an error. */
export const generateTransforms: Generator = async (root) => {
  const files = globSync("*/*.ts", { cwd: join(root, folder) }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
  const imports: string[] = [];
  const entries: string[] = [];
  const chosen = new Map<string, string>();
  for (const file of files.toSorted()) {
    const exports: Record<string, unknown> = await import(join(root, folder, file));
    const names = Object.keys(exports)
      .filter((name) => isUnits(exports[name]))
      .sort();
    if (names.length > 0) imports.push(`import { ${names.join(", ")} } from "./${file}";\n`);
    for (const name of names) {
      entries.push(`  ${Array.isArray(exports[name]) ? "..." : ""}${name},\n`);
      for (const { operator, variant = [] } of [exports[name]].flat() as Transform[]) {
        for (const key of keysOf(operator, variant)) {
          if (chosen.has(key)) throw new Error(`${basename(file)} and ${chosen.get(key)} both answer ${key}.`);
          chosen.set(key, file);
        }
      }
    }
  }
  const text = `${banner}import type { Transform } from "../define-transform.ts";
${imports.join("")}
export const transforms: readonly Transform[] = [
${entries.join("")}];
`;
  return new Map([[`${folder}/transforms.gen.ts`, text]]);
};

/** The choices that a unit answers, in all of their words. */
const keysOf = (operator: string, variant: readonly VariantChoice[]): readonly string[] =>
  variant.reduce<readonly string[]>(
    (keys, { name, is, also = [] }) => keys.flatMap((key) => [is, ...also].map((word) => `${key} ${name}=${word}`)),
    [operator],
  );
