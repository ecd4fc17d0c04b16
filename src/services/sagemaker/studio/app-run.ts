import type { RunNeeds } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import type { RunPlan } from "../../../frame/run.ts";
import {
  type AppPlan,
  appGraceSeconds,
  appHome,
  appPlanFile,
  appSocket,
  labSettings,
} from "../../../images/app-plan.ts";
import type { PythonImage } from "../../../images/define-image.ts";
import { stageSilenceSeconds } from "../../../images/stage-plan.ts";
import { instanceLimits, instanceNotes } from "../instance-limits.ts";
import { networkNeeds } from "../network-needs.ts";
import { pythonNeeds } from "../python-needs.ts";
import type { AppPlace, CreateApp } from "./app-place.ts";

type Place = Omit<AppPlace, "change">;

const image: PythonImage = { lock: "jupyterlab" };

/** Returns what the executor of an app must be able to do. */
export const appNeeds = (context: Context, { folder, instanceType }: Place): RunNeeds => ({
  program: { script: "src/runtimes/apps/stage-app.ts", arguments: [] },
  mounts: [{ source: context.volumes.pathOf(folder.volume, folder.folder), target: appHome, writable: true }],
  limits: { ...instanceLimits(context, { InstanceType: instanceType }), silenceSeconds: stageSilenceSeconds },
  ...networkNeeds(false),
  ...pythonNeeds(image),
});

/** Returns the run of an app: a JupyterLab in its sandbox, which acts as the role and has no rights of its own. */
export function appRun(context: Context, wanted: CreateApp, place: Place, arn: string): RunPlan {
  const { role, instanceType } = place;
  const plan: AppPlan = {
    python: { image, role, network: "host" },
    basePath: `/jupyterlab/${wanted.AppName}/`,
    notes: instanceNotes(context, instanceType),
  };
  const metadata = {
    AppType: wanted.AppType,
    DomainId: place.folder.domainId,
    UserProfileName: wanted.UserProfileName,
    SpaceName: wanted.SpaceName,
    ExecutionRoleArn: role,
    ResourceArn: arn,
    ResourceName: wanted.AppName,
  };
  return {
    spec: {
      ...appNeeds(context, place),
      environment: { AWS_REGION: context.region, AWS_DEFAULT_REGION: context.region },
      files: {
        ...labSettings,
        [appPlanFile]: JSON.stringify(plan),
        "metadata/resource-metadata.json": JSON.stringify(metadata),
      },
      server: { address: true, sockets: [appSocket] },
      graceSeconds: appGraceSeconds,
    },
    role,
    grants: [],
  };
}
