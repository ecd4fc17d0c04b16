import { validationFault } from "../../aws/faults.ts";
import type { RunSpec } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import type { PythonImage } from "../../images/define-image.ts";
import type { PlannedPython } from "../../images/python-plan.ts";

/** Refuses a job with code of its owner's where this server cannot run it, and says what to do. */
export async function checkPython(python: PythonImage, context: Context): Promise<void> {
  if (!context.executors.all.some(({ abilities }) => abilities.innerSandbox))
    throw validationFault(
      "This server cannot run scripts: they need a sandbox with a folder /opt/ml of their own, and bubblewrap is not installed or may not make one. " +
        "Install it, for example with `apt-get install -y bubblewrap`, and start the server again; `sagebrush doctor` says more.",
    );
  await environmentOf(python, context);
}

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

/** Tells once what the image has otherwise than AWS's. */
function noteOf({ lock, python, differs }: PythonImage, version: string): string {
  const other = python && !version.startsWith(`${python}.`) ? [`Python ${python}`] : [];
  const aws = [...other, ...(differs ? [differs] : [])];
  return `Python ${version} with the packages ${lock}.${aws.length > 0 ? ` AWS's image has ${aws.join(" and ")}.` : ""}`;
}
