import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Installation } from "./installation.ts";

/** A client as its users know it, with the version that is installed. */
export interface ProvenClient {
  readonly name: string;
  readonly version: string;
}

/** A program that the machine has to have. */
export interface NeededProgram {
  readonly command: string;
  /** The Debian package that has it. CI installs it; nobody else's machine is changed. */
  readonly debian?: string;
  /** What to do where it is missing: "Install Go 1.26 or newer". */
  readonly advice: string;
}

/** Something real that is no npm or Python package, and that the server is tried with. */
export interface System {
  /** The name of its folder, and its name for `npm run test:systems -- NAME`. */
  readonly name: string;
  readonly clients: readonly ProvenClient[];
  /** An engine that answers are compared with, and no client: it is installed and asked only when it is named. */
  readonly isPeer?: boolean;
  /** A server that the product reads, and no client. */
  readonly isSource?: true;
  readonly programs: readonly NeededProgram[];
  /** Folders of the project, beside the system's own, from which it is built: "examples/go". */
  readonly sources?: readonly string[];
  /** Fetches and builds what is pinned, into the installation's folder. */
  install?(installation: Installation): Promise<void>;
}

export const defineSystem = (system: System): System => system;

/**
 * Reads versions from the file that pins them for the package manager, so that they are written down once. `names` are
 * names of packages, each with the name that users know; `pattern` gives the expression that finds a package's version.
 */
export function pinnedClients(
  system: string,
  file: string,
  names: Readonly<Record<string, string>>,
  pattern: (name: string) => RegExp,
): ProvenClient[] {
  const text = readFileSync(join(import.meta.dirname, system, file), "utf8");
  return Object.entries(names).map(([name, title]) => {
    const version = pattern(name.replaceAll(".", "\\.")).exec(text)?.[1];
    if (version === undefined) throw new Error(`${system}/${file} pins no version of ${name}`);
    return { name: title, version };
  });
}
