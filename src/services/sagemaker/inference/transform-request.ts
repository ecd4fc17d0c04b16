import { validationFault } from "../../../aws/faults.ts";
import { parseS3Location, type S3Location } from "../../../aws/s3-location.ts";
import { readRecordPath } from "../../../base/record-path.ts";
import type { Context } from "../../../frame/context.ts";
import { mostMegabytesInFlight, type RecordProcessing, usualPayloadMegabytes } from "../../../images/transform-plan.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";
import { containersOf, isMultiModel } from "./server-run.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type CreateTransformJob = InputOf<SageMaker, "CreateTransformJob">;
type DescribedModel = OutputOf<SageMaker, "DescribeModel">;

/** What a job was asked, and its model as it was then: a later change of the model changes no job. */
export type TransformRequest = CreateTransformJob & { readonly Model: TransformModel };

export type TransformModel = Pick<DescribedModel, "ExecutionRoleArn" | "EnableNetworkIsolation"> & {
  readonly Containers: ReturnType<typeof containersOf>;
};

/** Refuses what AWS refuses when a job is made, and what this version cannot do. What is in S3 is seen by the run. */
export function checkTransformRequest(request: CreateTransformJob, context: Context): void {
  const { TransformInput: input, TransformOutput: output, TransformResources: resources } = request;
  refuseMembers(context, output!, "TransformOutput.", ["KmsKeyId"]);
  refuseMembers(context, resources!, "TransformResources.", ["VolumeKmsKeyId", "TransformAmiVersion"]);
  inputLocation(request);
  outputLocation(request);
  if (input!.DataSource!.S3DataSource!.S3DataType === "AugmentedManifestFile")
    throw validationFault(
      "S3DataType AugmentedManifestFile is for training jobs. A transform job takes S3Prefix or ManifestFile.",
    );
  if (request.DataCaptureConfig) {
    refuseMembers(context, request.DataCaptureConfig, "DataCaptureConfig.", ["KmsKeyId"]);
    captureLocation(request);
  }
  checkPayload(request);
  checkVariables(request.Environment ?? {});
  checkProcessing(request);
}

/** Returns the model as the job keeps it. @throws Fault for one that no transform job can use */
export function transformModel(model: DescribedModel): TransformModel {
  const { ExecutionRoleArn, EnableNetworkIsolation, ModelName } = model;
  const Containers = containersOf(model);
  if (!ExecutionRoleArn)
    throw validationFault(
      `Model "${ModelName}" has no ExecutionRoleArn. A transform job reads and writes S3 as its model's role: create the model with one.`,
    );
  if (Containers.some(isMultiModel))
    throw validationFault(
      `Model "${ModelName}" has Mode MultiModel, which transform jobs do not take. Create a model of the one to be used.`,
    );
  if (model.InferenceExecutionConfig?.Mode === "Direct" && Containers.length > 1)
    throw validationFault(
      `Model "${ModelName}" has InferenceExecutionConfig.Mode Direct, which transform jobs do not take. Create one with Mode Serial.`,
    );
  return { Containers, ExecutionRoleArn, EnableNetworkIsolation };
}

function checkPayload({
  MaxConcurrentTransforms = 1,
  MaxPayloadInMB = usualPayloadMegabytes,
}: CreateTransformJob): void {
  // 0 for either leaves it to the platform.
  const together = Math.max(1, MaxConcurrentTransforms) * MaxPayloadInMB;
  if (together > mostMegabytesInFlight)
    throw validationFault(
      `MaxConcurrentTransforms (${MaxConcurrentTransforms}) x MaxPayloadInMB (${MaxPayloadInMB}) is ${together} MB; it cannot be more than ${mostMegabytesInFlight} MB. Make one of them smaller.`,
    );
}

/** Variables of the platform, which say how a container is asked. */
const ownVariables = /^SAGEMAKER_(BATCH|MAX_PAYLOAD_IN_MB|BATCH_STRATEGY|MAX_CONCURRENT_TRANSFORMS)$/;

function checkVariables(environment: object): void {
  const name = Object.keys(environment).find((one) => ownVariables.test(one));
  if (name !== undefined)
    throw validationFault(
      `Environment ${name} is set by the platform. Leave it out, and use MaxPayloadInMB, BatchStrategy and MaxConcurrentTransforms.`,
    );
}

const joinableTypes = ["text/csv", "application/json", "application/jsonlines"];
const baseType = (type: string): string => type.split(";", 1)[0]!.trim().toLowerCase();

/** Returns what is done with each record; undefined where they go through as they are. */
export function processingOf({ DataProcessing, DataCaptureConfig }: CreateTransformJob): RecordProcessing | undefined {
  const { InputFilter = "$", OutputFilter = "$", JoinSource = "None" } = DataProcessing ?? {};
  const numbers = DataCaptureConfig?.GenerateInferenceId === true;
  const [inputFilter, outputFilter] = [InputFilter || "$", OutputFilter || "$"];
  const joins = JoinSource === "Input";
  if (inputFilter === "$" && outputFilter === "$" && !joins && !numbers) return undefined;
  return { inputFilter, outputFilter, joins, numbers };
}

function checkProcessing(request: CreateTransformJob): void {
  const processing = processingOf(request);
  if (!processing) return;
  const { ContentType = "", SplitType = "None" } = request.TransformInput!;
  const { Accept = ContentType, AssembleWith = "None" } = request.TransformOutput!;
  const why = "DataProcessing and GenerateInferenceId work on single records";
  for (const [name, value] of Object.entries({
    "TransformInput.ContentType": ContentType,
    "TransformOutput.Accept": Accept,
  }))
    if (!joinableTypes.includes(baseType(value)))
      throw validationFault(
        `${why}, so ${name} must be one of ${joinableTypes.join(", ")}, not ${JSON.stringify(value)}.`,
      );
  const isCsv = [ContentType, Accept].map((type) => baseType(type) === "text/csv");
  if (
    SplitType !== AssembleWith ||
    (isCsv.includes(true) && SplitType !== "Line") ||
    !["None", "Line"].includes(SplitType)
  )
    throw validationFault(
      `${why}, so SplitType and AssembleWith must both be Line, or for JSON both None; they are ${SplitType} and ${AssembleWith}.`,
    );
  if (processing.joins && isCsv[0] !== isCsv[1])
    throw validationFault(
      `JoinSource Input joins records of one format: ContentType ${ContentType} and Accept ${Accept} must both be CSV or both be JSON.`,
    );
  if (request.MaxPayloadInMB === 0)
    throw validationFault(`${why}. With MaxPayloadInMB 0 files are sent as they come: give 1 to 100.`);
  checkPath("InputFilter", processing.inputFilter, isCsv[0]!);
  checkPath("OutputFilter", processing.outputFilter, isCsv[1]!);
}

function checkPath(name: string, text: string, isCsv: boolean): void {
  const path = readRecordPath(text);
  const title = `DataProcessing.${name} ${JSON.stringify(text)}`;
  if (typeof path === "string")
    throw validationFault(
      `${title} is no JSONPath: ${path}. Examples: $, $[1:], $[0,-1], $.features, $['id','SageMakerOutput'].`,
    );
  if (isCsv && !path.isOfColumns)
    throw validationFault(`${title} names attributes. Columns of CSV are named by numbers: $[0], $[1:], $[0,-1].`);
}

export const inputLocation = ({ TransformInput }: Pick<CreateTransformJob, "TransformInput">): S3Location =>
  locationOf("TransformInput.DataSource.S3DataSource.S3Uri", TransformInput!.DataSource!.S3DataSource!.S3Uri!);

export const outputLocation = ({ TransformOutput }: Pick<CreateTransformJob, "TransformOutput">): S3Location =>
  locationOf("TransformOutput.S3OutputPath", TransformOutput!.S3OutputPath!);

export const captureLocation = ({ DataCaptureConfig }: Pick<CreateTransformJob, "DataCaptureConfig">): S3Location =>
  locationOf("DataCaptureConfig.DestinationS3Uri", DataCaptureConfig!.DestinationS3Uri!);

function locationOf(member: string, uri: string): S3Location {
  const location = parseS3Location(uri);
  if (!location) throw validationFault(`Invalid ${member} "${uri}": s3://BUCKET/PREFIX is expected.`);
  return location;
}
