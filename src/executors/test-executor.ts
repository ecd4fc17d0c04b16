import type { Executor, ExecutorAbilities } from "./port.ts";

const abilities: ExecutorAbilities = {
  gpus: false,
  nodes: "one",
  networkIsolation: false,
  containers: false,
  mounts: true,
  python: true,
  innerSandbox: false,
  cores: "shared",
};

/** Makes an executor for tests of the choice among executors: it runs nothing. */
export const testExecutor = (name: string, changes: Partial<ExecutorAbilities> = {}): Executor =>
  ({ name, abilities: { ...abilities, ...changes }, lacks: async () => undefined }) as unknown as Executor;
