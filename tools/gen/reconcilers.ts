import { join } from "node:path";
import type { JobUnit } from "../../src/frame/define-job.ts";
import type { ReconcilerUnit } from "../../src/frame/define-reconciler.ts";
import type { Generator } from "./generators.ts";
import { banner, findUnits } from "./units.ts";

type Unit = ReconcilerUnit | JobUnit<unknown>;

/** The reconcilers of the frame and of the services, those of jobs among them. A kind that has two is an error. */
export async function reconcilerUnits(root: string) {
  const own = await findUnits<Unit>(join(root, "src", "frame"), "reconciler");
  const offered = await findUnits<Unit>(join(root, "src", "services"), "reconciler", "job");
  const found = [...own.map((one) => ({ ...one, file: `../frame/${one.file}` })), ...offered];
  const owners = new Map<string, string>();
  return found.map(({ unit, name, file }) => {
    const reconciler: ReconcilerUnit = unit.unit === "job" ? (unit.reconciler as ReconcilerUnit) : unit;
    const kind = reconciler.kind.name;
    const other = owners.get(kind);
    if (other !== undefined) throw new Error(`${kind} has a reconciler in ${other} and one in ${file}.`);
    owners.set(kind, file);
    return { reconciler, kind, file, member: unit.unit === "job" ? `${name}.reconciler` : name };
  });
}

/** src/services/reconcilers.gen.ts: what must be known of each reconciler before a document needs it. */
export const generateReconcilers: Generator = async (root) => {
  let text = `${banner}import type { ReconcilerEntry } from "../frame/define-reconciler.ts";

export const reconcilers: readonly ReconcilerEntry[] = [
`;
  const points: [string, string][] = [];
  for (const { reconciler, kind, file, member } of await reconcilerUnits(root)) {
    text += `  {
    kind: ${JSON.stringify(kind)},
    unfinished: ${JSON.stringify(reconciler.unfinished)},
    load: () => import("${file.startsWith(".") ? file : `./${file}`}").then((file) => file.${member}),
  },
`;
    points.push(...Object.entries(reconciler.killPoints ?? {}));
  }
  const pointLines = points.map(([name, words]) => `  ${JSON.stringify(name)}: ${JSON.stringify(words)},\n`).join("");
  return new Map([
    ["src/services/reconcilers.gen.ts", `${text}];\n`],
    [
      "src/services/kill-points.gen.ts",
      `${banner}/** Named points at which a server may be told to kill itself (setting \`killAt\`), each with what is true there. */
export const killPoints: Readonly<Record<string, string>> = {
${pointLines}};
`,
    ],
  ]);
};
