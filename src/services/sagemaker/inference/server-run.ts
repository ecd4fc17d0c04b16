import { validationFault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { RunNeeds, RunSpec } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import { instanceCores, instanceMemory } from "../../../frame/instance-weight.ts";
import type { RunPlan } from "../../../frame/run.ts";
import { type ServingScript, servingScript } from "../../../images/define-image.ts";
import {
  type PlannedModel,
  type PlannedServingScript,
  type ServingPlan,
  serverSocket,
  servingGraceSeconds,
  servingPlanFile,
} from "../../../images/serving-plan.ts";
import { scriptSettings } from "../../../images/serving-script-plan.ts";
import { stageSilenceSeconds } from "../../../images/stage-plan.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { instanceLimits, servingLimits } from "../instance-limits.ts";
import { networkNeeds } from "../network-needs.ts";
import { pythonNeeds } from "../python-needs.ts";
import { readGrant } from "../read-grant.ts";
import { requireImage } from "../require-image.ts";
import { unpackLimits } from "../unpack-limits.ts";

type DescribedModel = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeModel">;
type Container = NonNullable<DescribedModel["PrimaryContainer"]>;

/** Returns the one container of a model, which was given as the primary one or as a list. */
export const containerOf = ({ PrimaryContainer, Containers }: DescribedModel): Container =>
  PrimaryContainer ?? Containers![0]!;

/** What the model servers of a variant serve. */
export interface ServedVariant {
  readonly name: string;
  readonly container: Container;
  /** The model's role, as which a script acts. Absent in endpoints made before scripts served. */
  readonly role?: string;
  /** Its memory is the limit of a model server's. Absent in endpoints made before there was one. */
  readonly instanceType?: string;
  /** What its files may take of the disk. Absent: what AWS gives most instances. */
  readonly volumeGigabytes?: number;
  /** Whether its model or its endpoint's configuration asks for no network. Absent: no. */
  readonly networkIsolation?: boolean;
  /** Seconds the model server has to answer its first ping, and the model data to arrive. */
  readonly startupSeconds: number;
  readonly downloadSeconds: number;
}

/** Returns what the executor of a model server must be able to do. */
export function serverNeeds(
  {
    container,
    networkIsolation,
    instanceType,
    volumeGigabytes,
  }: Pick<ServedVariant, "container" | "networkIsolation" | "instanceType" | "volumeGigabytes">,
  context: Context,
): RunNeeds {
  const script = servingScript(requireImage(context, container.Image!, "serving"), environmentOf(container));
  return {
    program: { script: "src/runtimes/stage-model.ts", arguments: ["serve"] },
    mounts: [],
    limits: {
      memoryBytes: instanceType === undefined ? undefined : instanceMemory(context, instanceType),
      ...(script ? instanceLimits(context, { InstanceType: instanceType }) : {}),
      ...servingLimits(volumeGigabytes),
      silenceSeconds: stageSilenceSeconds,
    },
    ...networkNeeds(networkIsolation),
    ...(script ? pythonNeeds(script.python) : {}),
  };
}

const environmentOf = ({ Environment }: Container) => (Environment ?? {}) as Record<string, string>;

/**
 * Returns the run of one model server: what it starts, and what its key may read.
 * @throws Fault when the container cannot be run by this version
 */
export function serverRun(context: Context, variant: ServedVariant): RunPlan {
  const { container } = variant;
  const environment = environmentOf(container);
  const image = requireImage(context, container.Image!, "serving");
  const script = servingScript(image, environment);
  const model = plannedModel(variant);
  const needs = serverNeeds(variant, context);
  const planned = script && plannedScript(context, variant, script, needs);
  const plan: ServingPlan = {
    variant: variant.name,
    model,
    ...(planned ? { script: planned } : { program: image.program!, network: needs.network }),
    environment,
    downloadSeconds: variant.downloadSeconds,
    unpacked: unpackLimits(context),
    startupSeconds: variant.startupSeconds,
  };
  const spec: RunSpec = {
    ...needs,
    environment: {},
    files: { [servingPlanFile]: JSON.stringify(plan) },
    server: { address: true, sockets: [serverSocket] },
    graceSeconds: servingGraceSeconds,
  };
  const source = planned?.source;
  const imageExecutor = context.images.find(container.Image!)?.executor;
  return {
    spec,
    imageExecutor,
    ...(planned?.role === undefined ? {} : { role: planned.role }),
    grants: [
      ...(model ? [readGrant(model, model.type === "prefix" ? "prefix" : "object")] : []),
      ...(typeof source === "object" ? [readGrant(source, "object")] : []),
    ],
  };
}

/** @throws Fault when the environment of a model that was made before cannot be honoured */
function plannedScript(
  context: Context,
  { container, role, instanceType }: ServedVariant,
  { python, family }: ServingScript,
  { network }: RunNeeds,
): PlannedServingScript {
  const settings = scriptSettings(environmentOf(container));
  if ("kind" in settings) throw validationFault(`${settings.what}; ${settings.instead}.`);
  const { workers = instanceCores(context, instanceType) ?? context.machine.cores, ...rest } = settings;
  return {
    ...rest,
    workers,
    family,
    image: python,
    network,
    ...(network === "none" || role === undefined ? {} : { role }),
  };
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
