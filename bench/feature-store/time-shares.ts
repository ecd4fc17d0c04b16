import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The environment with which Node writes a profile of each process that ends, to a folder. */
export const profiled = (folder: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}`,
});

const parts: readonly (readonly [name: string, of: RegExp])[] = [
  ["store", /stores\/records|frame\/online-store|node_modules\/(lmdb|msgpackr|ioredis)/],
  ["SigV4", /wire\/(sigv4|read-signature|signature)|request\/authenticate|internal\/crypto/],
  ["features", /services\/sagemaker\/features/],
  ["HTTP", /server\/http|node:(_http|http|net|internal\/(streams|stream_base|http))/],
];

/**
 * Where a process spent its time while it was not idle, in shares: of each sample the innermost function that belongs to a
 * part counts, so that what a part has Node do is the part's. "rest" is what belongs to none. The time before the last seconds does not count.
 */
export function timeShares(folder: string, pid: number, lastSeconds: number): Readonly<Record<string, number>> {
  const name = readdirSync(folder).find((one) => one.split(".")[3] === String(pid));
  if (name === undefined) throw new Error(`There is no profile of process ${pid} in ${folder}.`);
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Profile;
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const partOf = (id: number): string => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { functionName, url } = byId.get(at)!.callFrame;
      if (functionName === "(idle)") return "idle";
      if (functionName === "(garbage collector)") return "garbage";
      const found = parts.find(([, of]) => of.test(url));
      if (found) return found[0];
    }
    return "rest";
  };
  const known = new Map<number, string>();
  const sums: Record<string, number> = {};
  let left = timeDeltas.reduce((sum, one) => sum + one, 0) - lastSeconds * 1e6;
  for (const [at, id] of samples.entries()) {
    left -= timeDeltas[at]!;
    if (left > 0) continue;
    const part = known.get(id) ?? partOf(id);
    known.set(id, part);
    if (part !== "idle") sums[part] = (sums[part] ?? 0) + timeDeltas[at]!;
  }
  const all = Object.values(sums).reduce((sum, one) => sum + one, 0);
  return Object.fromEntries(Object.entries(sums).map(([part, sum]) => [part, sum / all]));
}
