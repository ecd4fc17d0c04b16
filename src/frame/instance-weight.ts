import { instanceType } from "../base/instance-types.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { Context } from "./context.ts";

/** No job waits for more than this part of the machine's memory: its type's memory is a limit, not a weight. */
const largestShare = 4;

/** What a job takes of the machine's room: a core a host, and the smaller of its type's memory and a quarter of the machine's. */
export function instanceWeight(
  { machine }: Pick<Context, "machine">,
  resources: { readonly InstanceType?: string; readonly InstanceCount?: number } | undefined,
): RunWeight {
  const hosts = resources?.InstanceCount ?? 1;
  const most = machine.memoryBytes / largestShare;
  const memoryBytes = Math.min(instanceType(resources?.InstanceType ?? "")?.memoryBytes ?? most, most);
  return { cores: hosts, memoryBytes: hosts * memoryBytes };
}
