import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openAccount } from "./account.ts";
import { bringToFormat } from "./bring-to-format.ts";
import { explainStartFailure } from "./explain-start-failure.ts";
import { openHomeFolder } from "./home-folder.ts";
import { withReserve } from "./keep-reserve.ts";
import { type AccessKey, openAdministratorKey, openRunSecret } from "./keys.ts";
import { type HomeLock, lockHome } from "./lock.ts";
import { replaceFile } from "./replace-file.ts";
import type { Upgraded } from "./upgrade-home.ts";

/** Returns where things are in a home. */
export const homePaths = (path: string) => ({
  resourcesFile: join(path, "resources.sqlite"),
  recordsFile: join(path, "records.sqlite"),
  /** Of feature groups. Processes of the data plane read it in place. */
  onlineFile: join(path, "online", "records.lmdb"),
  /** The messages of queues. */
  queuesFile: join(path, "queues", "messages.lmdb"),
  /** Can be made again from the resources. */
  searchFile: join(path, "search.sqlite"),
  objectsFolder: join(path, "objects"),
  journalsFolder: join(path, "journals"),
  /** The files of Studio's users and spaces. */
  volumesFolder: join(path, "volumes"),
  runsFolder: join(path, "runs"),
  /** Of runs in threads of the server. */
  threadsFolder: join(path, "threads"),
  environmentsFolder: join(path, "environments"),
  connectorsFolder: join(path, "connectors"),
  accessLogFile: join(path, "access.log"),
  /** Of the calls that the service makes for itself. */
  serviceLogFile: join(path, "service.log"),
  /** There while the home is being reset. A start that finds it, after a kill, finishes the reset. */
  resetFile: join(path, "reset"),
  /** Its modification time is when a server was last alive; keepers read it. */
  leaseFile: join(path, "lease"),
  /** How many requests each process of the data plane has sent to each model server. */
  outstandingFolder: join(path, "outstanding"),
  /** Room that a full disk gets back; see keep-reserve.ts. */
  reserveFile: join(path, "reserve"),
  /** Holds the URL of the server and is alone in its folder, which runs see as a mount. */
  addressFile: join(path, "address", "url"),
  /** Holds the socket by which runs reach the server that do not have the machine's network, and nothing else. */
  relayFolder: join(path, "relay"),
});

/** A home that this process holds. */
export interface Home extends Readonly<ReturnType<typeof homePaths>> {
  readonly path: string;
  readonly lock: HomeLock;
  /** Set when this start has upgraded the home. */
  readonly upgraded?: Upgraded;
  /** The AWS account that everything in the home belongs to. */
  readonly account: string;
  readonly administratorKey: AccessKey;
  readonly runSecret: string;
  /** Keepers end their runs when the lease was not renewed for ten minutes. */
  renewLease(now: number): void;
  publishAddress(url: string): void;
  /** Returns the published address; empty before the server listens. */
  url(): string;
}

/**
 * Creates the home if it does not exist, locks it for this process, and upgrades it to today's format.
 * @throws StartFailure when it is held, cannot be written, is full, is of a newer format or belongs to another account
 */
export async function openHome(path: string, given: { adminKeyFile?: string; account?: string } = {}): Promise<Home> {
  let lock: HomeLock | undefined;
  const paths = homePaths(path);
  const { leaseFile, addressFile, objectsFolder, journalsFolder, relayFolder, runsFolder } = paths;
  let address = "";
  try {
    openHomeFolder(path);
    // A lock that another server holds is refused before it takes any room, so the reserve of that server stays whole.
    lock = withReserve(paths.reserveFile, () => lockHome(path));
    const upgraded = await bringToFormat(path);
    const account = openAccount(path, given.account ?? "");
    const administratorKey = openAdministratorKey(path, given.adminKeyFile ?? "");
    const runSecret = openRunSecret(path);
    for (const folder of [objectsFolder, journalsFolder, runsFolder, relayFolder, dirname(addressFile)])
      mkdirSync(folder, { recursive: true });
    return {
      ...paths,
      path,
      lock,
      upgraded,
      account,
      administratorKey,
      runSecret,
      renewLease(now) {
        if (!existsSync(leaseFile)) writeFileSync(leaseFile, "");
        utimesSync(leaseFile, now / 1000, now / 1000);
      },
      publishAddress(url) {
        address = url;
        // The file is replaced as a whole, because runs read it at any time.
        replaceFile(addressFile, url);
      },
      url: () => address,
    };
  } catch (error) {
    lock?.release();
    throw explainStartFailure(error, path);
  }
}
