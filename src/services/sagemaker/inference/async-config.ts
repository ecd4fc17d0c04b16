import { validationFault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type Config = InputOf<SageMaker, "CreateEndpointConfig">;
type AsyncConfig = NonNullable<Config["AsyncInferenceConfig"]>;
type Described = NonNullable<OutputOf<SageMaker, "DescribeEndpoint">["AsyncInferenceConfig"]>;
type Model = OutputOf<SageMaker, "DescribeModel">;

/** How a fleet answers requests that are queued. */
export interface AsyncInference {
  /** As which inputs are read, answers are put and topics are told. */
  readonly role: string;
  readonly output: S3Folder;
  /** Where failures are put. */
  readonly failure: S3Folder;
  /** ARNs of topics. */
  readonly successTopic?: string;
  readonly errorTopic?: string;
  readonly includeIn?: readonly string[];
  /** The most requests that an instance has at a time. */
  readonly mostPerInstance: number;
  /** The configuration as it was given, for Describe. */
  readonly given: AsyncConfig;
}

export interface S3Folder {
  readonly bucket: string;
  /** "" or a text that ends with "/". */
  readonly prefix: string;
}

/** AWS chooses a number where none is given; this is ours. */
const defaultPerInstance = 4;

/** Longest that an asynchronous request may be processed. */
export const longestAsyncMilliseconds = 3_600_000;

/**
 * Checks an endpoint configuration for queued requests, but for what its models say.
 * @throws Fault
 */
export function checkAsync(context: Context, config: Config): void {
  const { AsyncInferenceConfig: asked, ProductionVariants: variants, ShadowProductionVariants: shadows } = config;
  if (!asked) return;
  const { OutputConfig: output } = asked;
  refuseMembers(context, output!, "AsyncInferenceConfig.OutputConfig.", ["KmsKeyId"]);
  if (output!.S3OutputPath === undefined)
    throw validationFault(
      "AsyncInferenceConfig.OutputConfig needs S3OutputPath: the S3 location below which answers are put.",
    );
  folderOf("S3OutputPath", output!.S3OutputPath);
  if (output!.S3FailurePath !== undefined) folderOf("S3FailurePath", output!.S3FailurePath);
  if (variants.length > 1 || (shadows ?? []).length > 0)
    throw validationFault(
      `AsyncInferenceConfig is for one production variant and no shadow variant; there are ${variants.length} and ${shadows?.length ?? 0}.`,
    );
  const [variant] = variants;
  const refuse = (what: string): never => {
    throw validationFault(`AsyncInferenceConfig is not for ${what}.`);
  };
  if (variant!.ModelName === undefined) refuse("endpoints that host inference components");
  if (variant!.ServerlessConfig) refuse(`serverless variants, which "${variant!.VariantName}" is`);
  if (config.DataCaptureConfig && config.DataCaptureConfig.EnableCapture !== false)
    throw validationFault(
      "DataCaptureConfig is not for asynchronous endpoints: their requests and answers are in S3 already. Leave it out, or leave out AsyncInferenceConfig.",
    );
}

/** Checks that a model can answer queued requests. @throws Fault */
export function checkAsyncModel(config: Config, model: Model): void {
  if (!config.AsyncInferenceConfig) return;
  const refuse = (what: string): never => {
    throw validationFault(`AsyncInferenceConfig is not for model "${model.ModelName}": ${what}`);
  };
  if (model.ExecutionRoleArn === undefined && config.ExecutionRoleArn === undefined)
    refuse("it has no ExecutionRoleArn. Inputs are read and answers put as that role; give the model one.");
  if (model.InferenceExecutionConfig?.Mode === "Direct")
    refuse("its containers are invoked directly, and InvokeEndpointAsync names none.");
  const containers = model.PrimaryContainer ? [model.PrimaryContainer] : (model.Containers ?? []);
  if (containers.some(({ Mode }) => Mode === "MultiModel"))
    refuse("it has many models, and InvokeEndpointAsync names none.");
}

function folderOf(member: string, url: string): S3Folder {
  const location = parseS3Location(url);
  if (!location)
    throw validationFault(
      `Invalid ${member} "${url}" of AsyncInferenceConfig.OutputConfig: s3://BUCKET/PREFIX is expected.`,
    );
  const { bucket, key } = location;
  return { bucket, prefix: key === "" ? "" : `${key.replace(/\/+$/, "")}/` };
}

/** Returns how a new fleet answers queued requests; undefined where requests wait for their answers. */
export function planAsync(asked: AsyncConfig | undefined, role: string | undefined): AsyncInference | undefined {
  if (!asked) return undefined;
  const { S3OutputPath, S3FailurePath, NotificationConfig: topics } = asked.OutputConfig!;
  const output = folderOf("S3OutputPath", S3OutputPath!);
  return {
    role: role!,
    output,
    // AWS does not say where failures go without a path: here they are beside the answers.
    failure: S3FailurePath === undefined ? output : folderOf("S3FailurePath", S3FailurePath),
    ...(topics?.SuccessTopic && { successTopic: topics.SuccessTopic }),
    ...(topics?.ErrorTopic && { errorTopic: topics.ErrorTopic }),
    ...(topics?.IncludeInferenceResponseIn && { includeIn: topics.IncludeInferenceResponseIn }),
    mostPerInstance: asked.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? defaultPerInstance,
    given: asked,
  };
}

interface Inferring {
  readonly serving?: { readonly async?: AsyncInference };
  readonly ending?: AsyncInference;
}

/** Returns how the requests of an endpoint end, also of one that is being deleted. */
export const inferenceOf = ({ serving, ending }: Inferring): AsyncInference | undefined => serving?.async ?? ending;

export const describeAsync = (inference: AsyncInference | undefined): Described | undefined =>
  inference && (inference.given as Described);
