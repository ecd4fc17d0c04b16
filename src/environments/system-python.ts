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
