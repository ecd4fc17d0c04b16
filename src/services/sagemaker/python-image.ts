import { validationFault } from "../../aws/faults.ts";
import type { RunSpec } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import type { PythonImage } from "../../images/define-image.ts";
import type { PlannedPython } from "../../images/python-plan.ts";

/** Refuses a Python that this machine cannot have, and returns what its run mounts. */
export const checkPython = async (python: PythonImage, context: Context): Promise<RunSpec["mounts"]> =>
  (await environmentOf(python, context)).mounts;

/** What a run needs to have the Python of its image. */
export async function planPython(
  image: PythonImage,
  role: string,
  context: Context,
): Promise<{ readonly python: PlannedPython; readonly mounts: RunSpec["mounts"] }> {
  const { plan, mounts } = await environmentOf(image, context);
  return { python: { environment: plan, role, note: noteOf(image, plan.python.version) }, mounts };
}

async function environmentOf({ lock, python }: PythonImage, context: Context) {
  const planned = await context.environments.plan(lock, python);
  if ("refusal" in planned) throw validationFault(planned.refusal);
  return planned;
}

/** Returns the log line that says how the environment differs from AWS's image. */
function noteOf({ lock, python, differs }: PythonImage, version: string): string {
  const other = python && !version.startsWith(`${python}.`) ? [`Python ${python}`] : [];
  const aws = [...other, ...(differs ? [differs] : [])];
  return `Python ${version} with the packages ${lock}.${aws.length > 0 ? ` AWS's image has ${aws.join(" and ")}.` : ""}`;
}
