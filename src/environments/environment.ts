import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { minorVersion } from "./find-python.ts";
import { lockBelow, lockContent } from "./locks.ts";

// An import would read every export of the module, and some of them load much more.
const { createHash } = process.getBuiltinModule("node:crypto");

/** ENVIRONMENT/environment.json: how an environment was made. */
export interface EnvironmentRecord {
  readonly lock: string;
  /** "3.11.7" */
  readonly version: string;
  /** The program it is made of. */
  readonly program: string;
  /** Milliseconds since 1970. */
  readonly made: number;
  readonly bytes: number;
  /** The requirements that were added to the lock, as the user wrote them. */
  readonly requirements?: string;
}

/** An environment that is complete and no longer changes. */
export interface Environment {
  readonly name: string;
  readonly path: string;
  readonly record: EnvironmentRecord;
  /** The environments whose packages it adds to, nearest first. */
  readonly below: readonly Environment[];
}

export const recordFile = "environment.json";
/** The packages of an environment and of those below it, as NAME==VERSION. */
export const pinsFile = "pins.txt";
/** A file whose time of change is that of the last use. */
export const usedFile = "used";

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Names the environment of a lock; another lock or another Python gives another name. */
export function baseName({ lock, python }: Pick<EnvironmentPlan, "lock" | "python">): string {
  const own = `${lock}-${shortHash([lockContent(lock), python.version, python.program ?? "uv"].join("\0"))}`;
  const below = lockBelow(lock);
  return below === undefined ? own : `${baseName({ lock: below, python })}+${own}`;
}

/** Raised when layers are laid in another way, so that what an older version made is not used. */
const layerKind = 2;

/** Names the environment of a lock with requirements on top. */
export const layerName = (base: string, requirements: string): string =>
  `${base}+${shortHash(`${layerKind}\0${requirements}`)}`;

/** Finds a complete environment; a folder gets this name only when it is complete. */
export function findEnvironment(
  folder: string,
  name: string,
  below: readonly Environment[] = [],
): Environment | undefined {
  const path = join(folder, name);
  const file = join(path, recordFile);
  if (!existsSync(file)) return undefined;
  return { name, path, below, record: JSON.parse(readFileSync(file, "utf8")) as EnvironmentRecord };
}

/** An environment and those that it lies above, nearest first. */
export const withBelow = (environment: Environment): readonly Environment[] => [environment, ...environment.below];

/** Where an environment's packages are. */
export const sitePackages = ({ path, record }: Pick<Environment, "path" | "record">): string =>
  join(path, "lib", `python${minorVersion(record.version)}`, "site-packages");

export const noteUse = ({ path }: Environment): void => writeFileSync(join(path, usedFile), "");

export function writeRecord(path: string, record: EnvironmentRecord): void {
  writeFileSync(join(path, recordFile), `${JSON.stringify(record, undefined, 2)}\n`);
  const time = record.made / 1000;
  writeFileSync(join(path, usedFile), "");
  utimesSync(join(path, usedFile), time, time);
}
