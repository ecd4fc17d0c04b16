import { chmod, lstat, rename, rm } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/** A folder at the end of a path of this length can still be moved. */
const movableLength = 2048;

/**
 * Removes a folder with all that is below it, whatever a program has made there. What lies deeper than a path can say is
 * moved up first, piece by piece; what its owner has kept from himself is opened to him.
 */
export async function removeFolder(folder: string): Promise<void> {
  const isBelow = (path: string): boolean => path === folder || path.startsWith(folder + sep);
  let opened = "";
  for (let moved = 0; ; moved++)
    try {
      return await rm(folder, { recursive: true, force: true });
    } catch (error) {
      const { code, path = "" } = error as NodeJS.ErrnoException;
      if (!isBelow(path)) throw error;
      if (code === "ENAMETOOLONG") {
        const end = path.lastIndexOf(sep, folder.length + movableLength);
        await rename(path.slice(0, end), join(folder, `.moved-${moved}`));
      } else if (code === "EACCES" && path !== opened) {
        opened = path;
        for (const each of [dirname(path), path])
          if (isBelow(each) && (await lstat(each).catch(() => undefined))?.isDirectory()) await chmod(each, 0o700);
      } else throw error;
    }
}
