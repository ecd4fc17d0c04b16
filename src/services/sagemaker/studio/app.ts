import { Fault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import { type KeptRun, newKeptRun } from "../../../frame/keep-run.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkInstance } from "../instance-limits.ts";
import { notBuilt } from "../not-built.ts";
import { type AppPlace, appPlace } from "./app-place.ts";
import { appNeeds } from "./app-run.ts";
import { appStatuses } from "./app-statuses.ts";

export interface AppState extends Omit<AppPlace, "change"> {
  readonly kept: KeptRun;
  readonly failureReason?: string;
}

const runnable: readonly unknown[] = ["JupyterLab", "JupyterServer"];

/** An app of Studio: a JupyterLab of a space or a user that stays up, with their folder for its home. */
export const app = defineResource({
  service: "sagemaker",
  kind: "app",
  arn: "app/{DomainId}/{OwnerName}/{AppType}/{AppName}",
  title: "App",
  tags: true,
  statuses: appStatuses,
  running: ["Pending", "InService", "Deleting"],
  shownReason: ({ actual }: { readonly actual: AppState }) => actual.failureReason,
  labels: {
    domain: ({ wanted }) => wanted.DomainId,
    user: ({ wanted }) => wanted.UserProfileName?.toLowerCase(),
    space: ({ wanted }) => wanted.SpaceName?.toLowerCase(),
  },
  identify: ({ DomainId, UserProfileName, SpaceName, AppType, AppName }) => ({
    ...{ DomainId: DomainId as string, OwnerName: (SpaceName ?? UserProfileName) as string },
    ...{ AppType: AppType as string, AppName: AppName as string },
  }),
  missing: ({ arn }) => new Fault("ResourceNotFound", `App [${arn}] does not exist.`),
  existing: ({ arn }) => new Fault("ResourceInUse", `Resource Already Exists: App [${arn}] already exists.`),
  create: {
    operation: "CreateApp",
    async begin(input, context) {
      if (!runnable.includes(input.AppType))
        throw notBuilt(context, `AppType ${input.AppType}`, `take one of ${runnable.join(", ")}`);
      if (input.RecoveryMode) throw notBuilt(context, "RecoveryMode", "leave it out");
      const { change, ...place } = await appPlace(context, input);
      checkInstance(context, place.instanceType);
      await checkExecutor(context, appNeeds(context, place), "");
      return { status: "Pending" as const, actual: { ...place, kept: newKeptRun }, changes: [change] };
    },
    output: (AppArn) => ({ AppArn }),
  },
  describe: {
    operation: "DescribeApp",
    output: ({ wanted, actual, status, created }, AppArn) => ({
      AppArn,
      AppType: wanted.AppType,
      AppName: wanted.AppName,
      DomainId: wanted.DomainId,
      UserProfileName: wanted.UserProfileName,
      SpaceName: wanted.SpaceName,
      Status: status as "InService",
      CreationTime: new Date(created),
      FailureReason: actual.failureReason,
      ResourceSpec: { ...wanted.ResourceSpec, InstanceType: actual.instanceType as "ml.t3.medium" },
    }),
  },
  list: {
    operation: "ListApps",
    member: "Apps",
    descending: false,
    filters: {
      DomainIdEquals: "label domain",
      UserProfileNameEquals: (name) => ({ labels: { user: name.toLowerCase() } }),
      SpaceNameEquals: (name) => ({ labels: { space: name.toLowerCase() } }),
    },
    summary: ({ wanted, actual, status, created }) => ({
      DomainId: wanted.DomainId,
      UserProfileName: wanted.UserProfileName,
      SpaceName: wanted.SpaceName,
      AppType: wanted.AppType,
      AppName: wanted.AppName,
      Status: status as "InService",
      CreationTime: new Date(created),
      ResourceSpec: { ...wanted.ResourceSpec, InstanceType: actual.instanceType as "ml.t3.medium" },
    }),
  },
  delete: { operation: "DeleteApp", begin: (): { status: "Deleting" } => ({ status: "Deleting" }) },
});
