import { Fault } from "../../aws/faults.ts";
import { DamagedStore } from "../../stores/storage-fault.ts";
import { StartFailure } from "./start-failure.ts";

type Explanation = (path: string) => string;
const notWritable: Explanation = (path) =>
  `${path} cannot be written by this user. Give another --home, or change its owner or mode.`;
const noFolder: Explanation = (path) => `${path} is not a folder. Give another --home.`;
const full: Explanation = (path) => `The disk of ${path} is full. Make room, or give another --home.`;
const damaged: Explanation = (path) =>
  `A database in ${path} is damaged. Restore the home from a copy, or give another --home.`;

/** Explanations by the error's code. */
const explanations: Readonly<Record<string, Explanation>> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: (path) => `${path} is on a disk that can only be read. Give another --home.`,
  // Making a folder on a read-only disk fails with this code when the folder above is missing too.
  ENOENT: (path) => `${path} cannot be made; its disk may be one that can only be read. Give another --home.`,
  ENOSPC: full,
  EDQUOT: (path) => `The quota of the disk of ${path} is used up. Make room, or give another --home.`,
  ENOTDIR: noFolder,
  EEXIST: noFolder,
  SQLITE_READONLY: notWritable,
  SQLITE_CANTOPEN: notWritable,
  SQLITE_FULL: full,
  SQLITE_NOTADB: damaged,
  SQLITE_CORRUPT: damaged,
};

/** Returns a StartFailure for an error that a person can correct, else the error itself. */
export function explainStartFailure(error: unknown, path: string): unknown {
  if (error instanceof StartFailure) return error;
  // The error's message names the file and the next step.
  if (error instanceof DamagedStore || error instanceof Fault) return new StartFailure(error.message, { cause: error });
  const { code, message } = error as { code?: string; message?: string };
  // SQLite's extended codes begin with a plain code: SQLITE_READONLY_DIRECTORY.
  const name = Object.keys(explanations).find((known) => code === known || code?.startsWith(`${known}_`));
  return name ? new StartFailure(`${explanations[name]!(path)} (${message})`, { cause: error }) : error;
}
