import { constants, copyFileSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import Sqlite from "better-sqlite3";
import { syncPath } from "./replace-file.ts";

/** Files in these folders are written once, under a name that is never used again, so two homes can share them. */
const sharedFolders = [join("objects", "bodies"), join("journals", "segments")];

/** Names of entries that concern a running server or its runs, or can be made again, not what the home keeps. */
const passing = [
  /^environments$/,
  /^lock\.sqlite/,
  /^server\.json$/,
  /^workers\.(json|sock)$/,
  /^outstanding$/,
  /^lease$/,
  /^address$/,
  /^reserve$/,
  /^runs$/,
  /^search\.sqlite/,
  /\.new$/,
];

/**
 * Copies a home that no server uses. The copy appears when it is whole, and replaces one of the same name. Bodies and
 * journal segments become hard links, which take little room, and are copied where they cannot be linked. Runs are left
 * out: a server that starts on the copy begins new attempts of unfinished jobs. `leftOut` names other entries of the
 * home's top folder to leave out.
 */
export function copyHome(home: string, copy: string, leftOut: readonly string[] = []): void {
  const unfinished = `${copy}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(copy, { recursive: true, force: true });
  try {
    mkdirSync(unfinished, { mode: 0o700 });
    const names = readdirSync(home).filter((name) => !leftOut.includes(name) && !passing.some((row) => row.test(name)));
    copyEntries(home, unfinished, "", names);
    renameSync(unfinished, copy);
  } catch (error) {
    // Half a copy must not keep a full disk full.
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  syncPath(dirname(copy));
}

/** `folder` is relative to the home; "" is its top. */
function copyEntries(home: string, copy: string, folder: string, names: readonly string[]): void {
  for (const name of names) {
    // copyDatabase moves the content of write-ahead logs into their databases.
    if (/\.sqlite-(wal|shm)$/.test(name)) continue;
    const path = join(folder, name);
    const [from, to] = [join(home, path), join(copy, path)];
    // statSync follows links: a folder that a person moved to another disk is part of the home.
    const entry = statSync(from, { throwIfNoEntry: false });
    if (entry?.isDirectory()) {
      mkdirSync(to, { mode: entry.mode & 0o777 });
      copyEntries(home, copy, path, readdirSync(from));
    } else if (entry?.isFile()) {
      if (name.endsWith(".sqlite")) copyDatabase(from, to);
      else if (!isShared(path) || !link(from, to)) copyFile(from, to);
    }
  }
  syncPath(join(copy, folder));
}

const isShared = (path: string): boolean => sharedFolders.some((folder) => path.startsWith(folder + sep));

/** Copies a database, after moving the write-ahead log into it. No other process has it open. */
function copyDatabase(from: string, to: string): void {
  const database = new Sqlite(from);
  try {
    database.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
  copyFile(from, to);
}

function copyFile(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  syncPath(to);
}

/** Returns false when the file system cannot link: another disk, no hard links, or too many links to one file. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) return false;
    throw error;
  }
}
