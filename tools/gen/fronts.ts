import { join } from "node:path";
import type { Front } from "../../src/fronts/front.ts";
import type { Generator } from "./generators.ts";
import { banner, type Found, findUnits, loader } from "./units.ts";

/** src/fronts/fronts.gen.ts: the fronts, in the order in which they are asked whether a request is theirs. */
export const generateFronts: Generator = async (root) => {
  let text = `${banner}import type { Front } from "./front.ts";

export const fronts: readonly (() => Promise<Front>)[] = [
`;
  const found = await findUnits<Front>(join(root, "src", "fronts"), "front");
  refuseTwice(found);
  for (const front of found) text += `  ${loader(front)},\n`;
  return new Map([["src/fronts/fronts.gen.ts", `${text}];\n`]]);
};

function refuseTwice(found: readonly Found<Front>[]): void {
  const files = new Map<string, string>();
  for (const { unit, file } of found) {
    const other = files.get(unit.name);
    if (other !== undefined) throw new Error(`The front ${unit.name} is declared in ${other} and in ${file}.`);
    files.set(unit.name, file);
  }
}
