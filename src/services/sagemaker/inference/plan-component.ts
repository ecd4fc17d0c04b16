import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";
import type { ComponentFleet, Specification } from "./component-kind.ts";
import { type CopyNeeds, fits, needWords, roomOfType } from "./copy-needs.ts";
import {
  defaultDownloadSeconds,
  defaultStartupSeconds,
  type Fleet,
  newInstance,
  type Variant,
} from "./endpoint-fleet.ts";
import type { HostingVariant } from "./hosting-variant.ts";
import { checkContainers } from "./model.ts";
import { containersOf, type ServedVariant, servedContainers, serverRun } from "./server-run.ts";

/**
 * Returns the copies that a specification asks for, nothing of them placed or started.
 * @throws Fault for what cannot be, or cannot be here
 */
export async function planComponent(
  context: Context,
  host: HostingVariant,
  specification: Specification,
  count: number,
): Promise<ComponentFleet> {
  checkSpecification(context, specification);
  const { StartupParameters: startup = {}, ComputeResourceRequirements: asked, SchedulingConfig } = specification;
  const needs = needsOf(context, host, asked);
  const variant: Variant = {
    name: host.name,
    ...(await served(context, host, specification)),
    instanceType: host.instanceType,
    ...(host.volumeGigabytes ? { volumeGigabytes: host.volumeGigabytes } : {}),
    ...(asked!.MaxMemoryRequiredInMb ? { memoryMegabytes: asked!.MaxMemoryRequiredInMb } : {}),
    needs,
    ...(needs.cores > 0 ? { cores: Math.ceil(needs.cores) } : {}),
    ...(needs.accelerators > 0 ? { accelerators: Math.ceil(needs.accelerators) } : {}),
    ...(SchedulingConfig?.PlacementStrategy === "BINPACK" ? { placement: "BINPACK" as const } : {}),
    resolved: context.clock.now(),
    weight: 1,
    ...(host.routing && { routing: host.routing }),
    startupSeconds: startup.ContainerStartupHealthCheckTimeoutInSeconds ?? host.startupSeconds ?? defaultStartupSeconds,
    downloadSeconds: startup.ModelDataDownloadTimeoutInSeconds ?? host.downloadSeconds ?? defaultDownloadSeconds,
    instances: Array.from({ length: count }, () => newInstance(context)),
  };
  const { spec } = serverRun(context, variant);
  await checkExecutor(context, spec, variant.container.Image!);
  return { specification, variants: [variant] };
}

function checkSpecification(context: Context, specification: Specification): void {
  const { ModelName, Container, BaseInferenceComponentName, ComputeResourceRequirements: asked } = specification;
  if (BaseInferenceComponentName !== undefined)
    throw notBuilt(
      context,
      "BaseInferenceComponentName, an adapter of another component,",
      "no container here loads adapters; deploy the adapted model as a component of its own",
    );
  if ((ModelName === undefined) === (Container === undefined))
    throw validationFault("The Specification of an inference component needs either ModelName or Container.");
  if (Container) refuseMembers(context, Container, "Container.", ["ContainerMetricsConfig"]);
  if (asked === undefined)
    throw validationFault("The Specification of an inference component needs ComputeResourceRequirements.");
  const { MinMemoryRequiredInMb: least, MaxMemoryRequiredInMb: most } = asked;
  if (most !== undefined && most < least!)
    throw validationFault(`MaxMemoryRequiredInMb ${most} is less than MinMemoryRequiredInMb ${least}.`);
}

/** @throws Fault for a copy that not even an empty instance has room for */
function needsOf(
  context: Context,
  { name, instanceType }: HostingVariant,
  asked: Specification["ComputeResourceRequirements"],
): CopyNeeds {
  const needs: CopyNeeds = {
    cores: asked!.NumberOfCpuCoresRequired ?? 0,
    accelerators: asked!.NumberOfAcceleratorDevicesRequired ?? 0,
    memoryMegabytes: asked!.MinMemoryRequiredInMb!,
  };
  const room = roomOfType(context, instanceType);
  if (!fits(needs, room))
    throw validationFault(
      `There is not enough hardware resources on the instances for this endpoint to create a copy of the inference component: a copy takes ${needWords(needs)}, and an instance of variant "${name}" (${instanceType}) has ${needWords(room)}. Ask for less in ComputeResourceRequirements, or use a larger instance type.`,
    );
  return needs;
}

/** What a copy serves, and as whom. */
async function served(
  context: Context,
  { role, networkIsolation }: HostingVariant,
  { ModelName, Container }: Specification,
): Promise<
  Pick<ServedVariant, "container" | "containers" | "role" | "networkIsolation"> & Pick<Variant, "modelName" | "direct">
> {
  if (ModelName === undefined) {
    const { Image, ArtifactUrl, Environment } = Container!;
    const container = { Image, ...(ArtifactUrl && { ModelDataUrl: ArtifactUrl }), Environment };
    await checkContainers(context, [container], { ExecutionRoleArn: role });
    return { modelName: "", container, role, ...(networkIsolation && { networkIsolation }) };
  }
  const model = await context.call("sagemaker", "DescribeModel", { ModelName });
  await checkExecutionRole(context, model.ExecutionRoleArn);
  return {
    modelName: model.ModelName!,
    ...servedContainers(containersOf(model)),
    ...(model.InferenceExecutionConfig?.Mode === "Direct" ? { direct: true } : {}),
    role: model.ExecutionRoleArn ?? role,
    ...(networkIsolation || model.EnableNetworkIsolation ? { networkIsolation: true } : {}),
  };
}

/** Returns a specification with what an update leaves out of it. */
export function updated(before: Specification, given: Specification): Specification {
  const { ModelName, Container, ...rest } = before;
  const kept = given.ModelName === undefined && given.Container === undefined ? { ModelName, Container } : {};
  return { ...rest, ...kept, ...given };
}

/** Returns the copies that a fleet is asked to have. */
export const copyCount = (fleet: Fleet | undefined): number | undefined => {
  const variant = fleet?.variants[0];
  return variant && (variant.desired?.count ?? variant.instances.length);
};
