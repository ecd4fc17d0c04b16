import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { copyHome } from "./copy-home.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";
import { replaceFile } from "./replace-file.ts";
import { StartFailure } from "./start-failure.ts";
import { upgrade1To2 } from "./upgrade-1-to-2.ts";
import { upgrade2To3 } from "./upgrade-2-to-3.ts";

/** The number of the home's layout. It goes up by one whenever an older server could not read what this one writes. */
export const homeFormat = 3;

/** The upgrades by the format that each starts from. */
const upgrades: Readonly<Record<number, HomeUpgrade>> = { 1: upgrade1To2, 2: upgrade2To3 };

/** The format that an upgraded home had, and the copy made before the upgrade. */
export interface Upgraded {
  readonly from: number;
  readonly copy: string;
}

/** HOME/upgrade.json: an upgrade under way. */
interface UpgradeRecord {
  /** The format that the home had. */
  readonly from: number;
  /** The copy's name, beside the home. */
  readonly copy: string;
  /** The format that the steps done so far have reached. */
  readonly reached: number;
}

/** The lock and the log of `start --detach` exist before a new home has a format. */
const isOurs = (name: string) => name.startsWith("lock.sqlite") || name === "server.log";

/**
 * Writes the format of a new home, refuses a newer one, and upgrades an older one after copying it beside itself as
 * HOME.format-N. The caller holds the home's lock.
 *
 * The next start finishes an upgrade that was killed. The home gets its new number when the copy is whole and before
 * anything else changes: until then an older version can use the home, and from then on it refuses the home.
 *
 * @throws StartFailure when the home is of a newer format or damaged, or the folder is not a home
 */
export function bringToFormat(home: string, target = homeFormat, steps = upgrades): Upgraded | undefined {
  const file = formatFile(home);
  const found = formatOf(home, target);
  if (found === undefined) {
    replaceFile(file, `${target}\n`);
    return undefined;
  }
  const recordFile = join(home, "upgrade.json");
  let record = readRecord(recordFile);
  if (record === undefined && found === target) return undefined;
  if (record === undefined || record.from === found) {
    for (let format = found; format < target; format++)
      if (!steps[format])
        throw new StartFailure(`${home} has format ${format}, from which this version has no upgrade.`);
    // An older version may have used the home since that copy was made, so the copy is made again.
    record ??= { from: found, copy: freeName(home, found), reached: found };
    replaceFile(recordFile, JSON.stringify(record));
    copyBeside(home, beside(home, record.copy), basename(recordFile));
    replaceFile(file, `${target}\n`);
  }
  const copy = beside(home, record.copy);
  if (!existsSync(copy)) {
    throw new StartFailure(
      `The upgrade of ${home} from format ${record.from} was interrupted, and ${copy} is missing, from which it goes on. Put it back and start again.`,
    );
  }
  for (let format = record.reached; format < target; format++) {
    steps[format]!(home, copy);
    replaceFile(recordFile, JSON.stringify({ ...record, reached: format + 1 }));
  }
  replaceFile(file, `${target}\n`);
  rmSync(recordFile);
  return { from: record.from, copy };
}

const formatFile = (home: string): string => join(home, "format");

/**
 * The format of a home; undefined: it is new.
 * @throws StartFailure when it is newer than `target`, or damaged, or no home
 */
export function formatOf(home: string, target = homeFormat): number | undefined {
  const file = formatFile(home);
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // A folder with other things in it may be a mistyped --home.
    const strangers = readdirSync(home).filter((name) => !isOurs(name));
    if (strangers.length === 0) return undefined;
    throw new StartFailure(
      `${home} is not empty and is no home of Sagebrush (it has no file "format"; it has ${strangers.slice(0, 3).join(", ")}). Give another --home.`,
    );
  }
  const format = Number(text);
  if (format > target) {
    throw new StartFailure(
      `${home} has format ${format}; this version of Sagebrush reads up to ${target}. Start a newer version, or give another --home.`,
    );
  }
  if (Number.isInteger(format) && format >= 1) return format;
  throw new StartFailure(`${file} holds "${text}" where the number of a format belongs. The home is damaged.`);
}

function readRecord(file: string): UpgradeRecord | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as UpgradeRecord) : undefined;
}

function copyBeside(home: string, copy: string, recordName: string): void {
  try {
    copyHome(home, copy, [recordName]);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!["EACCES", "EPERM", "EROFS"].includes(code)) throw error;
    throw new StartFailure(
      `${home} has an older format and is copied to ${copy} before it is upgraded, which failed: ${message}. Make ${dirname(copy)} writable, or move the home to a folder that is.`,
      { cause: error },
    );
  }
}

const beside = (home: string, name: string): string => join(dirname(home), name);

/** Avoids the name of an earlier upgrade's copy, which may be all that is left of that home. */
function freeName(home: string, format: number): string {
  const name = `${basename(home)}.format-${format}`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!existsSync(beside(home, candidate))) return candidate;
  }
}
