import type { Grant } from "../../../aws/caller.ts";
import { validationFault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { RunNeeds, RunSpec } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import { instanceCores, instanceMemory } from "../../../frame/instance-weight.ts";
import type { RunPlan } from "../../../frame/run.ts";
import { type ServingScript, servingScript } from "../../../images/define-image.ts";
import {
  builtInModel,
  containerFolder,
  containersFile,
  type PlannedModel,
  type PlannedModels,
  type PlannedServingScript,
  type ServingPlan,
  servingGraceSeconds,
  servingPlanFile,
  socketOf,
} from "../../../images/serving-plan.ts";
import { scriptSettings } from "../../../images/serving-script-plan.ts";
import { stageSilenceSeconds, stoppedServerSeconds } from "../../../images/stage-plan.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { instanceLimits, servingLimits } from "../instance-limits.ts";
import { networkNeeds } from "../network-needs.ts";
import { pythonNeeds } from "../python-needs.ts";
import { readGrant } from "../read-grant.ts";
import { requireImage } from "../require-image.ts";
import { unpackLimits } from "../unpack-limits.ts";

type DescribedModel = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeModel">;
type Container = NonNullable<DescribedModel["PrimaryContainer"]>;

/** Returns the containers of a model, which were given as the primary one or as a list. */
export const containersOf = ({ PrimaryContainer, Containers }: DescribedModel): readonly Container[] =>
  PrimaryContainer ? [PrimaryContainer] : Containers!;

/** The containers of a variant as it keeps them. */
export const servedContainers = (
  containers: readonly Container[],
): Pick<ServedVariant, "container" | "containers"> => ({
  container: containers[0]!,
  ...(containers.length > 1 ? { containers } : {}),
});

/** What the model servers of a variant serve. */
export interface ServedVariant {
  /** Absent where no endpoint serves it, but a batch transform. */
  readonly name?: string;
  readonly container: Container;
  /** All containers, where the model has several. They are in one run, and share its memory. */
  readonly containers?: readonly Container[];
  /** How many servers of the only container are in the run, in `containers` with it. Absent: one of each container. */
  readonly copies?: number;
  /** The model's role, as which a script acts. Absent in endpoints made before scripts served. */
  readonly role?: string;
  /** Its memory is the limit of a model server's. Absent in endpoints made before there was one. */
  readonly instanceType?: string;
  /** In place of an instance type's, for a serverless variant. */
  readonly memoryMegabytes?: number;
  /** What a copy of an inference component may use of the instance's cores, and the accelerators that it asks for. */
  readonly cores?: number;
  readonly accelerators?: number;
  /** What its files may take of the disk. Absent: what AWS gives most instances. */
  readonly volumeGigabytes?: number;
  /** Whether its model or its endpoint's configuration asks for no network. Absent: no. */
  readonly networkIsolation?: boolean;
  /** Seconds the model server has to answer its first ping, and the model data to arrive. */
  readonly startupSeconds: number;
  readonly downloadSeconds: number;
}

/** What the containers of a variant need. */
type NeededVariant = Pick<
  ServedVariant,
  | "container"
  | "containers"
  | "networkIsolation"
  | "instanceType"
  | "memoryMegabytes"
  | "volumeGigabytes"
  | "cores"
  | "accelerators"
>;

/** Returns what the executor of a model server must be able to do. */
export function serverNeeds(variant: NeededVariant, context: Context): RunNeeds {
  const { container, containers = [container], networkIsolation, instanceType, volumeGigabytes } = variant;
  const [script] = containers.flatMap((one) => scriptOf(one, context) ?? []);
  const stage = containers.length > 1 ? "stage-containers.ts" : "stage-model.ts";
  return {
    program: { script: `src/runtimes/${stage}`, arguments: containers.length > 1 ? [] : ["serve"] },
    mounts: [],
    limits: {
      memoryBytes: variant.memoryMegabytes
        ? variant.memoryMegabytes * 1024 ** 2
        : instanceType === undefined
          ? undefined
          : instanceMemory(context, instanceType),
      ...(script ? instanceLimits(context, { InstanceType: instanceType }) : {}),
      ...(variant.cores && variant.cores < context.machine.cores ? { cores: variant.cores } : {}),
      ...(variant.accelerators ? { gpus: variant.accelerators } : {}),
      ...servingLimits(volumeGigabytes),
      silenceSeconds: stageSilenceSeconds,
    },
    ...networkNeeds(networkIsolation),
    ...(script ? pythonNeeds(script.python) : {}),
  };
}

/** How a container serves by a script; undefined where its image's own program serves. */
export const scriptOf = (container: Container, context: Context): ServingScript | undefined =>
  servingScript(requireImage(context, container.Image!, "serving"), environmentOf(container));

const environmentOf = ({ Environment }: Container) => (Environment ?? {}) as Record<string, string>;

/**
 * Returns the run of an instance: what it starts, and what its key may read.
 * @throws Fault when a container cannot be run by this version
 */
export function serverRun(context: Context, variant: ServedVariant): RunPlan {
  const { container, containers } = variant;
  const needs = serverNeeds(variant, context);
  const plans = (containers ?? [container]).map((one, index) =>
    plannedServer(
      context,
      { ...variant, container: one },
      needs,
      containers && containers.length > 1 && !variant.copies ? containerName(one, index) : undefined,
    ),
  );
  const files: Record<string, string> = containers
    ? {
        [containersFile]: JSON.stringify(plans.map((plan) => plan.container)),
        ...Object.fromEntries(
          plans.map((plan, index) => [`${containerFolder(index)}/${servingPlanFile}`, JSON.stringify(plan)]),
        ),
      }
    : { [servingPlanFile]: JSON.stringify(plans[0]) };
  // Nothing pings a model server that stages itself.
  const stoppedSeconds = containers || !builtInModel(plans[0]!) ? undefined : stoppedServerSeconds;
  const thread = !containers && isThreaded(context, plans[0]!, needs);
  const spec: RunSpec = {
    ...needs,
    ...(thread && { program: threadProgram }),
    limits: { ...needs.limits, stoppedSeconds },
    environment: {},
    files,
    server: { address: true, sockets: plans.map((_, index) => socketOf(containers && index)) },
    graceSeconds: servingGraceSeconds,
  };
  const role = plans.map((plan) => ("script" in plan ? plan.script.role : undefined)).find(Boolean);
  return {
    spec,
    imageExecutor: thread ? threadExecutor : context.images.find(container.Image!)?.executor,
    ...(role === undefined ? {} : { role }),
    grants: plans.flatMap(grantsOf),
  };
}

/** Whether a model is served in a thread of the server: one of a built-in algorithm, by itself. */
function isThreaded({ settings }: Context, plan: ServingPlan, { limits }: RunNeeds): boolean {
  return settings.builtInModels === "shared" && builtInModel(plan) !== undefined && !plan.models && !limits.gpus;
}

const threadExecutor = "thread";
const threadProgram = { script: "src/runtimes/serve-in-thread.ts", arguments: [] };

/** How messages and callers name a container of several. */
export const containerName = ({ ContainerHostname }: Container, index: number): string =>
  ContainerHostname ?? `container_${index + 1}`;

function plannedServer(
  context: Context,
  variant: ServedVariant,
  needs: RunNeeds,
  name: string | undefined,
): ServingPlan {
  const { container } = variant;
  const environment = environmentOf(container);
  const script = scriptOf(container, context);
  return {
    ...(variant.name === undefined ? {} : { variant: variant.name }),
    ...(name === undefined ? {} : { container: name }),
    ...(isMultiModel(container) ? { models: plannedModels(container) } : { model: plannedModel(variant) }),
    ...(script
      ? { script: plannedScript(context, variant, script, needs) }
      : { program: requireImage(context, container.Image!, "serving").program!, network: needs.network }),
    environment,
    downloadSeconds: variant.downloadSeconds,
    unpacked: unpackLimits(context),
    startupSeconds: variant.startupSeconds,
  };
}

function grantsOf(plan: ServingPlan): Grant[] {
  const { model, models } = plan;
  const source = "script" in plan ? plan.script.source : undefined;
  return [
    ...(model ? [readGrant(model, model.type === "prefix" ? "prefix" : "object")] : []),
    ...(models ? [readGrant({ bucket: models.bucket, key: models.prefix }, "prefix")] : []),
    ...(typeof source === "object" ? [readGrant(source, "object")] : []),
  ];
}

/** @throws Fault when the environment of a model that was made before cannot be honoured */
function plannedScript(
  context: Context,
  { container, role, instanceType, cores }: ServedVariant,
  { python, family, server }: ServingScript,
  { network }: RunNeeds,
): PlannedServingScript {
  const settings = scriptSettings(environmentOf(container));
  if ("kind" in settings) throw validationFault(`${settings.what}; ${settings.instead}.`);
  const { workers = cores ?? instanceCores(context, instanceType) ?? context.machine.cores, ...rest } = settings;
  return {
    ...rest,
    workers,
    family,
    ...(server && !settings.named && { server }),
    image: python,
    network,
    ...(network === "none" || role === undefined ? {} : { role }),
  };
}

/** Whether a container has many models, each loaded when a request names it. */
export const isMultiModel = ({ Mode }: Container): boolean => Mode === "MultiModel";

function plannedModels({ ModelDataUrl = "", MultiModelConfig }: Container): PlannedModels {
  const { bucket, key } = parseS3Location(ModelDataUrl)!;
  const prefix = key === "" || key.endsWith("/") ? key : `${key}/`;
  return { bucket, prefix, caches: MultiModelConfig?.ModelCacheSetting !== "Disabled" };
}

function plannedModel({ container }: ServedVariant): PlannedModel | undefined {
  const source = container.ModelDataSource?.S3DataSource;
  const url = container.ModelDataUrl ?? source?.S3Uri;
  if (url === undefined) return undefined;
  const location = parseS3Location(url);
  if (!location) throw validationFault(`Invalid model data URL "${url}": s3://BUCKET/KEY is expected.`);
  const plain =
    source?.CompressionType === "None" ? (source.S3DataType === "S3Prefix" ? "prefix" : "object") : undefined;
  return { url, ...location, type: plain ?? "archive" };
}
