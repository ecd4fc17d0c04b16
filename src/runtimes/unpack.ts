import { createReadStream, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { extract, type ReadEntry } from "tar";

/** A file takes whole blocks of the disk, and something for its name. */
const blockBytes = 4096;
/** A model rarely packs better than that; an archive made to fill a disk packs a thousand times better. */
const honestRatio = 4;

/** An archive that is refused; the message says why. */
export class UnpackFault extends Error {}

/**
 * Unpacks an archive of files, folders and links that stay inside it; refuses an archive with any other member, and one
 * that unpacks to more than `mostBytes` where that is more than four times its own size. It stops there.
 * @param advice how more is allowed, a sentence without its full stop
 */
export function unpack(archive: string, folder: string, mostBytes: number, advice?: string): Promise<void> {
  const most = Math.max(mostBytes, honestRatio * statSync(archive).size);
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const source = createReadStream(archive);
    const refuse = (why: string) => {
      source.destroy();
      reject(new UnpackFault(why));
    };
    const failed = (error: Error) => refuse(error.message);
    let isRefused = false;
    const unpacking = extract({
      cwd: folder,
      strict: true,
      filter(path, entry) {
        if (isRefused) return false;
        const { size } = entry as ReadEntry;
        bytes += Math.ceil(size / blockBytes) * blockBytes + blockBytes;
        const why = leads(path, entry as ReadEntry) ?? (bytes > most ? tooLarge(path, most, advice) : undefined);
        isRefused = why !== undefined;
        if (why !== undefined) refuse(why);
        return !isRefused;
      },
    });
    unpacking.on("error", failed).on("close", () => (isRefused ? undefined : resolve()));
    source
      .on("error", failed)
      .on("end", () => unpacking.end())
      .on("data", (chunk) => {
        if (unpacking.write(chunk as Buffer)) return;
        source.pause();
        unpacking.once("drain", () => source.resume());
      });
  });
}

const tooLarge = (path: string, most: number, advice: string | undefined): string =>
  `unpacked it has more than ${(most / 1024 ** 3).toPrecision(2)} GiB: its member ${path} and what follows was left out` +
  (advice === undefined ? "" : `. ${advice}`);

/** Returns why a member may not be unpacked, if so. */
function leads(path: string, { type, linkpath = "" }: ReadEntry): string | undefined {
  const target = type === "SymbolicLink" ? join(dirname(path), linkpath) : linkpath;
  const isKept =
    ["File", "OldFile", "ContiguousFile", "Directory"].includes(type) ||
    (["SymbolicLink", "Link"].includes(type) && !linkpath.startsWith("/") && !leavesFolder(target));
  return isKept && !leavesFolder(path) ? undefined : `its member ${path} is a ${type} that leads out of the archive`;
}

export const leavesFolder = (path: string): boolean => {
  const normal = normalize(path);
  return path === "" || normal === ".." || normal.startsWith("../") || normal.startsWith("/") || path.includes("\0");
};
