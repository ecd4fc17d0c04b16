import { existsSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentFault } from "./environment-fault.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { holdLock } from "./hold-lock.ts";
import { type InstallerTools, runInstaller } from "./installer.ts";

const searchPath = "/usr/local/bin:/usr/bin:/bin";

/** The cache of what is fetched for locks. What users ask for is kept apart, because building it runs their code. */
const cacheFolder = ".cache";

/** The variables of every installer. */
export const installerEnvironment = ({
  folder,
  access,
}: Pick<EnvironmentPlan, "folder" | "access">): Record<string, string> => ({
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

const ownFolder = ".uv";
const ownUv = (folder: string): string => join(folder, ownFolder, "bin", "uv");

/** The uv that was installed among the environments; undefined when none was. */
export const installedUv = (folder: string): string | undefined =>
  existsSync(ownUv(folder)) ? ownUv(folder) : undefined;

/** Returns the program uv: the machine's, else one that pip installs among the environments. */
export async function readyUv(plan: EnvironmentPlan, tools: InstallerTools): Promise<string> {
  const found = plan.uv ?? installedUv(plan.folder);
  if (found !== undefined) return found;
  const { program } = plan.python;
  if (program === undefined)
    throw new EnvironmentFault(`There is neither uv nor Python ${plan.python.version} on this machine.`);
  const waits = () => tools.log("Another job installs uv; waiting for it.");
  return holdLock(
    join(plan.folder, ".locks", "uv.sqlite"),
    async () => {
      const made = installedUv(plan.folder);
      if (made !== undefined) return made;
      tools.log("Installing uv, which installs Python packages, from the package index (once) ...");
      const target = join(plan.folder, ownFolder);
      await runInstaller(
        [program, "-m", "pip", "install", "--quiet", "--upgrade", "--target", target, "uv"],
        installerEnvironment(plan),
        tools,
        { what: "uv could not be installed; install it on the PATH of the server, for example with `pipx install uv`" },
      );
      return ownUv(plan.folder);
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
