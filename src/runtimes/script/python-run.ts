import { givenPlan, pathInside } from "../../environments/environment-plan.ts";
import { openAccess } from "../../environments/package-access.ts";
import type { PythonImage } from "../../images/define-image.ts";
import type { PlannedPython } from "../../images/python-plan.ts";
import type { Inside } from "../inner-sandbox.ts";
import { runInside } from "../run-inside.ts";
import type { Program } from "../run-program.ts";
import { serveRoleCredentials } from "./role-credentials.ts";
import { clientsFolder, createRunPython, log, toolkitsFolder } from "./run-python.ts";
import { scriptVariables } from "./script-variables.ts";

export interface PythonRunOptions {
  readonly plan: PlannedPython;
  /** The variables of the job's request. */
  readonly own: Readonly<Record<string, string>>;
  /** The variables that the container contract adds. */
  readonly contract: Readonly<Record<string, string>>;
  /** What the owner's code sees besides. */
  readonly shown?: Pick<Inside, "readable" | "writable">;
  readonly stopping: AbortSignal;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly graceSeconds: number;
}

/** The Python of an image, in which a run starts what the job's owner wrote: in a sandbox inside its own, as the role. */
export interface PythonRun {
  /** Makes the image's Python ready. */
  prepare(): Promise<void>;
  /** Lays this run's own Python, with the requirements of the owner's code. */
  lay(code: { readonly folder: string; readonly requirements?: string }): Promise<void>;
  variables(more?: Readonly<Record<string, string>>): Record<string, string>;
  /** Runs a command to its end and returns its exit code. */
  run(
    command: readonly string[],
    folder: string,
    env: Readonly<Record<string, string>>,
    more?: Pick<Program, "told" | "started"> & Pick<Inside, "product">,
  ): Promise<number>;
}

export function createPythonRun({
  plan,
  own,
  contract,
  shown = {},
  stopping,
  graceSeconds,
}: PythonRunOptions): PythonRun {
  const environment = givenPlan();
  const runPython = createRunPython(environment, plan.network, stopping);
  const access = Object.fromEntries(
    Object.entries(openAccess(environment.access)).map(([name, value]) => [name, pathInside(environment, value)]),
  );
  let credentials: Readonly<Record<string, string>> = {};
  return {
    async prepare() {
      log(pythonWords(plan.image, environment.python.version));
      if (plan.role !== undefined) credentials = await serveRoleCredentials(process.env.SAGEBRUSH_ROLE_KEY!, plan.role);
      await runPython.prepare();
    },
    lay: runPython.lay,
    variables: (more) => scriptVariables({ own, contract, credentials, access }, more),
    run: (command, folder, env, { product, ...heard } = {}) =>
      runInside(
        { command, environment: env, stopping, graceSeconds, ...heard },
        {
          folder,
          network: plan.network,
          ...(product && { product }),
          readable: [clientsFolder, toolkitsFolder, ...(shown.readable ?? [])],
          writable: shown.writable ?? [],
        },
      ),
  };
}

/** Says what Python it is, and how it differs from that of AWS's image. */
function pythonWords({ lock, python, differs }: PythonImage, version: string): string {
  const other = python && !version.startsWith(`${python}.`) ? [`Python ${python}`] : [];
  const aws = [...other, ...(differs ? [differs] : [])];
  return `Python ${version} with the packages ${lock}.${aws.length > 0 ? ` AWS's image has ${aws.join(" and ")}.` : ""}`;
}
