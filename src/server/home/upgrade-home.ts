import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { copyHome } from "./copy-home.ts";
import { writeFormat } from "./format.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";
import { StartFailure } from "./start-failure.ts";
import { upgrade1To2 } from "./upgrade-1-to-2.ts";
import { upgrade2To3 } from "./upgrade-2-to-3.ts";
import { upgrade3To4 } from "./upgrade-3-to-4.ts";
import {
  copyOf,
  freeCopyName,
  readUpgradeRecord,
  removeUpgradeRecord,
  type UpgradeRecord,
  upgradeRecordName,
  writeUpgradeRecord,
} from "./upgrade-record.ts";

/** The upgrades by the format that each starts from. */
const upgrades: Readonly<Record<number, HomeUpgrade>> = { 1: upgrade1To2, 2: upgrade2To3, 3: upgrade3To4 };

/** The format that an upgraded home had, and the copy made before the upgrade. */
export interface Upgraded {
  readonly from: number;
  readonly copy: string;
}

/**
 * Upgrades a home whose file `format` says `found`, or finishes its upgrade. The next start finishes an upgrade that was
 * killed. The home gets its new number when the copy is whole and before anything else changes. What kept an upgrade from
 * going on is written to its record, for `sagebrush doctor`.
 *
 * @throws StartFailure when there is no upgrade from its format, or the copy cannot be made or found
 */
export function upgradeHome(home: string, found: number, target: number, steps = upgrades): Upgraded {
  let record = readUpgradeRecord(home);
  const isUntouched = record === undefined || record.from === found;
  if (isUntouched)
    for (let format = found; format < target; format++)
      if (!steps[format])
        throw new StartFailure(`${home} has format ${format}, from which this version has no upgrade.`);
  record ??= { from: found, copy: freeCopyName(home, found), reached: found };
  const copy = copyOf(home, record);
  if (!isUntouched && !existsSync(copy)) {
    throw new StartFailure(
      `The upgrade of ${home} from format ${record.from} was interrupted, and ${copy} is missing, from which it goes on. Put it back and start again.`,
    );
  }
  const { from, reached } = record;
  const write = (progress: Partial<UpgradeRecord>) =>
    writeUpgradeRecord(home, { from, copy: basename(copy), reached, ...progress });
  try {
    write({});
    if (isUntouched) {
      // An older version may have used the home since the copy was made, so the copy is made again.
      copyBeside(home, copy);
      // Until now an older version can use the home, and from now on it refuses the home.
      writeFormat(home, target);
    }
    for (let format = reached; format < target; format++) {
      steps[format]!(home, copy);
      write({ reached: format + 1 });
    }
    writeFormat(home, target);
    removeUpgradeRecord(home);
    return { from, copy };
  } catch (error) {
    rememberFailure(home, error);
    throw error;
  }
}

function copyBeside(home: string, copy: string): void {
  try {
    copyHome(home, copy, [upgradeRecordName]);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!["EACCES", "EPERM", "EROFS"].includes(code)) throw error;
    throw new StartFailure(
      `${home} has an older format and is copied to ${copy} before it is upgraded, which failed: ${message}. Make ${dirname(copy)} writable, or move the home to a folder that is.`,
      { cause: error },
    );
  }
}

function rememberFailure(home: string, error: unknown): void {
  try {
    const record = readUpgradeRecord(home);
    if (record)
      writeUpgradeRecord(home, { ...record, failure: error instanceof Error ? error.message : String(error) });
  } catch {
    // A full disk may have kept the upgrade from going on; the error itself is shown at the start.
  }
}
