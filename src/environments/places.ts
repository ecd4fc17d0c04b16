import { join } from "node:path";

/** The prefix of a folder in which an environment is being made. */
export const makingPrefix = ".making-";

/** The lock that the maker of an environment holds. */
export const makeLockFile = (folder: string, name: string): string => join(folder, ".locks", `${name}.sqlite`);

/** The lock that a run holds on an environment as long as it uses it. */
export const useLockFile = (folder: string, name: string): string => join(folder, ".locks", `${name}.use.sqlite`);
