import { Fault } from "../aws/faults.ts";

/** A file of the home is not what its store left there. Thrown when the store is opened; the server does not start. */
export class DamagedStore extends Error {
  readonly path: string;
  constructor(path: string, finding: string, cause?: unknown) {
    super(
      `${path} is damaged: ${finding}. Nothing was changed. Put back a copy of the home made before, or move the file ` +
        "away to start without what it holds.",
      { cause },
    );
    this.name = "DamagedStore";
    this.path = path;
  }
}

const words: readonly { readonly codes: RegExp; readonly says: (path: string) => string }[] = [
  {
    codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)$/,
    says: (path) => `The disk that holds ${path} is full. Nothing was changed; free some space and try again.`,
  },
  {
    codes: /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EROFS|EACCES|EPERM)/,
    says: (path) => `${path} cannot be written. Nothing was changed; make it writable for the server's user.`,
  },
  {
    codes: /^ENOENT$/,
    says: (path) => `${path} is missing. Nothing was changed; the home may have been removed while the server runs.`,
  },
  {
    codes: /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    says: (path) => `${path} is damaged. Nothing was changed; stop the server and put back a copy of the home.`,
  },
  {
    codes: /^(SQLITE_IOERR|EIO)/,
    says: (path) => `The disk that holds ${path} reports an error. Nothing was changed; look at the system's log.`,
  },
];

/** Returns the fault of a write that is refused while the disk is full. */
export const diskFullFault = (path: string): unknown =>
  storageFault(Object.assign(new Error("no room for anything new"), { code: "ENOSPC" }), path);

/**
 * Returns what a client is told when the disk refuses: 503, so that SDKs try again. Any other error is returned as it
 * is.
 */
export function storageFault(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  const row = typeof code === "string" ? words.find(({ codes }) => codes.test(code)) : undefined;
  return row ? new Fault("ServiceUnavailable", row.says(path), { status: 503, cause: error }) : error;
}
