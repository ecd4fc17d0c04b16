import type { Executor, ExecutorAbilities, ExecutorChoice, RunNeeds } from "./port.ts";

/** Something a spec may need that not every executor provides. */
interface Need {
  readonly words: string;
  /** The ability that provides it. */
  readonly ability: keyof ExecutorAbilities;
  isNeeded(spec: RunNeeds): boolean;
  isMet(abilities: ExecutorAbilities): boolean;
}

const needs: readonly Need[] = [
  {
    words: "a container image",
    ability: "containers",
    isNeeded: ({ program }) => "image" in program,
    isMet: ({ containers }) => containers !== false,
  },
  {
    words: "GPUs",
    ability: "gpus",
    isNeeded: ({ limits }) => (limits.gpus ?? 0) > 0,
    isMet: ({ gpus }) => gpus,
  },
  {
    words: "a group of several hosts",
    ability: "nodes",
    isNeeded: ({ group }) => (group?.size ?? 1) > 1,
    isMet: ({ nodes }) => nodes === "many",
  },
  {
    words: "network isolation",
    ability: "networkIsolation",
    isNeeded: ({ network }) => network === "none",
    isMet: ({ networkIsolation }) => networkIsolation,
  },
  {
    words: "folders of the server's machine",
    ability: "mounts",
    isNeeded: ({ mounts }) => mounts.length > 0,
    isMet: ({ mounts }) => mounts,
  },
  {
    words: "a Python with packages",
    ability: "python",
    isNeeded: ({ python }) => python !== undefined,
    isMet: ({ python }) => python,
  },
  {
    words: "a sandbox inside its own, with /opt/ml at that path",
    ability: "innerSandbox",
    isNeeded: ({ innerSandbox }) => innerSandbox === true,
    isMet: ({ innerSandbox }) => innerSandbox,
  },
];

/** Returns why the executor cannot run the spec, with its abilities; undefined when it can. */
export function refusalOf(
  { name, abilities, advise }: Pick<Executor, "name" | "abilities" | "advise">,
  spec: RunNeeds,
): string | undefined {
  const unmet = needs.filter((need) => need.isNeeded(spec) && !need.isMet(abilities));
  if (unmet.length === 0) return undefined;
  const able = Object.entries(abilities).map(([ability, value]) => `${ability}: ${value}`);
  const lacks = `The executor "${name}" cannot give a run ${unmet.map(({ words }) => words).join(", ")}. Its abilities are ${able.join(", ")}.`;
  return [lacks, ...new Set(unmet.flatMap(({ ability }) => advise?.(ability) ?? []))].join(" ");
}

/** What decides, besides the spec, which executor runs it. */
export interface ExecutorWish {
  /** The executor that the image family requires; no other is taken. */
  readonly image?: string;
  /** The executor that the setting names; it is taken when it can run the spec, else the first other one that can. */
  readonly setting: string;
}

/** The candidates in the order in which they are tried; the first row that applies decides. */
const orders: readonly {
  applies(wish: ExecutorWish): boolean;
  candidates(executors: readonly Executor[], wish: ExecutorWish): readonly Executor[];
}[] = [
  {
    applies: ({ image }) => image !== undefined,
    candidates: (executors, { image }) => executors.filter(({ name }) => name === image),
  },
  {
    applies: () => true,
    candidates: (executors, { setting }) => [
      ...executors.filter(({ name }) => name === setting),
      ...executors.filter(({ name, onlyWhenNamed }) => name !== setting && !onlyWhenNamed),
    ],
  },
];

/** Returns the executor that runs the spec, or why none does. */
export async function chooseExecutor(
  executors: readonly Executor[],
  spec: RunNeeds,
  wish: ExecutorWish,
): Promise<ExecutorChoice> {
  const candidates = orders.find((order) => order.applies(wish))!.candidates(executors, wish);
  const refusals: string[] = [];
  for (const executor of candidates) {
    const refusal = refusalOf(executor, spec) ?? (await executor.lacks(spec));
    if (refusal === undefined) return { executor };
    refusals.push(refusal);
  }
  if (refusals.length > 0) return { refusal: refusals.join(" ") };
  const names = executors.map(({ name }) => name).join(", ");
  return {
    refusal: `The image needs the executor "${wish.image}"; this server has ${names}.`,
  };
}
