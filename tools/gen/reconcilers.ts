import { join } from "node:path";
import type { ReconcilerUnit } from "../../src/frame/define-reconciler.ts";
import type { Generator } from "./generators.ts";
import { banner, findUnits, loader } from "./units.ts";

/** src/services/reconcilers.gen.ts: what must be known of each reconciler before a document needs it. */
export const generateReconcilers: Generator = async (root) => {
  let text = `${banner}import type { ReconcilerEntry } from "../frame/define-reconciler.ts";

export const reconcilers: readonly ReconcilerEntry[] = [
`;
  for (const found of await findUnits<ReconcilerUnit>(join(root, "src", "services"), "reconciler")) {
    const { kind, watches, unfinished } = found.unit;
    text += `  {
    kind: ${JSON.stringify(kind)},
    watches: ${JSON.stringify(watches)},
    unfinished: ${JSON.stringify(unfinished)},
    load: ${loader(found)},
  },
`;
  }
  return new Map([["src/services/reconcilers.gen.ts", `${text}];\n`]]);
};
