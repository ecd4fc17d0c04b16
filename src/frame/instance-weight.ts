import { instanceType } from "../base/instance-types.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { Context } from "./context.ts";

/**
 * A job's host weighs at most a quarter of the machine's memory, because its instance type's memory is a limit, not a
 * weight.
 */
const largestShare = 4;

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
