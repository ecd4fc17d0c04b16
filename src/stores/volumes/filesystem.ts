import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { VolumeMissing, type VolumeStore } from "./port.ts";

/** Names become folders, so nothing else than what the product makes up is one. */
const safeName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** How the names begin of what is being removed. */
const aside = ".removed-";

/**
 * Keeps each volume as a folder of `folder`, for the owner of the server alone.
 *
 * A removal of many files takes long and can be killed: what is removed gets a name first that nothing asks for, and
 * whatever a kill has left goes with the next removal.
 */
export function createFilesystemVolumeStore(folder: string): VolumeStore {
  const inside = (...names: readonly string[]): string => {
    for (const name of names) if (!safeName.test(name)) throw new RangeError(`"${name}" names no volume or folder.`);
    return join(folder, ...names);
  };
  const removeAll = async (isMeant: (name: string) => boolean): Promise<void> => {
    const names = await readdir(folder).catch(() => []);
    await Promise.all(
      names.filter(isMeant).map((name) => rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 })),
    );
  };
  let removals = 0;
  const removePath = async (path: string): Promise<void> => {
    await rename(path, join(folder, `${aside}${process.pid}-${Date.now()}-${removals++}`)).catch(ignoreMissing);
    await removeAll((name) => name.startsWith(aside));
  };
  return {
    async make(volume) {
      await mkdir(inside(volume), { recursive: true, mode: 0o700 });
    },
    async makeFolder(volume, name) {
      await mkdir(inside(volume, name), { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") throw new VolumeMissing(volume);
        if (error.code !== "EEXIST") throw error;
      });
    },
    pathOf: (volume, name) => inside(volume, name),
    removeFolder: (volume, name) => removePath(inside(volume, name)),
    remove: (volume) => removePath(inside(volume)),
    clear: () => removeAll(() => true),
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
