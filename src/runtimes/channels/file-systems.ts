import { statSync } from "node:fs";
import { join } from "node:path";
import { fileIdentity } from "../../base/file-identity.ts";
import type { PlannedFileSystem } from "../../images/training-plan.ts";
import { ChannelFault } from "./channel-fault.ts";

/**
 * Checks that what is mounted for channels on file systems is what the server has checked. A mount is found by its path,
 * where another job that writes to the file system may have put a link in the place of the folder meanwhile.
 *
 * @param folder of all channels
 * @throws ChannelFault
 */
export function checkFileSystems(planned: readonly PlannedFileSystem[], folder: string): void {
  for (const { name, identity } of planned)
    if (fileIdentity(statSync(join(folder, name), { bigint: true })) !== identity)
      throw new ChannelFault(
        `The folder of channel "${name}" was replaced in its file system while the job was started. Start the job again`,
      );
}
