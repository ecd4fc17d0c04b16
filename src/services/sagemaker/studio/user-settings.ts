import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { refuseMembers } from "../not-built.ts";

type Client = typeof import("@aws-sdk/client-sagemaker");
export type UserSettings = NonNullable<InputOf<Client, "CreateUserProfile">["UserSettings"]>;
export type DefaultSpaceSettings = NonNullable<InputOf<Client, "CreateDomain">["DefaultSpaceSettings"]>;

/**
 * Checks settings of users or spaces.
 *
 * @param path names them in a refusal: "UserSettings."
 * @throws Fault
 */
export async function checkUserSettings(
  context: Context,
  settings: UserSettings | DefaultSpaceSettings | undefined,
  path: string,
): Promise<void> {
  if (settings === undefined) return;
  // Settings of kinds of apps that do not run are kept: they apply to no app.
  refuseMembers(context, settings as UserSettings, `${path}`, ["CustomPosixUserConfig", "CustomFileSystemConfigs"]);
  await checkExecutionRole(context, settings.ExecutionRole);
  const storage = settings.SpaceStorageSettings?.DefaultEbsStorageSettings;
  if (storage && storage.DefaultEbsVolumeSizeInGb! > storage.MaximumEbsVolumeSizeInGb!)
    throw validationFault(
      `${path}SpaceStorageSettings.DefaultEbsStorageSettings: DefaultEbsVolumeSizeInGb ${storage.DefaultEbsVolumeSizeInGb} is above MaximumEbsVolumeSizeInGb ${storage.MaximumEbsVolumeSizeInGb}.`,
    );
}

/** Settings after an update: each member that is given takes the place of the one before. */
export const mergeSettings = <Settings extends object>(
  before: Settings | undefined,
  given: Settings | undefined,
): Settings | undefined => (given === undefined ? before : ({ ...before, ...given } as Settings));
