import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { type KeptRun, newKeptRun } from "../../../frame/keep-run.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { type AsyncInference, planAsync } from "./async-config.ts";
import type { CopyNeeds } from "./copy-needs.ts";
import { type Capture, planCapture } from "./data-capture.ts";
import { type HostingVariant, newInstanceId, planHosting } from "./hosting-variant.ts";
import { containersOf, type ServedVariant, servedContainers, serverRun } from "./server-run.ts";
import { planServerless, type Serverless } from "./serverless-config.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type ConfiguredVariant = OutputOf<SageMaker, "DescribeEndpointConfig">["ProductionVariants"][number];

/** Model servers that are started, get traffic and end together: those of an endpoint, or of an inference component. */
export interface Fleet {
  readonly variants: readonly Variant[];
  /** Absent: nothing of its requests is captured. */
  readonly capture?: Capture;
  /** Absent: requests wait for their answers. */
  readonly async?: AsyncInference;
}

/**
 * What an endpoint runs, with its configuration and models as they were at the request: both may be deleted while the
 * endpoint runs.
 */
export interface EndpointFleet extends Fleet {
  readonly endpointConfigName: string;
  /** The variants without a model: the copies of inference components are placed on their instances. */
  readonly hosting?: readonly HostingVariant[];
}

export interface Variant extends ServedVariant {
  readonly name: string;
  readonly modelName: string;
  /** Whether a request names one of several containers, and does not go through all of them. */
  readonly direct?: boolean;
  /** When the image was resolved, milliseconds since 1970. */
  readonly resolved: number;
  /** Absent: each request goes to the instance with the fewest unanswered ones. */
  readonly routing?: "RANDOM";
  /** Its share of the traffic is this weight over the sum of all weights. */
  readonly weight: number;
  /** It gets copies of requests and answers none; the weight is against the one of the variant that answers. */
  readonly shadow?: { readonly weight: number };
  readonly instances: readonly Instance[];
  /** It has a model server only while it is asked, and no instance type. */
  readonly serverless?: Serverless;
  /** What one copy of an inference component takes of the instance that it is placed on. */
  readonly needs?: CopyNeeds;
  readonly placement?: "SPREAD" | "BINPACK";
  /** What the variant was asked to become, until it is so. */
  readonly desired?: { readonly weight: number; readonly count: number; readonly serverless?: Serverless };
}

/** One model server: ready once it has answered a ping. */
export interface Instance extends KeptRun {
  /** In the form of EC2's instance ids. It names the log stream. */
  readonly id: string;
  /** It came with a change of the variant's capacity that has not ended; the change fails when it never is ready. */
  readonly added?: true;
  /** The instance that a copy of an inference component is placed on. */
  readonly host?: string;
}

export const defaultStartupSeconds = 240;
export const defaultDownloadSeconds = 3600;

/** What an update keeps of the fleet before: of variants that go on, and what is captured. */
export interface Retained {
  readonly fleet: EndpointFleet;
  readonly weights: boolean;
  readonly counts: boolean;
  readonly capture: boolean;
}

/** Returns the fleet that a configuration asks for, nothing of it started. */
export async function planFleet(
  context: Context,
  endpointConfigName: string,
  retained?: Retained,
): Promise<EndpointFleet> {
  const config = await context.call("sagemaker", "DescribeEndpointConfig", { EndpointConfigName: endpointConfigName });
  await checkExecutionRole(context, config.ExecutionRoleArn);
  const shadows = config.ShadowProductionVariants ?? [];
  const capture = retained?.capture ? retained.fleet.capture : planCapture(context, config.DataCaptureConfig);
  const common = { endpointConfigName: config.EndpointConfigName, ...(capture && { capture }) };
  const hosting = config.ProductionVariants.filter(({ ModelName }) => ModelName === undefined);
  // CreateEndpointConfig lets no variant with a model be beside one without.
  if (hosting.length > 0) {
    const before = retained?.counts ? retained.fleet.hosting : undefined;
    return { ...common, variants: [], hosting: hosting.map((one) => planHosting(context, config, one, before)) };
  }
  const planned = [...config.ProductionVariants, ...shadows].map((configured) => {
    const before = retained?.fleet.variants.find(({ name }) => name === configured.VariantName);
    return {
      configured,
      isShadow: shadows.includes(configured),
      weight: (retained?.weights && before ? weightOf(before) : undefined) ?? configured.InitialVariantWeight ?? 1,
      count:
        (retained?.counts && !before?.serverless ? before?.instances.length : undefined) ??
        configured.InitialInstanceCount ??
        1,
    };
  });
  // CreateEndpointConfig refuses weights that are all 0, but retained weights may all be 0.
  if (planned.every(({ weight, isShadow }) => weight === 0 || isShadow))
    throw validationFault(
      `With the weights that are retained no variant of "${endpointConfigName}" would get traffic. Exclude DesiredWeight from the retained properties.`,
    );
  const variants: Variant[] = [];
  for (const { configured, weight, count, isShadow } of planned) {
    const variant = await planVariant(context, configured, config.EnableNetworkIsolation, weight, count);
    variants.push(isShadow ? { ...variant, weight: 0, shadow: { weight } } : variant);
  }
  const inference = planAsync(config.AsyncInferenceConfig, variants[0]!.role ?? config.ExecutionRoleArn);
  return { ...common, ...(inference && { async: inference }), variants };
}

async function planVariant(
  context: Context,
  configured: ConfiguredVariant,
  networkIsolation: boolean | undefined,
  weight: number,
  count: number,
): Promise<Variant> {
  const model = await context.call("sagemaker", "DescribeModel", { ModelName: configured.ModelName! });
  // The role may be gone since the model was made.
  await checkExecutionRole(context, model.ExecutionRoleArn);
  const serverless = planServerless(configured);
  const variant: Variant = {
    name: configured.VariantName,
    modelName: model.ModelName!,
    ...servedContainers(containersOf(model)),
    ...(model.InferenceExecutionConfig?.Mode === "Direct" ? { direct: true } : {}),
    ...(model.ExecutionRoleArn ? { role: model.ExecutionRoleArn } : {}),
    instanceType: configured.InstanceType,
    ...(configured.VolumeSizeInGB ? { volumeGigabytes: configured.VolumeSizeInGB } : {}),
    ...(networkIsolation || model.EnableNetworkIsolation ? { networkIsolation: true } : {}),
    ...(serverless && { serverless, memoryMegabytes: serverless.memoryMegabytes }),
    resolved: context.clock.now(),
    weight,
    ...(configured.RoutingConfig?.RoutingStrategy === "RANDOM" ? { routing: "RANDOM" } : {}),
    startupSeconds: configured.ContainerStartupHealthCheckTimeoutInSeconds ?? defaultStartupSeconds,
    downloadSeconds: configured.ModelDataDownloadTimeoutInSeconds ?? defaultDownloadSeconds,
    instances: Array.from({ length: count }, () => newInstance(context)),
  };
  // A model that cannot be run is refused now and not when it is started.
  const { spec } = serverRun(context, variant);
  await checkExecutor(context, spec, variant.container.Image!);
  return variant;
}

/** The weight that was given to a variant; one that gets copies has none of the traffic. */
export const weightOf = ({ weight, shadow }: Pick<Variant, "weight" | "shadow">): number => shadow?.weight ?? weight;

export const newInstance = (context: Pick<Context, "ids">): Instance => ({ id: newInstanceId(context), ...newKeptRun });

export const instancesReady = ({ instances }: Pick<Variant, "instances">): number =>
  instances.reduce((sum, { ready }) => sum + Number(ready), 0);

export const isReady = (fleet: Fleet): boolean =>
  fleet.variants.every((variant) => instancesReady(variant) === variant.instances.length);

export const runIdsOf = (fleet: Fleet | undefined): string[] =>
  (fleet?.variants ?? []).flatMap(({ instances }) => instances.flatMap(({ runId }) => (runId ? [runId] : [])));

/** Returns how many instances a fleet has, or is to have while its capacity changes. */
export const instanceCount = (fleet: Fleet | undefined): number =>
  (fleet?.variants ?? []).reduce(
    (sum, { instances, desired }) => sum + Math.max(instances.length, desired?.count ?? 0),
    0,
  );

export const endpointLogGroup = (endpointName: string): string => `/aws/sagemaker/Endpoints/${endpointName}`;

export const instanceLog = (endpointName: string, variant: string, instance: string) => ({
  logGroupName: endpointLogGroup(endpointName),
  logStreamName: `${variant}/${instance}`,
});
