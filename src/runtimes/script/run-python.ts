import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Environment, withBelow } from "../../environments/environment.ts";
import { EnvironmentFault } from "../../environments/environment-fault.ts";
import { lockInUse } from "../../environments/environment-in-use.ts";
import { type EnvironmentPlan, pathInside } from "../../environments/environment-plan.ts";
import type { InstallerTools } from "../../environments/installer.ts";
import { layEnvironment, seesSystem } from "../../environments/lay-environment.ts";
import { asksForSomething, readRequirements } from "../../environments/requirements.ts";
import { type Inside, insideCommand } from "../inner-sandbox.ts";
import { mlRoot } from "../ml-root.ts";

/**
 * The Python of this run alone, above the shared ones: the script may install into it. On the disk of the run, because
 * /tmp may be in memory.
 */
export const runPythonFolder = join(mlRoot, ".python");

const clients = join(dirname(dirname(dirname(import.meta.dirname))), "clients");

/** Where what the job's owner wrote sees programs of the product: the folder of the product is nothing to it. */
export const productPlace = "/opt/sagebrush";

/** What leads Python clients to the server where they have an address of AWS built in. */
export const clientsFolder = { from: join(clients, "python"), to: join(productPlace, "clients") };

/** The modules that scripts import from AWS's images, where no package of that name is installed. */
export const toolkitsFolder = { from: join(clients, "toolkits"), to: join(productPlace, "toolkits") };

export const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** The tools of AWS's Spark images. */
export const sparkToolsFolder = { from: join(clients, "spark"), to: join(productPlace, "spark-tools") };

/** Loaded when something is to be made: most jobs find it. */
const maker = () => import("../../environments/make-environment.ts");

interface Code {
  readonly folder: string;
  readonly requirements?: string;
}

/** What the owner's requirements name is installed in the network of the owner's code, because it may run there. */
export function createRunPython(plan: EnvironmentPlan, network: Inside["network"], signal: AbortSignal) {
  let image: Environment;

  async function lay({ folder, requirements: file }: Code): Promise<void> {
    const found = file === undefined ? undefined : readRequirements(join(folder, file));
    const seen = (path: string) => pathInside(plan, path);
    const tools: InstallerTools = {
      ...{ log, signal, seen },
      confine: (command, writable) =>
        insideCommand(command, { folder, network, writable: writable.map((from) => ({ from, to: seen(from) })) }),
    };
    const isShared = found !== undefined && asksForSomething(found) && !found.isLocal;
    const layer = async () => (await maker()).readyLayer(plan, image, { ...found!, folder, file: file! }, tools);
    const below = [...(isShared ? [await layer()] : []), ...withBelow(image)];
    rmSync(runPythonFolder, { recursive: true, force: true });
    layEnvironment(runPythonFolder, below, { last: toolkitsFolder.to, seen });
    if (seesSystem(runPythonFolder)) layTorchrun();
    if (!found?.isLocal) return;
    log(`Installing ${file} for this job alone, because it names files beside it ...`);
    const { addRequirements } = await import("../../environments/add-requirements.ts");
    await addRequirements(plan, image, { ...found, folder, file: file! }, runPythonFolder, tools);
  }

  return {
    /** Makes the image's environment when this run is the first to need it. */
    async prepare(): Promise<void> {
      image = (await lockInUse(plan)) ?? (await (await maker()).readyEnvironment(plan, { log, signal }));
    },

    /**
     * Lays the run's own Python above the image's and, where the script has requirements, above these. Requirements that
     * name files beside them are installed for this run alone.
     */
    async lay(code: Code): Promise<void> {
      try {
        await lay(code);
      } catch (error) {
        if (network === "host" || !(error instanceof EnvironmentFault)) throw error;
        throw new EnvironmentFault(`The job has no network (EnableNetworkIsolation). ${error.message}`);
      }
    },
  };
}

/** The system's own is for the system's Python alone. */
function layTorchrun(): void {
  const program = join(runPythonFolder, "bin", "torchrun");
  const text = `#!/bin/sh\nexec ${join(runPythonFolder, "bin", "python")} -m sagebrush_torchrun "$@"\n`;
  if (!existsSync(program)) writeFileSync(program, text, { mode: 0o755 });
}

/** The variables by which a program finds the run's Python, and reaches packages as the server does. */
export const pythonVariables = (access: EnvironmentPlan["access"]) => ({
  ...access,
  PATH: `${join(runPythonFolder, "bin")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  PYTHONPATH: clientsFolder.to,
  // Has the SageMaker SDK report nothing of a script to Amazon.
  SAGEMAKER_ADMIN_CONFIG_OVERRIDE: join(clientsFolder.to, "sagemaker-defaults.yaml"),
  PYTHONUNBUFFERED: "1",
  // Python compiles what a script imports; pip would compile all that it installs.
  PIP_NO_COMPILE: "1",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
});
