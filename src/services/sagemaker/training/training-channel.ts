import { Fault, validationFault } from "../../../aws/faults.ts";
import { parseS3Location, type S3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import type { PlannedChannel } from "../../../images/training-plan.ts";
import { mostManifestBytes } from "../input-grants.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";
import { channelShare, type TrainingHost } from "./training-hosts.ts";
import type { TrainingChannel, TrainingRequest } from "./training-request.ts";

type ChannelMode = NonNullable<TrainingChannel["InputMode"]>;
type AlgorithmMode = Pick<TrainingRequest, "AlgorithmSpecification">;

/** Returns the mode of a channel, which may be that of the job. */
export const channelMode = ({ InputMode }: TrainingChannel, { AlgorithmSpecification }: AlgorithmMode): ChannelMode =>
  InputMode ?? AlgorithmSpecification?.TrainingInputMode ?? "File";

/** What a channel asks for, where its members depend on each other. */
interface Asked {
  readonly mode: ChannelMode;
  readonly type: string | undefined;
  readonly channel: TrainingChannel;
}

/** Combinations that AWS refuses, each with what is wrong. */
const refusedCombinations: readonly { readonly words: string; holds(asked: Asked): boolean }[] = [
  {
    words: "AugmentedManifestFile can only be used if the Channel's input mode is Pipe.",
    holds: ({ mode, type }) => type === "AugmentedManifestFile" && mode !== "Pipe",
  },
  {
    words: "AugmentedManifestFile needs AttributeNames: what of each line is read, in this order.",
    holds: ({ type, channel }) => type === "AugmentedManifestFile" && attributesOf(channel).length === 0,
  },
  {
    words: "AttributeNames are allowed with S3DataType AugmentedManifestFile alone.",
    holds: ({ type, channel }) => type !== "AugmentedManifestFile" && attributesOf(channel).length > 0,
  },
  {
    words: "FileSystemDataSource is allowed with input mode File alone.",
    holds: ({ mode, channel }) => channel.DataSource.FileSystemDataSource !== undefined && mode !== "File",
  },
  {
    words: "input mode FastFile takes S3DataType S3Prefix alone. Use File or Pipe.",
    holds: ({ mode, type }) => mode === "FastFile" && type !== "S3Prefix",
  },
  {
    words: "CompressionType Gzip is allowed with input mode Pipe alone. Use None.",
    holds: ({ mode, channel }) => channel.CompressionType === "Gzip" && mode !== "Pipe",
  },
  {
    words: "RecordWrapperType RecordIO is allowed with input mode Pipe alone. Use None.",
    holds: ({ mode, channel }) => channel.RecordWrapperType === "RecordIO" && mode !== "Pipe",
  },
  {
    words: "ChannelName cannot be the name of a folder.",
    holds: ({ channel }) => /^\.{1,2}$/.test(channel.ChannelName),
  },
];

const attributesOf = ({ DataSource }: TrainingChannel): readonly string[] =>
  DataSource.S3DataSource?.AttributeNames ?? [];

/** Refuses channels that AWS refuses or this version cannot give. */
export async function checkChannels(request: TrainingRequest, context: Context): Promise<void> {
  checkNames(request);
  // SageMaker reads the data as the job's role and not as the caller.
  const asRole = context.as(request.RoleArn);
  for (const channel of request.InputDataConfig ?? []) await checkChannel(channel, request, asRole);
}

/** Refuses two channels of one name, and one that has the name of another's pipe. */
function checkNames(request: TrainingRequest): void {
  const channels = request.InputDataConfig ?? [];
  const names = channels.map(({ ChannelName }) => ChannelName);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw validationFault(`Channel name "${twice}" is given twice. Each channel needs a name of its own.`);
  for (const channel of channels) {
    if (channelMode(channel, request) !== "Pipe") continue;
    const pipe = `${channel.ChannelName}_`;
    const taken = names.find((name) => name.startsWith(pipe) && /^\d+$/.test(name.slice(pipe.length)));
    if (taken !== undefined)
      throw validationFault(`Channel name "${taken}" is that of a pipe of channel "${channel.ChannelName}".`);
  }
}

/** Returns the S3 location of a channel. @throws Fault when it has none */
export function channelLocation(channel: TrainingChannel): S3Location {
  const uri = channel.DataSource.S3DataSource?.S3Uri;
  const location = uri === undefined ? undefined : parseS3Location(uri);
  if (!location) {
    throw validationFault(`Channel "${channel.ChannelName}": invalid S3Uri "${uri}": s3://BUCKET/PREFIX is expected.`);
  }
  return location;
}

/** The context is that of the job's role. */
async function checkChannel(channel: TrainingChannel, request: TrainingRequest, context: Context): Promise<void> {
  const path = `Channel "${channel.ChannelName}": `;
  const { S3DataSource: source, FileSystemDataSource: fileSystem } = channel.DataSource;
  refuseMembers(context, channel.DataSource, path, ["DatasetSource"]);
  if ((source === undefined) === (fileSystem === undefined))
    throw validationFault(`${path}DataSource needs one of S3DataSource and FileSystemDataSource.`);
  if (!source) {
    checkCombination(channel, request, undefined);
    return;
  }
  refuseMembers(context, source, path, ["ModelAccessConfig", "HubAccessConfig"]);
  const { S3DataType: type } = source;
  if (type === "Converse")
    throw notBuilt(context, `${path}S3DataType ${type}`, "use S3Prefix, ManifestFile or AugmentedManifestFile");
  checkCombination(channel, request, type);
  const { bucket, key } = channelLocation(channel);
  await checkObjects(source.S3Uri!, { bucket, key }, type !== "S3Prefix", request.RoleArn!, context);
  if (channelMode(channel, request) === "FastFile" && (await folderKey(bucket, key, context)) === undefined)
    throw validationFault(
      `${path}S3Uri "${source.S3Uri}" is neither a folder nor an object, and input mode FastFile shows a folder. End it with a slash, or use File.`,
    );
  if (type !== "S3Prefix") await checkManifestSize(channel, context);
}

function checkCombination(channel: TrainingChannel, request: TrainingRequest, type: string | undefined): void {
  const asked = { mode: channelMode(channel, request), type, channel };
  const refused = refusedCombinations.find(({ holds }) => holds(asked));
  if (refused) throw validationFault(`Channel "${channel.ChannelName}": ${refused.words}`);
}

async function checkManifestSize(channel: TrainingChannel, context: Context): Promise<void> {
  const { bucket, key } = channelLocation(channel);
  const { ContentLength = 0 } = await context.call("s3", "HeadObject", { Bucket: bucket, Key: key });
  if (ContentLength > mostManifestBytes) {
    throw validationFault(
      `Channel "${channel.ChannelName}": the manifest s3://${bucket}/${key} has ${ContentLength} bytes; at most ${mostManifestBytes} are allowed. Name fewer objects, or use S3Prefix.`,
    );
  }
}

async function checkObjects(
  uri: string,
  { bucket, key }: S3Location,
  isObject: boolean,
  roleArn: string,
  context: Context,
): Promise<void> {
  let said = "";
  try {
    if (isObject) {
      await context.call("s3", "HeadObject", { Bucket: bucket, Key: key });
      return;
    }
    const { KeyCount } = await context.call("s3", "ListObjectsV2", { Bucket: bucket, Prefix: key, MaxKeys: 1 });
    if (KeyCount) return;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    said = ` Error message from S3: ${error.message || error.code}`;
  }
  throw validationFault(
    `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region (${context.region}), that objects exist under that S3 prefix, and that the role "${roleArn}" has "s3:ListBucket" permissions on bucket "${bucket}".${said}`,
  );
}

/** Returns how a run gets the channels that are in S3. The context is that of the job's role. */
export const planChannels = (request: TrainingRequest, context: Context): Promise<PlannedChannel[]> =>
  Promise.all(
    (request.InputDataConfig ?? [])
      .filter(({ DataSource }) => DataSource.S3DataSource)
      .map((channel) => planChannel(channel, request, context)),
  );

/** Returns what a host gets of the planned channels: of some a share, of those that are for other groups nothing. */
export const channelsOfHost = (
  planned: readonly PlannedChannel[],
  request: TrainingRequest,
  host: TrainingHost,
): readonly PlannedChannel[] =>
  planned.flatMap((one) => {
    const channel = request.InputDataConfig!.find(({ ChannelName }) => ChannelName === one.name)!;
    const share = channelShare(channel, request, host);
    return share ? [{ ...one, ...share }] : [];
  });

async function planChannel(
  channel: TrainingChannel,
  request: AlgorithmMode,
  context: Context,
): Promise<PlannedChannel> {
  const { ChannelName: name, CompressionType, RecordWrapperType, ShuffleConfig } = channel;
  const attributes = attributesOf(channel);
  const mode = channelMode(channel, request);
  const { bucket, key } = channelLocation(channel);
  const pipe = {
    ...(CompressionType === "Gzip" && { gzip: true }),
    ...(RecordWrapperType === "RecordIO" && { recordIo: true }),
    ...(attributes.length > 0 && { attributes }),
    ...(ShuffleConfig && { shuffleSeed: Number(ShuffleConfig.Seed) }),
  };
  return {
    name,
    type: (channel.DataSource.S3DataSource?.S3DataType ?? "S3Prefix") as PlannedChannel["type"],
    bucket,
    key: mode === "FastFile" ? ((await folderKey(bucket, key, context)) ?? key) : key,
    ...(mode === "FastFile" && { fast: true }),
    ...(mode === "Pipe" && { pipe }),
  };
}

/**
 * Returns the key of the folder that FastFile shows, with its slash at the end, or of a single object; undefined where
 * the key is neither, such as the beginning of several names.
 */
async function folderKey(Bucket: string, key: string, context: Context): Promise<string | undefined> {
  if (key === "" || key.endsWith("/")) return key;
  try {
    const { KeyCount } = await context.call("s3", "ListObjectsV2", { Bucket, Prefix: `${key}/`, MaxKeys: 1 });
    if (KeyCount) return `${key}/`;
    await context.call("s3", "HeadObject", { Bucket, Key: key });
    return key;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return undefined;
  }
}
