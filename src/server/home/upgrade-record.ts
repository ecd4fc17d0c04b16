import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { replaceFile } from "./replace-file.ts";
import { StartFailure } from "./start-failure.ts";

/** HOME/upgrade.json: an upgrade that is not finished. */
export interface UpgradeRecord {
  /** The format that the home had. */
  readonly from: number;
  /** The copy's name, beside the home. */
  readonly copy: string;
  /** The format that the steps done so far have reached. */
  readonly reached: number;
  /** Why the last start could not go on; left out when it was killed. */
  readonly failure?: string;
}

const recordFile = (home: string): string => join(home, upgradeRecordName);

/** The record's name in the home. */
export const upgradeRecordName = "upgrade.json";

export const isUpgradeUnfinished = (home: string): boolean => existsSync(recordFile(home));

/**
 * Returns undefined when no upgrade is unfinished.
 * @throws StartFailure when the record is damaged
 */
export function readUpgradeRecord(home: string): UpgradeRecord | undefined {
  if (!isUpgradeUnfinished(home)) return undefined;
  try {
    return JSON.parse(readFileSync(recordFile(home), "utf8")) as UpgradeRecord;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StartFailure(
      `${recordFile(home)} is damaged, so an upgrade cannot go on. Put the copy ${home}.format-N from before the upgrade in the home's place, and start again.`,
      { cause: error },
    );
  }
}

export const writeUpgradeRecord = (home: string, record: UpgradeRecord): void =>
  replaceFile(recordFile(home), JSON.stringify(record));

export const removeUpgradeRecord = (home: string): void => rmSync(recordFile(home));

/** Returns the path of a copy, which lies beside the home. */
export const besideHome = (home: string, name: string): string => join(dirname(home), name);

export const copyOf = (home: string, { copy }: UpgradeRecord): string => besideHome(home, copy);

/** Avoids the name of an earlier upgrade's copy, which may be all that is left of that home. */
export function freeCopyName(home: string, format: number): string {
  const name = `${basename(home)}.format-${format}`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!existsSync(besideHome(home, candidate))) return candidate;
  }
}
