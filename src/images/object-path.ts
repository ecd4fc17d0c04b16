/**
 * Returns the path of an object: its key after the prefix. A prefix that ends within a name counts only up to its last
 * slash, so the key `data/train.csv` has the path `train.csv` for the prefixes `data/train.csv`, `data/tr` and `data`.
 */
export function pathBelow(prefix: string, key: string): string {
  const rest = key.slice(prefix.length);
  if (prefix === "" || prefix.endsWith("/")) return rest;
  return rest.startsWith("/") ? rest.slice(1) : key.slice(prefix.lastIndexOf("/") + 1);
}

/** Whether a path names a file below the folder that it is joined to. */
export const isFilePath = (path: string): boolean =>
  path !== "" && !path.includes("\0") && !path.split("/").some((part) => part === ".." || part === ".");

/** A key that ends with a slash is a folder made by a console, and no file of a channel. */
export const isFolderKey = (key: string): boolean => key.endsWith("/");
