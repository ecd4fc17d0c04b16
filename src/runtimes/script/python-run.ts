import { givenAccess, openAccess } from "../../environments/package-access.ts";
import type { PlannedPython } from "../../images/python-plan.ts";
import type { Told } from "../run-program.ts";
import { serveRoleCredentials } from "./role-credentials.ts";
import { runInside } from "./run-inside.ts";
import { layRunPython, log, readableFolders, readyImage } from "./run-python.ts";
import { scriptVariables } from "./script-variables.ts";

export interface PythonRunOptions {
  readonly plan: PlannedPython;
  /** The variables of the job's request. */
  readonly own: Readonly<Record<string, string>>;
  /** The variables that the container contract adds. */
  readonly contract: Readonly<Record<string, string>>;
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
  /** Runs a command to its end and returns its exit code. `told` hears its lines. */
  run(command: readonly string[], folder: string, env: Readonly<Record<string, string>>, told?: Told): Promise<number>;
}

export function createPythonRun({ plan, own, contract, stopping, graceSeconds }: PythonRunOptions): PythonRun {
  const { role, note } = plan;
  const environment = { ...plan.environment, access: givenAccess() };
  let credentials: Readonly<Record<string, string>> = {};
  let image: Awaited<ReturnType<typeof readyImage>> | undefined;
  return {
    async prepare() {
      if (note !== undefined) log(note);
      credentials = await serveRoleCredentials(process.env.SAGEBRUSH_ROLE_KEY!, role);
      image = await readyImage(environment, stopping);
    },
    lay: (code) => layRunPython(environment, image!, code, stopping),
    variables: (more) => scriptVariables({ own, contract, credentials, access: openAccess(environment.access) }, more),
    run: (command, folder, env, told) =>
      runInside(command, { folder, readable: readableFolders }, { env, stopping, graceSeconds, told }),
  };
}
