import { existsSync } from "node:fs";
import { join } from "node:path";

/** The cache of what is fetched for locks. What users ask for is kept apart, because building it runs their code. */
export const cacheFolder = ".cache";

/** Where pip puts the package uv, among the environments. */
export const uvPackage = (folder: string): string => join(folder, ".uv");
export const uvProgram = (folder: string): string => join(uvPackage(folder), "bin", "uv");

/** The uv that was installed among the environments; undefined when none was. */
export const installedUv = (folder: string): string | undefined =>
  existsSync(uvProgram(folder)) ? uvProgram(folder) : undefined;

/** The prefix of a folder in which an environment is being made. */
export const makingPrefix = ".making-";

/** The lock that the maker of an environment holds. */
export const makeLockFile = (folder: string, name: string): string => join(folder, ".locks", `${name}.sqlite`);

/** The lock that a run holds on an environment as long as it uses it. */
export const useLockFile = (folder: string, name: string): string => join(folder, ".locks", `${name}.use.sqlite`);
