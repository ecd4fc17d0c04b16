import { existsSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentFault } from "./environment-fault.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { holdLock } from "./hold-lock.ts";
import { type InstallerTools, runInstaller } from "./installer.ts";
import { cacheFolder, installedUv, makeLockFile, uvPackage, uvProgram } from "./places.ts";

const searchPath = "/usr/local/bin:/usr/bin:/bin";

const machineConfiguration = "/etc/uv/uv.toml";

/**
 * Has uv read the machine's configuration alone. It would look for one in the folder of the owner's code too, which could
 * name another index; what is installed from there would be taken for what all jobs with the same requirements ask for.
 */
const configuration = (): Record<string, string> =>
  existsSync(machineConfiguration) ? { UV_CONFIG_FILE: machineConfiguration } : { UV_NO_CONFIG: "1" };

/** The variables of every installer. */
export const installerEnvironment = ({
  folder,
  access,
}: Pick<EnvironmentPlan, "folder" | "access">): Record<string, string> => ({
  ...("UV_CONFIG_FILE" in access ? {} : configuration()),
  ...access,
  PATH: searchPath,
  HOME: "/tmp",
  LANG: "C.UTF-8",
  UV_CACHE_DIR: join(folder, cacheFolder),
  UV_PYTHON_INSTALL_DIR: join(folder, ".pythons"),
  UV_NO_PROGRESS: "1",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_CACHE_DIR: "1",
});

/** Returns the program uv: the machine's, else one that pip installs among the environments. */
export async function readyUv(plan: EnvironmentPlan, tools: InstallerTools): Promise<string> {
  const found = plan.uv ?? installedUv(plan.folder);
  if (found !== undefined) return found;
  const { program } = plan.python;
  if (program === undefined)
    throw new EnvironmentFault(`There is neither uv nor Python ${plan.python.version} on this machine.`);
  const waits = () => tools.log("Another job installs uv; waiting for it.");
  return holdLock(
    makeLockFile(plan.folder, "uv"),
    async () => {
      const made = installedUv(plan.folder);
      if (made !== undefined) return made;
      tools.log("Installing uv, which installs Python packages, from the package index (once) ...");
      await runInstaller(
        [
          program,
          "-m",
          "pip",
          "install",
          "--quiet",
          "--upgrade",
          "--only-binary",
          ":all:",
          "--target",
          uvPackage(plan.folder),
          "uv",
        ],
        installerEnvironment(plan),
        tools,
        { what: "uv could not be installed; install it on the PATH of the server, for example with `pipx install uv`" },
      );
      return uvProgram(plan.folder);
    },
    { waits, signal: tools.signal },
  );
}

/** Returns the Python that environments are made of; uv fetches it where the machine has none that fits. */
export async function readyPython(plan: EnvironmentPlan, uv: string, tools: InstallerTools): Promise<string> {
  if (plan.python.program !== undefined) return plan.python.program;
  const { version } = plan.python;
  const environment = installerEnvironment(plan);
  const what = `Python ${version} is not on this machine and uv could not fetch it`;
  await runInstaller([uv, "python", "install", version], environment, tools, { what });
  return (await runInstaller([uv, "python", "find", "--managed-python", version], environment, tools, { what })).trim();
}
