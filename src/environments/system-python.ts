import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { askPython, minorVersion, type Python } from "./find-python.ts";
import type { Lock } from "./locks.ts";

const run = promisify(execFile);
const askMilliseconds = 60_000;

/** The system's own Python when it has the module of a lock, or what to install. */
export async function systemPython(
  { program, module, package: name }: NonNullable<Lock["system"]>,
  versions: readonly string[],
): Promise<Python | { readonly refusal: string }> {
  const python = await askPython(program);
  const refusal = `The images of this version use the module ${module} of the system's own Python, ${program}`;
  if (!python) return { refusal: `${refusal}, which does not start. Install the packages python3 and ${name}.` };
  if (!versions.includes(minorVersion(python.version)))
    return { refusal: `${refusal}, which is ${python.version}; it must be ${versions.join(" or ")}.` };
  try {
    await run(
      program,
      ["-I", "-c", `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`],
      {
        timeout: askMilliseconds,
      },
    );
    return python;
  } catch {
    return { refusal: `${refusal}, which has none. Install it, for example with \`apt-get install ${name}\`.` };
  }
}

/** Versions that an index can have: not that of a Debian build, such as 1.13.0a0+gitunknown. */
const publicVersion = /^\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?$/;

/** Returns the packages that an environment sees of the system, "name==version" each. */
export async function systemPins(python: string): Promise<readonly string[]> {
  const program = `
import importlib.metadata, json, site
folders = [folder for folder in site.getsitepackages() if not folder.startswith(site.PREFIXES[0])]
print(json.dumps([[one.metadata["Name"], one.version] for one in importlib.metadata.distributions(path=folders)]))`;
  const { stdout } = await run(python, ["-I", "-c", program], { timeout: askMilliseconds });
  return (JSON.parse(stdout) as [name: string | null, version: string][]).flatMap(([name, version]) =>
    name !== null && publicVersion.test(version) ? [`${normalName(name)}==${version}`] : [],
  );
}

/** A package's name as the installer writes it. */
const normalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/**
 * Returns what the installer has to know so that what needs a lock's module is content with the system's own, of whatever
 * version that is. Undefined where the requirements ask for a version of it: then that is installed on top.
 */
export const systemOverride = ({ module }: NonNullable<Lock["system"]>, requirements: string): string | undefined =>
  new RegExp(`^\\s*${module}\\s*(\\[.*\\])?\\s*[=<>!~@]`, "m").test(requirements)
    ? undefined
    : `${module} ; python_version < "0"\n`;
