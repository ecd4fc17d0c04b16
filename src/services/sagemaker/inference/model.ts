import { Fault, validationFault } from "../../../aws/faults.ts";
import { parseS3Location, type S3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import { servingScript } from "../../../images/define-image.ts";
import { scriptSettings } from "../../../images/serving-script-plan.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";
import { requireImage } from "../require-image.ts";
import { type Container, unpacked } from "./packaged-container.ts";
import { isMultiModel, scriptOf, servedContainers, serverNeeds } from "./server-run.ts";

type CreateModel = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateModel">;

/** A model: the image that serves it and the artifact it loads. Nothing runs until an endpoint uses it. */
export const model = defineResource({
  service: "sagemaker",
  kind: "model",
  arn: "model/{ModelName}",
  tags: true,
  title: "Model",
  missing: ({ arn }) => validationFault(`Could not find model "${arn}".`),
  existing: ({ arn }) => validationFault(`Cannot create already existing model "${arn}".`),
  create: {
    operation: "CreateModel",
    async begin(input, context) {
      const given = givenContainers(input);
      const containers = (await Promise.all(given.map((container) => unpacked(context, container)))).flat();
      await checkContainers(context, containers, input);
      const served = servedContainers(containers);
      const needs = serverNeeds({ ...served, networkIsolation: input.EnableNetworkIsolation }, context);
      await checkExecutor(context, needs, containers[0]!.Image!);
      const isPrimary = input.PrimaryContainer && containers.length === 1;
      const kept = isPrimary
        ? { PrimaryContainer: containers[0]! }
        : { PrimaryContainer: undefined, Containers: containers };
      return { wanted: { ...input, ...kept, Tags: input.Tags ?? [] }, actual: {} };
    },
    output: (ModelArn) => ({ ModelArn }),
  },
  describe: {
    operation: "DescribeModel",
    output: ({ wanted, created }, arn) => ({
      ModelName: wanted.ModelName,
      PrimaryContainer: wanted.PrimaryContainer && withMode(wanted.PrimaryContainer),
      Containers: wanted.Containers?.map(withMode),
      InferenceExecutionConfig: wanted.InferenceExecutionConfig,
      ExecutionRoleArn: wanted.ExecutionRoleArn,
      VpcConfig: wanted.VpcConfig,
      CreationTime: new Date(created),
      ModelArn: arn,
      EnableNetworkIsolation: wanted.EnableNetworkIsolation ?? false,
    }),
  },
  list: {
    operation: "ListModels",
    member: "Models",
    descending: true,
    summary: ({ wanted, created }, arn) => ({
      ModelName: wanted.ModelName,
      ModelArn: arn,
      CreationTime: new Date(created),
    }),
  },
  delete: { operation: "DeleteModel" },
});

/** Checks what is to be served, before anything of it is started. @throws Fault */
export async function checkContainers(
  context: Context,
  containers: readonly Container[],
  input: Pick<CreateModel, "ExecutionRoleArn" | "InferenceExecutionConfig">,
): Promise<void> {
  checkTogether(context, containers, input);
  await checkExecutionRole(context, input.ExecutionRoleArn);
  const asRole = input.ExecutionRoleArn ? context.as(input.ExecutionRoleArn) : context;
  for (const container of containers) await checkContainer(asRole, container);
  checkPythons(context, containers);
}

const withMode = (container: Container): Container => ({ Mode: "SingleModel", ...container });

function givenContainers(input: CreateModel): readonly Container[] {
  if (input.PrimaryContainer && input.Containers?.length) {
    throw validationFault("PrimaryContainer and Containers are both given; a model has one or the other.");
  }
  const containers = input.PrimaryContainer ? [input.PrimaryContainer] : (input.Containers ?? []);
  if (containers.length === 0) throw validationFault("A model needs a container: give PrimaryContainer or Containers.");
  return containers;
}

/** The most containers that a model has in AWS. */
const mostContainers = 15;

/** Several containers are asked one after another, or each by its host name. */
function checkTogether(
  context: Context,
  containers: readonly Container[],
  input: Pick<CreateModel, "InferenceExecutionConfig">,
): void {
  const isDirect = input.InferenceExecutionConfig?.Mode === "Direct";
  if (containers.length > mostContainers)
    throw validationFault(`A model has at most ${mostContainers} containers, this one has ${containers.length}.`);
  const names = containers.map(({ ContainerHostname }) => ContainerHostname);
  if (isDirect && containers.length > 1 && names.includes(undefined))
    throw validationFault(
      "InferenceExecutionConfig.Mode Direct needs a ContainerHostname of every container: requests name it as TargetContainerHostname.",
    );
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) < index);
  if (twice !== undefined)
    throw validationFault(`ContainerHostname "${twice}" is given twice; the host names of containers must differ.`);
  if (containers.length > 1 && containers.some(({ Mode }) => Mode === "MultiModel"))
    throw notBuilt(context, "A multi-model container among several", "give it as the only container");
}

/** The run of an instance has one Python. */
function checkPythons(context: Context, containers: readonly Container[]): void {
  const locks = new Set(containers.flatMap((container) => scriptOf(container, context)?.python.lock ?? []));
  if (locks.size < 2) return;
  throw notBuilt(
    context,
    `A model whose containers' scripts need different Pythons (${[...locks].join(", ")})`,
    "name images of one framework and version for the scripts",
  );
}

/** The image must have a runtime here, and the artifact must be there, as AWS checks when a model is made. */
async function checkContainer(context: Context, container: Container): Promise<void> {
  refuseMembers(context, container, "", ["AdditionalModelDataSources", "ImageConfig"]);
  if (isMultiModel(container)) return checkModels(context, container);
  if (container.MultiModelConfig) throw validationFault("MultiModelConfig is for a container with Mode MultiModel.");
  if (!container.Image) throw validationFault("The container names no Image.");
  await checkEnvironment(context, container);
  const source = container.ModelDataSource?.S3DataSource;
  if (source && container.ModelDataUrl) {
    throw validationFault("ModelDataUrl and ModelDataSource are both given; a container has one or the other.");
  }
  if (container.ModelDataUrl) await checkArtifact(context, container.ModelDataUrl);
  else if (source?.S3DataType === "S3Object" && source.S3Uri) await checkArtifact(context, source.S3Uri);
}

/** The models are below a prefix, and may be put there later. */
async function checkModels(context: Context, container: Container): Promise<void> {
  if (!container.Image) throw validationFault("The container names no Image.");
  await checkEnvironment(context, container);
  if (container.ModelDataSource)
    throw notBuilt(context, "ModelDataSource of a multi-model container", "give ModelDataUrl");
  const url = container.ModelDataUrl;
  if (!url || !parseS3Location(url)?.bucket)
    throw validationFault(
      `A container with Mode MultiModel needs the prefix of its models as its ModelDataUrl, s3://BUCKET/PREFIX/, not ${JSON.stringify(url ?? "")}.`,
    );
}

/** What the image reads of the environment is honoured or refused, before a server of it is started. */
async function checkEnvironment(context: Context, { Image, Environment }: Container): Promise<void> {
  const environment = (Environment ?? {}) as Record<string, string>;
  const image = requireImage(context, Image!, "serving");
  const settings = servingScript(image, environment) && scriptSettings(environment);
  const problem = settings && "kind" in settings ? settings : settings ? undefined : image.refuses?.(environment);
  if (problem?.kind === "not-built") throw notBuilt(context, problem.what, problem.instead);
  if (problem) throw validationFault(`${problem.what}; ${problem.instead}.`);
  if (settings && "source" in settings && typeof settings.source === "object")
    await checkSource(context, settings.source);
}

/** The run's own key reads the archive, so the role must be allowed to. */
async function checkSource(
  context: Context,
  { bucket, key, url }: S3Location & { readonly url: string },
): Promise<void> {
  try {
    await context.call("s3", "HeadObject", { Bucket: bucket, Key: key });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validationFault(
      `Could not ${error.status === 403 ? "access" : "find"} the source of the serving script at ${url} (Environment SAGEMAKER_SUBMIT_DIRECTORY).${error.status === 403 ? ` ${error.message}` : ""}`,
    );
  }
}

async function checkArtifact(context: Context, url: string): Promise<void> {
  const location = parseS3Location(url);
  if (!location?.key) {
    throw validationFault(
      `Invalid model data URL "${url}": s3://BUCKET/KEY or https://BUCKET.s3.REGION.amazonaws.com/KEY is expected.`,
    );
  }
  try {
    await context.call("s3", "HeadObject", { Bucket: location.bucket, Key: location.key });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.status === 403) throw validationFault(`Could not access model data at ${url}. ${error.message}`);
    throw validationFault(`Could not find model data at ${url}.`);
  }
}
