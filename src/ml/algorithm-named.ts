import { algorithms } from "./algorithms/algorithms.gen.ts";
import type { AnyAlgorithm, AnyServedAlgorithm } from "./define-algorithm.ts";

/** Returns a built-in algorithm, imported when it is asked for. */
export async function algorithmNamed(name: string): Promise<AnyServedAlgorithm | AnyAlgorithm> {
  const load = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined;
  if (!load) throw new Error(`There is no algorithm ${name}; there are ${Object.keys(algorithms).join(", ")}.`);
  return load();
}
