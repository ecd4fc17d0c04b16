import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openAccount } from "./account.ts";
import { explainStartFailure } from "./explain-start-failure.ts";
import { bringToFormat, type Upgraded } from "./format.ts";
import { type AccessKey, openAdministratorKey, openRunSecret } from "./keys.ts";
import { type HomeLock, lockHome } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { replaceFile } from "./replace-file.ts";

/** A home that this process holds the lock of. */
export interface Home {
  readonly path: string;
  readonly lock: HomeLock;
  /** Set when this start has upgraded the home. */
  readonly upgraded?: Upgraded;
  /** The AWS account that everything in the home belongs to. */
  readonly account: string;
  readonly administratorKey: AccessKey;
  readonly runSecret: string;
  readonly resourcesFile: string;
  readonly objectsFolder: string;
  readonly journalsFolder: string;
  readonly runsFolder: string;
  readonly accessLogFile: string;
  /** The log of the calls that the service makes for itself. */
  readonly serviceLogFile: string;
  /** A file whose modification time says when a server was last alive; keepers read it. */
  readonly leaseFile: string;
  /** Holds the URL of the server and is alone in its folder, because runs may read the whole folder. */
  readonly addressFile: string;
  /** Renews the lease; keepers end their runs when the lease was not renewed for ten minutes. */
  renewLease(now: number): void;
  publishAddress(url: string): void;
}

/**
 * Creates the home if it does not exist, locks it for this process, and upgrades it to today's format.
 * @throws StartFailure when it is held, cannot be written, is full, is of a newer format or belongs to another account
 */
export function openHome(path: string, given: { adminKeyFile?: string; account?: string } = {}): Home {
  let lock: HomeLock | undefined;
  const leaseFile = join(path, "lease");
  const addressFile = join(path, "address", "url");
  try {
    makeFolder(path);
    lock = lockHome(path);
    const upgraded = bringToFormat(path);
    const account = openAccount(path, given.account ?? "");
    const administratorKey = openAdministratorKey(path, given.adminKeyFile ?? "");
    const runSecret = openRunSecret(path);
    for (const folder of ["objects", "journals", "runs", "address"]) mkdirSync(join(path, folder), { recursive: true });
    return {
      path,
      lock,
      upgraded,
      account,
      administratorKey,
      runSecret,
      resourcesFile: join(path, "resources.sqlite"),
      objectsFolder: join(path, "objects"),
      journalsFolder: join(path, "journals"),
      runsFolder: join(path, "runs"),
      accessLogFile: join(path, "access.log"),
      serviceLogFile: join(path, "service.log"),
      addressFile,
      leaseFile,
      renewLease(now) {
        if (!existsSync(leaseFile)) writeFileSync(leaseFile, "");
        utimesSync(leaseFile, now / 1000, now / 1000);
      },
      publishAddress(url) {
        // The file is replaced as a whole, because runs read it at any time.
        replaceFile(addressFile, url);
      },
    };
  } catch (error) {
    lock?.release();
    throw explainStartFailure(error, path);
  }
}
