import { chooseExecutor } from "./choose-executor.ts";
import type { Executor, Executors } from "./port.ts";

/** `setting`: the name of the preferred executor. */
export function createExecutors(all: readonly Executor[], setting: string): Executors {
  const byName = new Map(all.map((executor) => [executor.name, executor]));
  if (byName.size < all.length) throw new Error("Two executors have the same name");
  const named = (name: string): Executor => {
    const executor = byName.get(name);
    if (executor) return executor;
    throw new Error(`There is no executor "${name}"; this server has ${[...byName.keys()].join(", ")}`);
  };
  named(setting);
  return { all, named, choose: (spec, image) => chooseExecutor(all, spec, { image, setting }) };
}
