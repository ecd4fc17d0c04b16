import type { Grant } from "../../../aws/caller.ts";
import { validationFault } from "../../../aws/faults.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import type { KeptFolder } from "../../../images/kept-folder-plan.ts";
import { notBuilt } from "../not-built.ts";
import { readGrant } from "../read-grant.ts";
import { checkBucket, outputLocation, type TrainingRequest } from "./training-request.ts";

type ProfilerConfig = NonNullable<TrainingRequest["ProfilerConfig"]>;

const defaultCheckpointsPath = "/opt/ml/checkpoints";
const defaultTensorsPath = "/opt/ml/output/tensors";
const profilerPath = "/opt/ml/output/profiler";

/** A member of the request that asks for a folder to be kept. */
interface Asked {
  readonly member: string;
  readonly path: string;
  readonly uri: string;
  /** What comes after the job's name; absent where the address is used as it is. */
  readonly below?: string;
  readonly bothWays?: boolean;
}

const asked = ({
  CheckpointConfig: checkpoints,
  TensorBoardOutputConfig: board,
  DebugHookConfig: hook,
  ProfilerConfig: profiler,
}: TrainingRequest): readonly Asked[] => [
  ...(checkpoints
    ? [
        {
          member: "CheckpointConfig",
          path: checkpoints.LocalPath ?? defaultCheckpointsPath,
          uri: checkpoints.S3Uri!,
          bothWays: true,
        },
      ]
    : []),
  ...(board
    ? [
        {
          member: "TensorBoardOutputConfig",
          path: board.LocalPath ?? "/opt/ml/output/tensorboard",
          ...{ uri: board.S3OutputPath!, below: "tensorboard-output" },
        },
      ]
    : []),
  ...(hook
    ? [
        {
          member: "DebugHookConfig",
          path: hook.LocalPath ?? defaultTensorsPath,
          ...{ uri: hook.S3OutputPath!, below: "debug-output" },
        },
      ]
    : []),
  ...(profiler?.S3OutputPath && isProfiled(profiler)
    ? [{ member: "ProfilerConfig", path: profilerPath, uri: profiler.S3OutputPath, below: "profiler-output" }]
    : []),
];

/** Whether what a script's profiler writes is collected. */
export const isProfiled = ({ S3OutputPath, DisableProfiler }: ProfilerConfig = {}): boolean =>
  S3OutputPath !== undefined && !DisableProfiler;

/** The files of the container contract by which a program knows its folders. */
export const folderFiles = ({ CheckpointConfig, DebugHookConfig, ProfilerConfig }: TrainingRequest) => ({
  ...(CheckpointConfig && { checkpointconfig: { LocalPath: defaultCheckpointsPath, ...CheckpointConfig } }),
  ...(DebugHookConfig && { debughookconfig: { LocalPath: defaultTensorsPath, ...DebugHookConfig } }),
  ...(ProfilerConfig && { profilerconfig: { LocalPath: profilerPath, ...ProfilerConfig } }),
});

/** Refuses what the programs of built-in algorithms do not write, where AWS's do. */
export function checkBuiltIn(
  { CheckpointConfig, DebugHookConfig: hook = {} as never }: TrainingRequest,
  context: Context,
): void {
  const instead = "leave it out, or train by a script";
  if (CheckpointConfig) throw notBuilt(context, "CheckpointConfig of a built-in algorithm", instead);
  for (const member of ["CollectionConfigurations", "HookParameters"] as const)
    if (Object.keys(hook[member] ?? {}).length > 0)
      throw notBuilt(context, `DebugHookConfig.${member} of a built-in algorithm`, instead);
}

/** How often AWS lets metrics be taken. */
const intervals = [100, 200, 500, 1_000, 5_000, 60_000];

/** Refuses what AWS's profiler does not take. */
export function checkProfiler({ ProfilingIntervalInMilliseconds: interval }: ProfilerConfig): void {
  if (interval !== undefined && !intervals.includes(interval))
    throw validationFault(
      `ProfilerConfig.ProfilingIntervalInMilliseconds is ${interval}; it must be one of ${intervals.join(", ")}.`,
    );
}

/** Refuses a folder that cannot be kept, and a bucket that is not there. */
export async function checkFolders(request: TrainingRequest, asRole: Context): Promise<void> {
  checkProfiler(request.ProfilerConfig ?? {});
  for (const { member, path, uri } of asked(request)) {
    folderOf(member, path);
    await checkBucket(locationOf(member, uri).bucket, `${member} "${uri}"`, asRole);
  }
}

/** Returns the folders that are uploaded while a job runs. A script may also write to output/intermediate. */
export function keptFolders(request: TrainingRequest, runsScript: boolean): readonly KeptFolder[] {
  const { bucket, key } = outputLocation(request);
  return [
    ...asked(request).map(({ member, path, uri, below, bothWays }) => {
      const { bucket, key } = locationOf(member, uri);
      const parts = [key.replace(/\/+$/, ""), ...(below === undefined ? [] : [request.TrainingJobName, below])];
      return { folder: folderOf(member, path), bucket, prefix: parts.filter(Boolean).join("/"), bothWays };
    }),
    ...(runsScript ? [{ folder: "output/intermediate", bucket, prefix: `${key}/intermediate` }] : []),
  ];
}

/** What the run may do with the folders' objects. Output below the job's own is granted with it. */
export const folderGrants = (folders: readonly KeptFolder[]): readonly Grant[] =>
  folders.flatMap(({ bucket, prefix, bothWays }) => {
    const key = prefix === "" ? "" : `${prefix}/`;
    const actions = ["s3:PutObject", "s3:AbortMultipartUpload", ...(bothWays ? ["s3:DeleteObject"] : [])];
    const write = { actions, resources: [s3Arn(bucket, `${key}*`)] };
    return bothWays ? [readGrant({ bucket, key }, "prefix"), write] : [write];
  });

function locationOf(member: string, uri: string) {
  const location = parseS3Location(uri);
  if (!location) throw validationFault(`${member} has the address "${uri}": s3://BUCKET/PREFIX is expected.`);
  return location;
}

/** The folders that the platform itself writes or uploads, and those above them. */
const taken = /^(input|model|code|\.python|output(\/(data|intermediate|failure))?)(\/|$)/;
const mayBeBelow = /^output\/(?!(data|intermediate|failure)(\/|$))./;

/** Returns the folder's path below /opt/ml. */
function folderOf(member: string, path: string): string {
  const folder = /^\/opt\/ml\/+(.*?)\/*$/.exec(path)?.[1] ?? "";
  const isPlain = folder !== "" && folder.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (isPlain && (!taken.test(folder) || mayBeBelow.test(folder))) return folder;
  throw validationFault(
    `${member}.LocalPath is "${path}": name a folder below /opt/ml that is none of input, model, code and output/data, such as /opt/ml/checkpoints.`,
  );
}
