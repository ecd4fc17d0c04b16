import { instanceType } from "../base/instance-types.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { Context } from "./context.ts";

/**
 * A job's host weighs at most a quarter of the machine's memory, because its instance type's memory is a limit, not a
 * weight.
 */
const largestShare = 4;

/** What the machine keeps for itself and the server: an eighth of its memory. */
const keptShare = 1 / 8;

/**
 * Returns the memory that a run may use: its instance type's, but never all of the machine's. An instance type that is
 * not in the tables has the machine's.
 */
export function instanceMemory({ machine }: Pick<Context, "machine">, type = ""): number {
  const most = Math.floor(machine.memoryBytes * (1 - keptShare));
  return Math.min(instanceType(type)?.memoryBytes ?? most, most);
}

/** Says how much that is, and what it follows from: "8 GiB, the memory of ml.m5.large". */
export function instanceMemoryWords(context: Pick<Context, "machine">, type = ""): string {
  const memory = instanceMemory(context, type);
  const own = instanceType(type)?.memoryBytes;
  if (own === memory) return `${gibibytes(memory)} GiB, the memory of ${type}`;
  return `${gibibytes(memory)} GiB, which is what this machine can give of ${own ? `the ${gibibytes(own)} GiB of ${type}` : "its memory"}`;
}

/**
 * Returns the cores that a run may use: its instance type's, where the machine has more. Undefined where it may use all
 * that there are.
 */
export function instanceCores({ machine }: Pick<Context, "machine">, type = ""): number | undefined {
  const own = instanceType(type)?.cores;
  return own !== undefined && own < machine.cores ? own : undefined;
}

/** Says what a machine gives of an instance type that is larger, GPUs none; undefined where it has all of it. */
export function smallerThanInstance(context: Pick<Context, "machine">, type = ""): string | undefined {
  const own = instanceType(type);
  const memory = instanceMemory(context, type);
  const { cores } = context.machine;
  if (own === undefined || (own.cores <= cores && own.memoryBytes <= memory && own.gpus === 0)) return undefined;
  const { gpus } = own;
  const has = `${own.cores} vCPUs${gpus > 0 ? `, ${gpus} ${gpus === 1 ? "GPU" : "GPUs"}` : ""} and ${gibibytes(own.memoryBytes)} GiB of memory`;
  const given = `${Math.min(own.cores, cores)}${gpus > 0 ? " vCPUs, no GPU" : ""} and ${gibibytes(memory)} GiB`;
  return `${type} has ${has}; this machine gives ${given}.`;
}

const gibibytes = (bytes: number): string => String(Math.round((bytes / 1024 ** 3) * 10) / 10);

/**
 * Returns a job's weight: for each of its hosts one core, and the smaller of its instance type's memory and a quarter
 * of the machine's.
 */
export function instanceWeight(
  { machine }: Pick<Context, "machine">,
  resources: { readonly InstanceType?: string; readonly InstanceCount?: number } | undefined,
): RunWeight {
  const hosts = resources?.InstanceCount ?? 1;
  const most = machine.memoryBytes / largestShare;
  const memoryBytes = Math.min(instanceType(resources?.InstanceType ?? "")?.memoryBytes ?? most, most);
  return { cores: hosts, memoryBytes: hosts * memoryBytes };
}
