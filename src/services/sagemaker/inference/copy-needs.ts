import { instanceType } from "../../../base/instance-types.ts";
import type { Context } from "../../../frame/context.ts";

/** What a copy of an inference component takes of an instance, or an instance has. */
export interface CopyNeeds {
  readonly cores: number;
  readonly accelerators: number;
  readonly memoryMegabytes: number;
}

export const noNeeds: CopyNeeds = { cores: 0, accelerators: 0, memoryMegabytes: 0 };

/** Returns what an instance type has by its table; one that is not in the tables has what the machine has. */
export function roomOfType({ machine }: Pick<Context, "machine">, type = ""): CopyNeeds {
  const { cores, memoryBytes, gpus } = instanceType(type) ?? { ...machine, gpus: 0 };
  return { cores, accelerators: gpus, memoryMegabytes: Math.floor(memoryBytes / 1024 ** 2) };
}

const parts = ["cores", "accelerators", "memoryMegabytes"] as const;

const each = (make: (part: (typeof parts)[number]) => number): CopyNeeds => ({
  cores: make("cores"),
  accelerators: make("accelerators"),
  memoryMegabytes: make("memoryMegabytes"),
});

export const plus = (one: CopyNeeds, other: CopyNeeds, times = 1): CopyNeeds =>
  each((part) => one[part] + other[part] * times);

/** Cores and accelerators come in fractions, whose sums are not exact. */
const slack = 1e-6;

export const fits = (needs: CopyNeeds, free: CopyNeeds): boolean =>
  parts.every((part) => needs[part] <= free[part] + slack);

/** Returns the largest share of an instance that is taken, by which instances are compared. */
export const takenShare = (taken: CopyNeeds, room: CopyNeeds): number =>
  Math.max(...parts.map((part) => (room[part] > 0 ? taken[part] / room[part] : 0)));

export const needWords = ({ cores, accelerators, memoryMegabytes }: CopyNeeds): string =>
  `${cores} vCPUs, ${accelerators > 0 ? `${accelerators} accelerators, ` : ""}${memoryMegabytes} MB of memory`;
