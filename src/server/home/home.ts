import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Fault } from "../../aws/faults.ts";
import { DamagedStore } from "../../stores/storage-fault.ts";
import { openAccount } from "./account.ts";
import { type AccessKey, openAdministratorKey, openRunSecret } from "./keys.ts";
import { type HomeLock, lockHome } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { StartFailure } from "./start-failure.ts";

/** The number of the home's layout. One more whenever an older server could not read what this one writes. */
export const homeFormat = 1;

/** How a home of format N becomes one of N + 1; empty while there is only one format. */
const upgrades: Readonly<Record<number, (home: string) => void>> = {};

/** A home that is held by this process. */
export interface Home {
  readonly path: string;
  readonly lock: HomeLock;
  /** The AWS account that everything in it belongs to. */
  readonly account: string;
  readonly administratorKey: AccessKey;
  readonly runSecret: string;
  /** Where the parts of the home are. */
  readonly resourcesFile: string;
  readonly objectsFolder: string;
  readonly journalsFolder: string;
  readonly runsFolder: string;
  readonly accessLogFile: string;
  readonly serviceLogFile: string;
  /** Its time says when a server was last alive; keepers look at it. */
  readonly leaseFile: string;
  /**
   * Holds the URL of the server, written by rename whenever it starts: a run that outlives one server finds the next by
   * it. Its folder holds nothing else, because runs may read it.
   */
  readonly addressFile: string;
  /** Says that a server is alive: keepers end their runs when nobody has said so for ten minutes. */
  renewLease(now: number): void;
  publishAddress(url: string): void;
}

/**
 * Makes the home where there is none, takes it for this process, and brings it to today's format.
 * @throws StartFailure when it is held, cannot be written, is full, is of a newer format or belongs to another account
 */
export function openHome(path: string, given: { adminKeyFile?: string; account?: string } = {}): Home {
  let lock: HomeLock | undefined;
  const leaseFile = join(path, "lease");
  const addressFile = join(path, "address", "url");
  try {
    makeFolder(path);
    lock = lockHome(path);
    bringToFormat(path);
    const account = openAccount(path, given.account ?? "");
    const administratorKey = openAdministratorKey(path, given.adminKeyFile ?? "");
    const runSecret = openRunSecret(path);
    for (const folder of ["objects", "journals", "runs", "address"]) mkdirSync(join(path, folder), { recursive: true });
    return {
      path,
      lock,
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
        // Runs read it at any time: it is never half there.
        writeFileSync(`${addressFile}.new`, url);
        renameSync(`${addressFile}.new`, addressFile);
      },
    };
  } catch (error) {
    lock?.release();
    throw explainStartFailure(error, path);
  }
}

function bringToFormat(home: string): void {
  const file = join(home, "format");
  if (!existsSync(file)) {
    // A folder with other things in it may be a mistyped --home; the lock and the log of `start --detach` are ours already.
    const strangers = readdirSync(home).filter((name) => !name.startsWith("lock.sqlite") && name !== "server.log");
    if (strangers.length > 0) {
      throw new StartFailure(
        `${home} is not empty and is no home of Sagebrush (it has no file "format"; it has ${strangers.slice(0, 3).join(", ")}). Give another --home.`,
      );
    }
    writeFileSync(file, `${homeFormat}\n`);
    return;
  }
  const text = readFileSync(file, "utf8").trim();
  const found = Number(text);
  if (!Number.isInteger(found) || found < 1) {
    throw new StartFailure(`${file} holds "${text}" where the number of a format belongs. The home is damaged.`);
  }
  if (found > homeFormat) {
    throw new StartFailure(
      `${home} has format ${found}; this version of Sagebrush reads up to ${homeFormat}. Start a newer version, or give another --home.`,
    );
  }
  if (found < homeFormat) upgradeHome(home, found);
}

/** An older home is copied beside itself first, so that an upgrade that fails leaves it whole. */
function upgradeHome(home: string, from: number): void {
  const copy = `${home}.format-${from}`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(home, copy, { recursive: true });
  for (let format = from; format < homeFormat; format++) {
    const upgrade = upgrades[format];
    if (!upgrade) throw new StartFailure(`${home} has format ${format}, from which this version has no upgrade.`);
    upgrade(home);
    writeFileSync(join(home, "format"), `${format + 1}\n`);
  }
}

const explanations: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => `${path} cannot be written by this user. Give another --home, or change its owner or mode.`,
  EPERM: (path) => `${path} cannot be written by this user. Give another --home, or change its owner or mode.`,
  EROFS: (path) => `${path} is on a disk that can only be read. Give another --home.`,
  // What making a folder with its parents says of a disk that can only be read.
  ENOENT: (path) => `${path} cannot be made; its disk may be one that can only be read. Give another --home.`,
  ENOSPC: (path) => `The disk of ${path} is full. Make room, or give another --home.`,
  EDQUOT: (path) => `The quota of the disk of ${path} is used up. Make room, or give another --home.`,
  ENOTDIR: (path) => `${path} is not a folder. Give another --home.`,
  EEXIST: (path) => `${path} is not a folder. Give another --home.`,
  SQLITE_READONLY: (path) =>
    `${path} cannot be written by this user. Give another --home, or change its owner or mode.`,
  SQLITE_CANTOPEN: (path) =>
    `${path} cannot be written by this user. Give another --home, or change its owner or mode.`,
  SQLITE_FULL: (path) => `The disk of ${path} is full. Make room, or give another --home.`,
  SQLITE_NOTADB: (path) => `A database in ${path} is damaged. Restore the home from a copy, or give another --home.`,
  SQLITE_CORRUPT: (path) => `A database in ${path} is damaged. Restore the home from a copy, or give another --home.`,
};

/** What kept the server from starting, in words, when it is something that a person can mend. */
export function explainStartFailure(error: unknown, path: string): unknown {
  if (error instanceof StartFailure) return error;
  // The stores' own words name the file and the next step.
  if (error instanceof DamagedStore || error instanceof Fault) return new StartFailure(error.message, { cause: error });
  const { code, message } = error as { code?: string; message?: string };
  // Extended codes of SQLite begin with the plain one: SQLITE_READONLY_DIRECTORY.
  const name = Object.keys(explanations).find((known) => code === known || code?.startsWith(`${known}_`));
  return name ? new StartFailure(`${explanations[name]!(path)} (${message})`, { cause: error }) : error;
}
