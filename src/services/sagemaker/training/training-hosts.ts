import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { instanceWeight } from "../../../frame/instance-weight.ts";
import type { PlannedObjects } from "../../../images/objects-plan.ts";
import type { RunWeight } from "../../../runs/run-room.ts";
import type { TrainingChannel, TrainingRequest } from "./training-request.ts";

/** A host of a training job. */
export interface TrainingHost {
  /** "algo-1", "algo-2" and so on, through all groups. */
  readonly name: string;
  readonly group: string;
  readonly instanceType: string | undefined;
}

type Resources = Pick<TrainingRequest, "ResourceConfig">;

/** The group of the hosts of a job that names none. */
const onlyGroup = "homogeneousCluster";

/** The groups of instances that a job asks for; one where it names none. */
const groupsOf = ({ ResourceConfig: resources }: Resources) =>
  resources?.InstanceGroups?.length
    ? resources.InstanceGroups
    : [
        {
          InstanceGroupName: onlyGroup,
          InstanceType: resources?.InstanceType,
          InstanceCount: resources?.InstanceCount ?? 1,
        },
      ];

export const trainingHosts = (request: Resources): readonly TrainingHost[] =>
  groupsOf(request)
    .flatMap(({ InstanceGroupName, InstanceType, InstanceCount }) =>
      Array.from({ length: InstanceCount ?? 1 }, () => ({ group: InstanceGroupName!, instanceType: InstanceType })),
    )
    .map((host, index) => ({ name: `algo-${index + 1}`, ...host }));

/** What all hosts of a job take of the machine. */
export function trainingWeight(request: Resources, context: Pick<Context, "machine">): RunWeight {
  const weights = groupsOf(request).map((group) => instanceWeight(context, group as { InstanceType?: string }));
  return {
    cores: weights.reduce((sum, { cores }) => sum + cores, 0),
    memoryBytes: weights.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

/** The content of resourceconfig.json on a host. */
export function resourceConfig(request: Resources, host: TrainingHost) {
  const hosts = trainingHosts(request);
  return {
    current_host: host.name,
    current_instance_type: host.instanceType,
    current_group_name: host.group,
    hosts: hosts.map(({ name }) => name),
    instance_groups: groupsOf(request).map(({ InstanceGroupName, InstanceType }) => ({
      instance_group_name: InstanceGroupName,
      instance_type: InstanceType,
      hosts: hosts.flatMap(({ name, group }) => (group === InstanceGroupName ? name : [])),
    })),
    network_interface_name: "eth0",
  };
}

/**
 * Returns what a host gets of a channel: undefined for nothing, because the channel is for other groups; else its share,
 * which is absent where it gets all.
 */
export function channelShare(
  { DataSource }: TrainingChannel,
  request: Resources,
  host: TrainingHost,
): Pick<PlannedObjects, "share"> | undefined {
  const { InstanceGroupNames: names, S3DataDistributionType: distribution } = DataSource.S3DataSource ?? {};
  const hosts = trainingHosts(request).filter(({ group }) => !names?.length || names.includes(group));
  const place = hosts.findIndex(({ name }) => name === host.name);
  if (place < 0) return undefined;
  const isShared = distribution === "ShardedByS3Key" && hosts.length > 1;
  return isShared ? { share: { host: place, hosts: hosts.length } } : {};
}

/** Refuses groups that AWS refuses. */
export function checkInstances({ ResourceConfig: resources, InputDataConfig: channels = [] }: TrainingRequest): void {
  const groups = resources?.InstanceGroups ?? [];
  if (groups.length === 0) {
    const instances = resources?.InstanceCount ?? 1;
    if (instances < 1) throw validationFault(`ResourceConfig.InstanceCount is ${instances}; it must be at least 1.`);
    if (!resources?.InstanceType) throw validationFault("ResourceConfig.InstanceType is missing.");
  }
  for (const member of ["InstanceType", "InstanceCount"] as const)
    if (groups.length > 0 && resources?.[member] !== undefined)
      throw validationFault(
        `ResourceConfig.${member} and ResourceConfig.InstanceGroups are both given. Leave one out: each group has an ${member} of its own.`,
      );
  const names = groups.map(({ InstanceGroupName }) => InstanceGroupName!);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw validationFault(`ResourceConfig.InstanceGroups has "${twice}" twice. Each group needs a name of its own.`);
  for (const { InstanceCount, InstanceGroupName, InstanceType } of groups)
    if (!InstanceType || (InstanceCount ?? 0) < 1)
      throw validationFault(
        `ResourceConfig.InstanceGroups: group "${InstanceGroupName}" needs an InstanceType and an InstanceCount of at least 1.`,
      );
  for (const { ChannelName, DataSource } of channels)
    for (const name of DataSource.S3DataSource?.InstanceGroupNames ?? [])
      if (!names.includes(name))
        throw validationFault(
          `Channel "${ChannelName}": InstanceGroupNames has "${name}". ResourceConfig.InstanceGroups has ${names.map((each) => `"${each}"`).join(", ") || "no groups"}.`,
        );
}
