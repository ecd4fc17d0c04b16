import { validationFault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { RunNeeds, RunSpec } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import { instanceMemory } from "../../../frame/instance-weight.ts";
import type { RunPlan } from "../../../frame/run.ts";
import {
  type PlannedModel,
  type ServingPlan,
  serverSocket,
  servingGraceSeconds,
  servingPlanFile,
} from "../../../images/serving-plan.ts";
import { stageSilenceSeconds } from "../../../images/stage-plan.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { servingLimits } from "../instance-limits.ts";
import { networkNeeds } from "../network-needs.ts";
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
export const serverNeeds = (
  {
    networkIsolation,
    instanceType,
    volumeGigabytes,
  }: Pick<ServedVariant, "networkIsolation" | "instanceType" | "volumeGigabytes">,
  context: Context,
): RunNeeds => ({
  program: { script: "src/runtimes/stage-model.ts", arguments: ["serve"] },
  mounts: [],
  limits: {
    memoryBytes: instanceType === undefined ? undefined : instanceMemory(context, instanceType),
    ...servingLimits(volumeGigabytes),
    silenceSeconds: stageSilenceSeconds,
  },
  ...networkNeeds(networkIsolation),
});

/**
 * Returns the run of one model server: what it starts, and what its key may read.
 * @throws Fault when the container cannot be run by this version
 */
export function serverRun(context: Context, variant: ServedVariant): RunPlan {
  const { container } = variant;
  const image = requireImage(context, container.Image!, "serving");
  const model = plannedModel(variant);
  const needs = serverNeeds(variant, context);
  const plan: ServingPlan = {
    variant: variant.name,
    model,
    program: image.program,
    network: needs.network,
    environment: (container.Environment ?? {}) as Record<string, string>,
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
  const imageExecutor = context.images.find(container.Image!)?.executor;
  return {
    spec,
    imageExecutor,
    grants: model ? [readGrant(model, model.type === "prefix" ? "prefix" : "object")] : [],
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
