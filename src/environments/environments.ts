import { accessSync, constants, mkdirSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { type EnvironmentPlan, type PackageAccess, planIdentity } from "./environment-plan.ts";
import { createPythonFinder, isBound, minorVersion, type Python } from "./find-python.ts";
import { findUv } from "./find-uv.ts";
import { type Lock, type LockName, lockNamed, lockNames } from "./locks.ts";
import { certificateFiles, packageAccess } from "./package-access.ts";
import { installedUv } from "./places.ts";

/** A folder or file of this machine that a run needs at its own path, and its inner sandbox at one that tells nothing. */
interface Mount {
  readonly source: string;
  readonly target: string;
  readonly writable?: boolean;
  readonly inside?: string;
}

/** What a run needs to use the environment of a lock, or to make it where it is the first. */
export interface PlannedEnvironment {
  readonly plan: EnvironmentPlan;
  readonly mounts: readonly Mount[];
}

/** A Python as a run asks for it. */
interface PythonNeed {
  readonly lock: string;
  readonly version?: string;
}

interface Provision {
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

/** The Python environments of this machine. */
export interface Environments {
  /**
   * Plans the environment of a lock, with the wished version of Python where it is at hand, or says why this machine
   * cannot have it and what to do.
   */
  plan(lock: LockName, python?: string): Promise<PlannedEnvironment | { readonly refusal: string }>;
  /** The same for an executor of this machine: a run's variables and mounts, or why there is none. */
  provide(need: PythonNeed): Promise<Provision | { readonly refusal: string }>;
  /** Finds the Python and the installer by which the environment would be made. */
  look(lock: LockName): Promise<{ readonly python?: Python; readonly uv?: string }>;
}

export interface EnvironmentsOptions {
  /** Where the environments are; made when it is not there. */
  readonly folder: string;
  /** A folder of wheels in place of a package index. */
  readonly wheels?: string;
  /** The environment of the server: its PATH, and how packages are reached. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function createEnvironments({ folder: named, wheels, environment }: EnvironmentsOptions): Environments {
  let folder = named;
  const path = environment.PATH;
  const findPython = createPythonFinder(path);
  const access = packageAccess(environment, wheels);
  let uv: Promise<string | undefined> | undefined;
  /** Looks again after it found none, because uv may have been installed since. */
  const foundUv = async (): Promise<string | undefined> => {
    uv ??= findUv(path);
    const program = (await uv) ?? installedUv(folder);
    if (program === undefined) uv = undefined;
    return program;
  };

  async function pythonOf({
    python: versions,
    system,
  }: Pick<Lock, "python" | "system">): Promise<Python | { readonly refusal: string } | undefined> {
    if (!system) return findPython(versions);
    const { systemPython } = await import("./system-python.ts");
    return systemPython(system, versions);
  }

  const environments: Environments = {
    async look(lock) {
      const [python, program] = await Promise.all([pythonOf(lockNamed(lock)), foundUv()]);
      return { ...(python && !("refusal" in python) ? { python } : {}), ...(program ? { uv: program } : {}) };
    },

    async plan(lock, wished) {
      const { python: kept, system } = lockNamed(lock);
      const wanted = { python: [...kept].sort((a, b) => Number(b === wished) - Number(a === wished)), system };
      const [python, program] = await Promise.all([pythonOf(wanted), foundUv()]);
      if (python && "refusal" in python) return python;
      if (python === undefined && program === undefined) return { refusal: noPython(lock, wanted.python) };
      const unusable = refusalOf(folder) ?? (wheels && refusalOfWheels(wheels));
      if (unusable) return { refusal: unusable };
      // A sandbox cannot show a folder below a link.
      folder = realpathSync(folder);
      const inside = placesInside(folder, python, program, wheels, access);
      const plan: EnvironmentPlan = {
        lock,
        folder,
        python: python ? { version: python.version, program: python.program } : { version: wanted.python[0]! },
        ...(program ? { uv: program } : {}),
        ...(wheels ? { wheels } : {}),
        access,
        inside,
      };
      const shown = [python?.prefix, program && dirname(program), wheels, ...certificateFiles(access)];
      const needed = shown.filter((place): place is string => !!place && !isShown(place, folder));
      return {
        plan,
        mounts: [
          ...[...new Set(needed)].map((place) => mountOf(place, inside)),
          { ...mountOf(folder, inside), writable: true },
        ],
      };
    },

    async provide({ lock: name, version }) {
      const lock = lockNames.find((known) => known === name);
      if (lock === undefined) throw new RangeError(`There is no lock ${name}; there are ${lockNames.join(", ")}`);
      const planned = await environments.plan(lock, version);
      return "refusal" in planned ? planned : { environment: planIdentity(planned.plan), mounts: planned.mounts };
    },
  };
  return environments;
}

/** Makes the folder where it is not there, and says why it cannot be used: a run locks there what it uses. */
function refusalOf(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `The folder of Python environments ${folder} cannot be used by the user of the server (${code}). Change its owner or mode, or name another by SAGEBRUSH_ENVIRONMENTS.`;
  }
}

/** A run is shown the folder, which is nothing that it makes. */
function refusalOfWheels(folder: string): string | undefined {
  try {
    accessSync(`${folder}/.`, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `The folder of wheels ${folder} cannot be read by the user of the server (${code}). Make it, or name another by SAGEBRUSH_WHEELS.`;
  }
}

const mountOf = (place: string, inside: Readonly<Record<string, string>>): Mount => ({
  ...{ source: place, target: place },
  ...(inside[place] !== undefined && { inside: inside[place] }),
});

/** Where the inner sandbox shows what is of this machine. */
function placesInside(
  folder: string,
  python: Python | undefined,
  uv: string | undefined,
  wheels: string | undefined,
  access: PackageAccess,
): Readonly<Record<string, string>> {
  const certificates = certificateFiles(access).map((file, index) => [file, `certificates/${index}`] as const);
  const places: readonly (readonly [string | undefined, string])[] = [
    [folder, "environments"],
    [python && !isBound(python) ? python.prefix : undefined, "python"],
    [uv && dirname(uv), "installer"],
    [wheels || undefined, "wheels"],
    ...certificates,
  ];
  const known = places.filter((place): place is [string, string] => place[0] !== undefined);
  return Object.fromEntries(
    known
      .filter(([place]) => place === folder || !isShown(place, folder))
      .map(([place, name]) => [place, `/opt/sagebrush/${name}`]),
  );
}

/** Whether every run sees the path without a mount. */
const isShown = (path: string, folder: string): boolean =>
  ["/usr", "/etc/ssl", folder].some((top) => path === top || path.startsWith(`${top}/`));

const noPython = (lock: string, versions: readonly string[]): string =>
  `The Python environment ${lock} needs Python ${versions
    .map(minorVersion)
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1")}: ` +
  "there is none on the PATH of the server, and no uv, which could fetch one. Install one of them and start the server with a PATH that has it.";
