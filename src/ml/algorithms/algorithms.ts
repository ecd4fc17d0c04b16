import type { Params } from "../../base/params.ts";
import type { Algorithm } from "../define-algorithm.ts";

// biome-ignore lint/suspicious/noExplicitAny: the values and the model of an algorithm are its own; programs pass them on unread
export type AnyAlgorithm = Algorithm<any, any>;

/** Every built-in algorithm by name, loaded when it is asked for. */
const algorithms: Readonly<Record<string, () => Promise<Algorithm<Params>>>> = {
  xgboost: async () => (await import("./xgboost/xgboost.ts")).xgboost as AnyAlgorithm,
};

export async function algorithmNamed(name: string): Promise<AnyAlgorithm> {
  const load = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined;
  if (!load) throw new Error(`There is no algorithm ${name}; there are ${Object.keys(algorithms).join(", ")}.`);
  return load();
}
