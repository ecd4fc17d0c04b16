import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Python of this machine. */
export interface Python {
  /** The whole path of the program, no link and no shim. */
  readonly program: string;
  /** "3.11.7" */
  readonly version: string;
  /** The folder with its library. */
  readonly prefix: string;
}

const question = [
  "import json, os, sys",
  "program = os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable)",
  "version = '.'.join(str(part) for part in sys.version_info[:3])",
  "print(json.dumps({'program': program, 'version': version, 'prefix': sys.base_prefix}))",
].join("; ");

const askMilliseconds = 20_000;

/** Asks a program for its version and folders; undefined when it is not a working Python. */
export async function askPython(program: string): Promise<Python | undefined> {
  try {
    // Isolated, because a server may have been started with variables that lead Python elsewhere.
    const { stdout } = await run(program, ["-I", "-c", question], { timeout: askMilliseconds });
    return JSON.parse(stdout) as Python;
  } catch {
    return undefined;
  }
}

/**
 * Whether a Python finds its libraries at its own path alone: Conda writes its path into what it installs, and a Python
 * that was built with a library of its own has the folder of that in its program.
 */
export function isBound({ program, prefix }: Python): boolean {
  if (existsSync(join(prefix, "conda-meta"))) return true;
  try {
    return readFileSync(program).includes(join(prefix, "lib"));
  } catch {
    return true;
  }
}

/** "3.11" of "3.11.7". */
export const minorVersion = (version: string): string => version.split(".").slice(0, 2).join(".");

/** Returns a function that finds a Python on a PATH and asks each program once. */
export function createPythonFinder(
  path: string | undefined,
): (versions: readonly string[]) => Promise<Python | undefined> {
  const folders = [...new Set((path ?? "").split(delimiter).filter((folder) => folder !== "" && existsSync(folder)))];
  const asked = new Map<string, Promise<Python | undefined>>();
  const ask = (program: string): Promise<Python | undefined> => {
    const real = realpathSync(program);
    if (!asked.has(real)) asked.set(real, askPython(program));
    return asked.get(real)!;
  };

  const candidates = (version: string) =>
    [`python${version}`, "python3", "python"].flatMap((name) =>
      folders.map((folder) => join(folder, name)).filter((file) => existsSync(file)),
    );

  /** Versions are in the order of preference. */
  return async (versions) => {
    await Promise.all(versions.flatMap((version) => candidates(version).map(ask)));
    for (const version of versions)
      for (const program of candidates(version)) {
        const python = await ask(program);
        if (python && minorVersion(python.version) === version) return python;
      }
    return undefined;
  };
}
