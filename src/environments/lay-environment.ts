import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Environment, sitePackages } from "./environment.ts";
import { minorVersion } from "./find-python.ts";
import type { SeenAt } from "./installer.ts";

/**
 * Writes a virtual environment without packages of its own that sees those of the environments below it. What is
 * installed into it later comes before theirs, the modules of the folder `last` come after. Nothing is run: it takes some
 * milliseconds. `seen`: where what runs in it sees a path. `beside`: they are seen in the folder in which this one is, wherever
 * that is shown.
 */
export function layEnvironment(
  path: string,
  below: readonly Environment[],
  {
    beside = false,
    last,
    seen = (place) => place,
  }: { readonly beside?: boolean; readonly last?: string; readonly seen?: SeenAt } = {},
): void {
  const { program, version } = below[0]!.record;
  const minor = minorVersion(version);
  const bin = join(path, "bin");
  const site = join(path, "lib", `python${minor}`, "site-packages");
  mkdirSync(bin, { recursive: true });
  mkdirSync(site, { recursive: true });
  const systemToo = below.some((environment) => seesSystem(environment.path));
  const settings = [
    `home = ${dirname(seen(program))}`,
    `include-system-site-packages = ${systemToo}`,
    `version = ${version}`,
  ];
  writeFileSync(join(path, "pyvenv.cfg"), `${settings.join("\n")}\n`);
  const lines = below.map(sitePackages).map((packages) =>
    // A path is one from this folder.
    beside ? relative(site, packages) : `import site; site.addsitedir(${JSON.stringify(seen(packages))})`,
  );
  if (last !== undefined) lines.push(last);
  // Python reads these files in the order of their names; what is installed here may have one of its own.
  writeFileSync(join(site, "zz-below.pth"), `${lines.join("\n")}\n`);
  symlinkSync(seen(program), join(bin, "python"));
  for (const name of ["python3", `python${minor}`]) symlinkSync("python", join(bin, name));
  for (const environment of below) copyScripts(join(environment.path, "bin"), bin, path, seen);
}

/** Whether an environment has the packages of the system's Python too. */
export const seesSystem = (path: string): boolean =>
  /^include-system-site-packages\s*=\s*true$/m.test(readFileSync(join(path, "pyvenv.cfg"), "utf8"));

/** Copies scripts of Python, so that they see the packages of the environment that they are copied to. */
function copyScripts(from: string, to: string, environment: string, seen: SeenAt): void {
  for (const name of readdirSync(from)) {
    if (/^(python|activate|deactivate|pydoc)/.test(name) || existsSync(join(to, name))) continue;
    const text = readFileSync(join(from, name), "latin1");
    const changed = withInterpreter(text, seen(environment));
    if (changed === undefined) symlinkSync(seen(join(from, name)), join(to, name));
    else {
      writeFileSync(join(to, name), changed, "latin1");
      chmodSync(join(to, name), 0o755);
    }
  }
}

/** The longest `#!` line that Linux reads. */
const longestLine = 127;

/** Rewrites a Python script for another environment; undefined when it is not one. */
export function withInterpreter(script: string, environment: string): string | undefined {
  const found =
    /^#!.*python[\d.]*\n/.exec(script) ?? /^#!\/bin\/sh\n'''exec' .*python[\d.]*'? "\$0" "\$@"\n' '''\n/.exec(script);
  if (!found) return undefined;
  const python = `${environment}/bin/python`;
  const line = `#!${python}`;
  const isPlain = line.length <= longestLine && !/\s/.test(python);
  const head = isPlain ? `${line}\n` : `#!/bin/sh\n'''exec' '${python}' "$0" "$@"\n' '''\n`;
  return head + script.slice(found[0].length);
}
