import { realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { type Fault, validationFault } from "../../../aws/faults.ts";
import type { RunSpec } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import { fileSystemFolders } from "./file-systems.setting.ts";
import type { TrainingChannel, TrainingRequest } from "./training-request.ts";

type FileSystem = NonNullable<TrainingChannel["DataSource"]["FileSystemDataSource"]>;

/** Returns what the run of a job mounts for its channels on file systems. @throws Fault for one that cannot be */
export const fileSystemMounts = (
  { InputDataConfig = [] }: TrainingRequest,
  context: Pick<Context, "settings">,
): RunSpec["mounts"] =>
  InputDataConfig.flatMap(({ ChannelName, DataSource: { FileSystemDataSource: wanted } }) =>
    wanted
      ? {
          source: sourceOf(wanted, `Channel "${ChannelName}": `, context),
          target: `/opt/ml/input/data/${ChannelName}`,
          writable: wanted.FileSystemAccessMode === "rw",
        }
      : [],
  );

function sourceOf(
  { FileSystemId: id = "", FileSystemType, DirectoryPath: directory = "" }: FileSystem,
  path: string,
  { settings }: Pick<Context, "settings">,
): string {
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

/** Returns the real path of a folder below another, in which no link leads out of that one. */
function folderWithin(folder: string, below: string, refusal: (problem: string) => Fault): string {
  let found: string;
  try {
    found = realpathSync(join(folder, below));
  } catch {
    throw refusal("is not there");
  }
  const root = realpathSync(folder);
  if (found !== root && !found.startsWith(root === sep ? sep : root + sep)) throw refusal("leads out of its folder");
  if (!statSync(found).isDirectory()) throw refusal("is no folder");
  return found;
}
