import { closeSync, constants, fstatSync, openSync, readlinkSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { type Fault, validationFault } from "../../../aws/faults.ts";
import { fileIdentity } from "../../../base/file-identity.ts";
import type { RunSpec } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import type { PlannedFileSystem } from "../../../images/training-plan.ts";
import { fileSystemFolders } from "./file-systems.setting.ts";
import type { TrainingChannel, TrainingRequest } from "./training-request.ts";

type FileSystem = NonNullable<TrainingChannel["DataSource"]["FileSystemDataSource"]>;

/** A folder that was found below the folder of its file system. */
interface Found {
  /** Its real path. */
  readonly source: string;
  readonly identity: string;
}

/** Returns what the run of a job mounts for its channels on file systems. @throws Fault for one that cannot be */
export const fileSystemMounts = (request: TrainingRequest, context: Pick<Context, "settings">): RunSpec["mounts"] =>
  fileSystemChannels(request, context).map(({ name, wanted, found }) => ({
    source: found.source,
    target: `/opt/ml/input/data/${name}`,
    writable: wanted.FileSystemAccessMode === "rw",
  }));

/** Returns what the run must find mounted. @throws Fault for a folder that cannot be mounted */
export const plannedFileSystems = (request: TrainingRequest, context: Pick<Context, "settings">): PlannedFileSystem[] =>
  fileSystemChannels(request, context).map(({ name, found }) => ({ name, identity: found.identity }));

const fileSystemChannels = ({ InputDataConfig = [] }: TrainingRequest, context: Pick<Context, "settings">) =>
  InputDataConfig.flatMap(({ ChannelName: name, DataSource: { FileSystemDataSource: wanted } }) =>
    wanted ? { name, wanted, found: foundOf(wanted, `Channel "${name}": `, context) } : [],
  );

function foundOf(
  { FileSystemId: id = "", FileSystemType, DirectoryPath: directory = "" }: FileSystem,
  path: string,
  { settings }: Pick<Context, "settings">,
): Found {
  const folder = fileSystemFolders(settings.fileSystems)!.get(id);
  if (folder === undefined)
    throw validationFault(
      `${path}the file system ${id} has no folder on this machine. Name one in the setting SAGEBRUSH_FILE_SYSTEMS, for example ${id}=/srv/data, and start the server again.`,
    );
  if (!directory.startsWith("/"))
    throw validationFault(`${path}DirectoryPath "${directory}" is no path from the root of ${id}, such as /train.`);
  // The first part of a path of FSx is the name that the file system is mounted by.
  const below = FileSystemType === "FSxLustre" ? directory.replace(/^\/[^/]*/, "") : directory;
  return folderWithin(folder, below, (problem) =>
    validationFault(`${path}DirectoryPath "${directory}" of ${id} ${problem} (${join(folder, below)}).`),
  );
}

/** Finds a folder below another, in which no link leads out of that one. */
function folderWithin(folder: string, below: string, refusal: (problem: string) => Fault): Found {
  let opened: number;
  try {
    // A named pipe would hold up whoever opens it.
    opened = openSync(join(folder, below), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    throw refusal("is not there");
  }
  try {
    // What is opened stays the same, whatever a job that writes there puts at its path.
    const source = readlinkSync(`/proc/self/fd/${opened}`);
    const root = realpathSync(folder);
    if (source !== root && !source.startsWith(root === sep ? sep : root + sep))
      throw refusal("leads out of its folder");
    const stat = fstatSync(opened, { bigint: true });
    if (!stat.isDirectory()) throw refusal("is no folder");
    return { source, identity: fileIdentity(stat) };
  } finally {
    closeSync(opened);
  }
}
