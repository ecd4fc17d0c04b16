import { validationFault } from "../../../aws/faults.ts";
import type { RunSpec } from "../../../executors/port.ts";
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
import { readGrant } from "../read-grant.ts";
import { requireImage } from "../require-image.ts";
import { parseS3Location } from "../s3-location.ts";

type Container = NonNullable<OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeModel">["PrimaryContainer"]>;

/** What the model servers of a variant serve. */
export interface ServedVariant {
  readonly name: string;
  readonly container: Container;
  /** Its memory is the limit of a model server's. Absent in endpoints made before there was one. */
  readonly instanceType?: string;
  /** Seconds the model server has to answer its first ping, and the model data to arrive. */
  readonly startupSeconds: number;
  readonly downloadSeconds: number;
}

/**
 * Returns the run of one model server: what it starts, and what its key may read.
 * @throws Fault when the container cannot be run by this version
 */
export function serverRun(context: Context, variant: ServedVariant): RunPlan {
  const { container } = variant;
  const image = requireImage(context, container.Image!, "serving");
  const model = plannedModel(variant);
  const plan: ServingPlan = {
    variant: variant.name,
    model,
    program: image.program,
    environment: (container.Environment ?? {}) as Record<string, string>,
    downloadSeconds: variant.downloadSeconds,
    unpackedBytes: context.settings.unpackedGib * 1024 ** 3,
    startupSeconds: variant.startupSeconds,
  };
  const spec: RunSpec = {
    program: { script: "src/runtimes/stage-model.ts", arguments: ["serve"] },
    environment: {},
    files: { [servingPlanFile]: JSON.stringify(plan) },
    mounts: [],
    limits: {
      memoryBytes: variant.instanceType === undefined ? undefined : instanceMemory(context, variant.instanceType),
      silenceSeconds: stageSilenceSeconds,
    },
    network: "host",
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
