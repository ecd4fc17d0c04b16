import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { refuseMembers } from "../not-built.ts";
import { domain } from "./domain.ts";
import { space } from "./space.ts";
import { userProfile } from "./user-profile.ts";
import type { UserSettings } from "./user-settings.ts";
import type { FolderState } from "./volume-folder.ts";

export type CreateApp = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateApp">;

/** Whose folder an app has for its home, and as which role and on which instance it runs. */
export interface AppPlace {
  readonly folder: Pick<FolderState, "volume" | "folder" | "domainId">;
  readonly role: string;
  readonly instanceType: string;
  /** The owner, unchanged, which is written with its app: its deletion then sees the app. */
  readonly change: ResourceChange;
}

const usualInstance = "ml.t3.medium";

/**
 * Finds the place of a new app. Settings are inherited: what the app itself says is followed by its space or user and by
 * the domain. @throws Fault
 */
export async function appPlace(context: Context, input: CreateApp): Promise<AppPlace> {
  const { DomainId, SpaceName, UserProfileName } = input;
  if ((SpaceName === undefined) === (UserProfileName === undefined))
    throw validationFault("Give either UserProfileName or SpaceName: whose app it is.");
  const { wanted } = await domain.get(context, { DomainId });
  const of =
    SpaceName === undefined
      ? await userProfile.get(context, { DomainId, UserProfileName })
      : await space.get(context, { DomainId, SpaceName });
  if (of.status !== "InService")
    throw new Fault("ResourceInUse", `${UserProfileName ?? SpaceName} is ${of.status}; wait until it is InService.`);
  const ofSpace = SpaceName === undefined ? undefined : await space.get(context, { DomainId, SpaceName });
  const owner = UserProfileName ?? ofSpace?.wanted.OwnershipSettings?.OwnerUserProfileName;
  const isShared = ofSpace !== undefined && ofSpace.wanted.SpaceSharingSettings?.SharingType !== "Private";
  const user: UserSettings | undefined =
    owner === undefined || isShared
      ? undefined
      : (await userProfile.get(context, { DomainId, UserProfileName: owner })).wanted.UserSettings;
  const role =
    user?.ExecutionRole ??
    (isShared ? wanted.DefaultSpaceSettings?.ExecutionRole : undefined) ??
    wanted.DefaultUserSettings!.ExecutionRole!;
  await checkExecutionRole(context, role);
  const settings = { JupyterLab: "JupyterLabAppSettings", JupyterServer: "JupyterServerAppSettings" } as const;
  const member = settings[input.AppType as keyof typeof settings];
  const usual = isShared ? wanted.DefaultSpaceSettings : wanted.DefaultUserSettings;
  const specs = [input.ResourceSpec, ofSpace?.wanted.SpaceSettings?.[member]?.DefaultResourceSpec].concat(
    [user, usual].map((one) => one?.[member]?.DefaultResourceSpec),
  );
  for (const spec of specs)
    if (spec)
      refuseMembers(context, spec, "ResourceSpec.", [
        ...(["LifecycleConfigArn", "SageMakerImageArn", "SageMakerImageVersionArn"] as const),
        ...(["SageMakerImageVersionAlias", "TrainingPlanArn"] as const),
      ]);
  const asked = specs.find((spec) => spec?.InstanceType !== undefined)?.InstanceType;
  return {
    folder: of.actual,
    role,
    instanceType: asked === undefined || asked === "system" ? usualInstance : asked,
    change: await (SpaceName === undefined
      ? userProfile.put(context, of as ResourceDocument<never, FolderState>)
      : space.put(context, of as ResourceDocument<never, FolderState>)),
  };
}
