import { createReadStream, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { ReadEntry } from "tar";
import { extract } from "tar/extract";
import { isDiskFull } from "../base/is-disk-full.ts";
import type { UnpackLimits } from "../images/unpack-plan.ts";
import { noRoom } from "./disk-room.ts";

/** A file takes whole blocks of the disk, and something for its name. */
const blockBytes = 4096;
/** A model rarely packs better than that; an archive made to fill a disk packs a thousand times better. */
const honestRatio = 4;
/** No file system has longer names; deeper and longer paths than these are no work of people. */
const longest = { nameBytes: 255, pathBytes: 1024, folders: 100 };

/** An archive that is refused; the message says why. */
export class UnpackFault extends Error {}

/**
 * Unpacks an archive of files, folders and links that stay inside it. Refuses an archive with any other member, one that
 * unpacks to more files than the limits say, and one that unpacks to more bytes where that is more than four times its
 * own size. It stops there.
 */
export function unpack(archive: string, folder: string, limits: UnpackLimits): Promise<void> {
  const problemOf = createCheck({ ...limits, bytes: Math.max(limits.bytes, honestRatio * statSync(archive).size) });
  return new Promise((resolve, reject) => {
    const source = createReadStream(archive);
    let isRefused = false;
    const refuse = (why: string) => {
      isRefused = true;
      source.destroy();
      reject(new UnpackFault(why));
    };
    let isEmpty = false;
    const failed = (error: Error) => {
      if (isDiskFull(error)) refuse(noRoom);
      else if (!(isEmpty && error.message.includes("Unrecognized archive"))) refuse(tarWords(error));
    };
    const unpacking = extract({
      cwd: folder,
      strict: true,
      filter(path, entry) {
        if (isRefused || isTop(path, (entry as ReadEntry).type)) return false;
        const why = problemOf(path, entry as ReadEntry);
        if (why !== undefined) refuse(why);
        return why === undefined;
      },
    });
    // The parser passes over what it cannot unpack, without asking the filter. That must not be missing in a model.
    unpacking.on("ignoredEntry", ({ path, type }) => {
      if (!isRefused && !descriptions.has(type) && !isTop(path, type))
        refuse(`its member ${path} is ${kinds[type] ?? `a member ${type}`}; ${kept}`);
    });
    // The parser takes an archive without any member for none.
    unpacking.on("nullBlock", () => {
      isEmpty = true;
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

/** What the parser says, without its own code. */
const tarWords = ({ message }: Error): string => message.replace(/^TAR_[A-Z_]+: /, "");

/** The folder of the archive itself, which is there: as `/` it is in what the SageMaker SDK packs anew. */
const isTop = (path: string, type: string): boolean => type === "Directory" && /^\/*$/.test(path);

/** What the types of members are called. */
const kinds: Readonly<Record<string, string>> = {
  ...{ File: "a file", OldFile: "a file", ContiguousFile: "a file", Directory: "a folder", GNUDumpDir: "a folder" },
  ...{ SymbolicLink: "a symbolic link", Link: "a hard link" },
  FIFO: "a FIFO (named pipe)",
  CharacterDevice: "a character device",
  BlockDevice: "a block device",
  SparseFile: "a sparse file, as GNU tar packs with --sparse",
  ContinuationFile: "the rest of a file that begins in another volume",
};
const plain = new Set(["File", "OldFile", "ContiguousFile", "Directory", "GNUDumpDir"]);
const links = new Set(["SymbolicLink", "Link"]);
/** Members that only describe the archive or others; there is nothing to unpack. */
const descriptions = new Set(["SolarisACL", "Inode", "TapeVolumeHeader"]);
const kept = "only files, folders and links are unpacked";

/** Returns a function that returns why a member may not be unpacked, if so; it is asked for all members in order. */
function createCheck(limits: UnpackLimits): (path: string, entry: ReadEntry) => string | undefined {
  let bytes = 0;
  /** The paths, because a path brings its folders with it, and may come twice. */
  const made = new Set<string>();
  const make = (path: string): void => {
    if (path === "." || path === "/" || made.has(path)) return;
    make(dirname(path));
    made.add(path);
    bytes += blockBytes;
  };
  return (path, entry) => {
    const wrong = wrongKind(path, entry) ?? tooLong(path);
    if (wrong !== undefined) return wrong;
    bytes += Math.ceil(entry.size / blockBytes) * blockBytes;
    make(normalize(path).replace(/\/$/, ""));
    if (made.size > limits.files) return tooMuch(path, `${limits.files} files and folders`, "FILES");
    if (bytes > limits.bytes) return tooMuch(path, `${(limits.bytes / 1024 ** 3).toPrecision(2)} GiB`, "GIB");
    return undefined;
  };
}

const tooMuch = (path: string, most: string, setting: "FILES" | "GIB"): string =>
  `unpacked it has more than ${most}: its member ${path} and what follows was left out. ` +
  `The setting SAGEBRUSH_UNPACKED_${setting} of the server allows more`;

function wrongKind(path: string, { type, linkpath = "" }: ReadEntry): string | undefined {
  const what = `its member ${path} is ${kinds[type] ?? `a member ${type}`}`;
  if (!plain.has(type) && !links.has(type)) return `${what}; ${kept}`;
  if (leavesFolder(path)) return `${what} whose path leads out of the archive`;
  if (plain.has(type)) return undefined;
  const target = type === "SymbolicLink" ? join(dirname(path), linkpath) : linkpath;
  return linkpath.startsWith("/") || leavesFolder(target) ? `${what} that leads out of the archive` : undefined;
}

function tooLong(path: string): string | undefined {
  const parts = path.split("/").filter(Boolean);
  const start = `its member ${path.slice(0, 60)}...`;
  if (Buffer.byteLength(path) > longest.pathBytes)
    return `${start} has a path of ${Buffer.byteLength(path)} bytes; at most ${longest.pathBytes} are unpacked`;
  if (parts.some((part) => Buffer.byteLength(part) > longest.nameBytes))
    return `${start} has a name of more than ${longest.nameBytes} bytes, which no file can have`;
  if (parts.length > longest.folders)
    return `${start} is ${parts.length} folders deep; at most ${longest.folders} are unpacked`;
  return undefined;
}

export const leavesFolder = (path: string): boolean => {
  const normal = normalize(path);
  return path === "" || normal === ".." || normal.startsWith("../") || normal.startsWith("/") || path.includes("\0");
};
