import { rename, rm } from "node:fs/promises";
import { join, sep } from "node:path";

/** A folder at the end of a path of this length can still be moved. */
const movableLength = 2048;

/**
 * Removes a folder with all that is below it, also what lies deeper than a path can say: that is moved up first, piece by
 * piece.
 */
export async function removeFolder(folder: string): Promise<void> {
  for (let moved = 0; ; moved++)
    try {
      return await rm(folder, { recursive: true, force: true });
    } catch (error) {
      const { code, path = "" } = error as NodeJS.ErrnoException;
      if (code !== "ENAMETOOLONG" || !path.startsWith(folder + sep)) throw error;
      await rename(
        path.slice(0, path.lastIndexOf(sep, folder.length + movableLength)),
        join(folder, `.moved-${moved}`),
      );
    }
}
