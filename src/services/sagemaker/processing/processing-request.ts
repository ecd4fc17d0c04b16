import { validationFault } from "../../../aws/faults.ts";
import { parseS3Location, type S3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import type { ProcessingImage } from "../../../images/define-image.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";
import { requireImage } from "../require-image.ts";

export type ProcessingRequest = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateProcessingJob">;
export type Input = NonNullable<ProcessingRequest["ProcessingInputs"]>[number];
export type Output = NonNullable<ProcessingRequest["ProcessingOutputConfig"]>["Outputs"][number];

export const defaultRuntimeSeconds = 86_400;

/**
 * Refuses what AWS refuses when a job is made, and what this version cannot do. What is in S3 is seen by the run.
 */
export async function checkProcessingRequest(request: ProcessingRequest, context: Context): Promise<void> {
  processingImage(request, context);
  checkResources(request, context);
  checkCommand(request, context);
  const { ProcessingInputs: inputs = [], ProcessingOutputConfig: config } = request;
  if (config) refuseMembers(context, config, "ProcessingOutputConfig.", ["KmsKeyId"]);
  requireUnique(
    "InputName",
    inputs.map(({ InputName }) => InputName),
  );
  requireUnique(
    "OutputName",
    (config?.Outputs ?? []).map(({ OutputName }) => OutputName),
  );
  for (const input of inputs) checkInput(input, context);
  for (const output of config?.Outputs ?? []) checkOutput(output, runsImageProgram(request, context), context);
  targetStoresOf(request);
  await checkExecutionRole(context, request.RoleArn);
}

/** Returns the image that the job names. @throws Fault that lists the images there are */
export const processingImage = ({ AppSpecification }: ProcessingRequest, context: Context): ProcessingImage =>
  requireImage(context, AppSpecification.ImageUri!, "processing");

function checkResources(request: ProcessingRequest, context: Context): void {
  const { ClusterConfig: cluster } = request.ProcessingResources;
  const path = "ProcessingResources.ClusterConfig.";
  refuseMembers(context, cluster, path, ["VolumeKmsKeyId", "InstancePreferences"]);
  for (const name of ["SelectedInstanceType", "SelectedInstanceCount"] as const)
    if (cluster[name] !== undefined)
      throw validationFault(`${path}${name} is told by DescribeProcessingJob; leave it out of the request.`);
  if (!cluster.InstanceType) throw validationFault(`${path}InstanceType is missing.`);
}

/** The names of the hosts of a job. The program of an image works on one whatever it is asked for; the job's log says so. */
export function processingHosts(request: ProcessingRequest, context: Context): readonly string[] {
  const { InstanceCount: count = 1 } = request.ProcessingResources.ClusterConfig;
  const hosts = runsImageProgram(request, context) ? 1 : count;
  return Array.from({ length: hosts }, (_, index) => `algo-${index + 1}`);
}

/** The images of Python have no command of their own that would process anything. */
function checkCommand(request: ProcessingRequest, context: Context): void {
  const { ContainerEntrypoint, ImageUri } = request.AppSpecification;
  const { entryPoint } = processingImage(request, context);
  if (!ContainerEntrypoint?.length && !entryPoint && !runsImageProgram(request, context))
    throw notBuilt(
      context,
      `A processing job that runs the own command of the image ${ImageUri}`,
      "give AppSpecification.ContainerEntrypoint",
    );
}

/** Whether the image's own program does the job. */
export const runsImageProgram = (request: ProcessingRequest, context: Context): boolean =>
  !request.AppSpecification.ContainerEntrypoint?.length && processingImage(request, context).program !== undefined;

function requireUnique(member: string, names: readonly (string | undefined)[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw validationFault(`${member} "${twice}" is given twice. Each needs a name of its own.`);
}

function checkInput(input: Input, context: Context): void {
  const path = `Input "${input.InputName}": `;
  if (input.DatasetDefinition) {
    checkDataset(input, path, context);
    return;
  }
  const { S3Input: source } = input;
  if (!source) throw validationFault(`${path}S3Input or DatasetDefinition is missing.`);
  if (source.S3CompressionType === "Gzip" && source.S3InputMode !== "Pipe")
    throw validationFault(`${path}S3CompressionType Gzip is allowed with S3InputMode Pipe alone. Use None.`);
  inputLocation(input);
  localFolder(source.LocalPath, path);
}

/** The rows of a query of Athena or Redshift. */
function checkDataset(input: Input, path: string, context: Context): void {
  const {
    AthenaDatasetDefinition: athena,
    InputMode,
    LocalPath,
    RedshiftDatasetDefinition: redshift,
  } = input.DatasetDefinition!;
  if (input.S3Input) throw validationFault(`${path}S3Input and DatasetDefinition are both given. Leave one out.`);
  if ((athena === undefined) === (redshift === undefined))
    throw validationFault(
      `${path}DatasetDefinition needs AthenaDatasetDefinition or RedshiftDatasetDefinition, and not both.`,
    );
  const within = `${path}DatasetDefinition.`;
  localFolder(LocalPath, within);
  if (InputMode === "Pipe") throw notBuilt(context, `${within}InputMode Pipe`, "use File");
  if (athena) {
    refuseMembers(context, athena, `${within}AthenaDatasetDefinition.`, ["KmsKeyId"]);
    locationOf(athena.OutputS3Uri!, `Input "${input.InputName}"`);
  }
  if (!redshift) return;
  refuseMembers(context, redshift, `${within}RedshiftDatasetDefinition.`, ["KmsKeyId"]);
  if (redshift.OutputCompression && redshift.OutputCompression !== "None" && redshift.OutputFormat === "CSV")
    throw notBuilt(context, `${within}RedshiftDatasetDefinition.OutputCompression of CSV`, "use None");
}

function checkOutput(output: Output, ownProgram: boolean, context: Context): void {
  const path = `Output "${output.OutputName}": `;
  if (output.FeatureStoreOutput && !output.S3Output) {
    if (output.AppManaged !== true)
      throw validationFault(
        `${path}FeatureStoreOutput alone is for jobs that write the records themselves. Set AppManaged to true, or give an S3Output: the rows of its files then become records.`,
      );
    return;
  }
  if (output.FeatureStoreOutput && (output.AppManaged || ownProgram))
    throw validationFault(
      `${path}S3Output and FeatureStoreOutput are both given, and the program writes the records itself (${ownProgram ? "a flow" : "AppManaged is true"}). Leave one out.`,
    );
  refuseMembers(context, output, path, ["AppManaged"]);
  if (!output.S3Output) throw validationFault(`${path}S3Output is missing.`);
  outputLocation(output);
  localFolder(output.S3Output.LocalPath, path);
}

/** The variable of a job's Environment that says which stores of feature groups its outputs go to. */
const storesVariable = "SAGEBRUSH_TARGET_STORES";
const stores = ["OnlineStore", "OfflineStore"];

/** Returns the stores that records of the job's outputs go to; undefined for all of a group. @throws Fault for others */
export function targetStoresOf({ Environment }: ProcessingRequest): readonly string[] | undefined {
  const text = Environment?.[storesVariable];
  if (text === undefined) return undefined;
  const named = text.split(",").map((word) => word.trim());
  const strange = named.find((word) => !stores.includes(word));
  if (strange === undefined) return named;
  throw validationFault(
    `Environment.${storesVariable} names "${strange}"; give ${stores.join(" or ")}, or both with a comma between them.`,
  );
}

/** Returns where an input is in S3. @throws Fault when it is not one of S3 */
export const inputLocation = ({ InputName, S3Input }: Input): S3Location =>
  locationOf(S3Input!.S3Uri!, `Input "${InputName}"`);

/** Returns where an output goes. @throws Fault when it is not one of S3 */
export const outputLocation = ({ OutputName, S3Output }: Output): S3Location =>
  locationOf(S3Output!.S3Uri!, `Output "${OutputName}"`);

function locationOf(uri: string, title: string): S3Location {
  const location = parseS3Location(uri);
  if (!location) throw validationFault(`${title}: invalid S3Uri "${uri}": s3://BUCKET/PREFIX is expected.`);
  return location;
}

const localRoot = "/opt/ml/";
const localStart = `${localRoot}processing/`;

/** Returns the folder below /opt/ml that a LocalPath names. @throws Fault when it is none that a job may use */
export function localFolder(path: string | undefined, title: string): string {
  if (path === undefined) throw validationFault(`${title}LocalPath is missing.`);
  const parts = path.slice(localRoot.length).split("/");
  if (!path.startsWith(localStart) || path.includes("\0") || parts.includes("..") || parts.includes("."))
    throw validationFault(`${title}LocalPath "${path}" is no path below ${localStart}.`);
  return parts.filter((part) => part !== "").join("/");
}
