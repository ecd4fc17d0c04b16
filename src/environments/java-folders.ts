import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Returns the home of the `java` on the PATH; undefined where there is none. */
export function systemJava(path = process.env.PATH ?? ""): string | undefined {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, "java"))
    .find(isProgram);
  return found === undefined ? undefined : dirname(dirname(realpathSync(found)));
}

/** The Java that the Spark of jobs is made for. */
export const sparkJavaVersion = 17;

/** Where Linux systems have the Javas that are installed beside each other. */
const machines = "/usr/lib/jvm";

/**
 * Returns the home of a Java for the Spark of jobs: the one that is named where it is of that version, else the one on the PATH,
 * else one of those that the system keeps. Undefined where there is none.
 */
export function javaOf(named: string): string | undefined {
  const kept = existsSync(machines) ? readdirSync(machines).map((name) => join(machines, name)) : [];
  const homes = named === "" ? [systemJava() ?? "", ...kept.sort()] : [named];
  const found = homes.find((home) => isProgram(join(home, "bin", "java")) && versionOf(home) === sparkJavaVersion);
  return found === undefined ? undefined : realpathSync(found);
}

/** The version by the file that every Java since 9 has beside its programs: JAVA_VERSION="17.0.15". */
function versionOf(home: string): number {
  const file = join(home, "release");
  return existsSync(file) ? Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(file, "utf8"))?.[1]) : Number.NaN;
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
