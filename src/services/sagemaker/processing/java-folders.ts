import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Returns the home of the `java` on the PATH; undefined where there is none. */
export function systemJava(path = process.env.PATH ?? ""): string | undefined {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, "java"))
    .find(isProgram);
  return found === undefined ? undefined : dirname(dirname(realpathSync(found)));
}

/** Returns the folders outside a Java's home to which its configuration leads, as Debian's does to one below /etc. */
export function configurationFolders(home: string): readonly string[] {
  const file = join(home, "conf", "net.properties");
  const folder = existsSync(file) ? dirname(realpathSync(file)) : home;
  return folder.startsWith(`${realpathSync(home)}/`) || folder === home ? [] : [folder];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
