import { Fault } from "../../../aws/faults.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";
import { domain } from "./domain.ts";
import { refuseWithApps } from "./refuse-with-apps.ts";
import { studioStatuses } from "./studio-statuses.ts";
import { checkUserSettings, mergeSettings } from "./user-settings.ts";
import { type FolderState, numberFolder } from "./volume-folder.ts";

export type CreateUserProfile = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateUserProfile">;
export type UserProfileDocument = ResourceDocument<CreateUserProfile, FolderState>;

/** A user of a domain: the role and settings that differ from the domain's, and a folder of files. */
export const userProfile = defineResource({
  service: "sagemaker",
  kind: "user-profile",
  arn: "user-profile/{DomainId}/{UserProfileName}",
  title: "User profile",
  tags: true,
  parent: { kind: "sagemaker/domain", deletion: "refused" },
  statuses: studioStatuses,
  running: ["Pending", "Deleting"],
  shownReason: ({ actual }: { readonly actual: FolderState }) => actual.failureReason,
  labels: {
    domain: ({ actual }: { readonly actual: FolderState }) => actual.domainId,
    name: ({ wanted }) => wanted.UserProfileName,
  },
  missing: ({ arn }) => new Fault("ResourceNotFound", `UserProfile [${arn}] does not exist.`),
  existing: ({ name }) =>
    new Fault(
      "ResourceInUse",
      `Resource Already Exists: UserProfile with name ${name} already exists in this domain. Choose a different name.`,
    ),
  create: {
    operation: "CreateUserProfile",
    async begin(input, context) {
      refuseMembers(context, input, "", ["SingleSignOnUserIdentifier", "SingleSignOnUserValue"]);
      await checkUserSettings(context, input.UserSettings, "UserSettings.");
      const of = await domain.get(context, { DomainId: input.DomainId! });
      const { state, change } = await numberFolder(context, of);
      return { status: "Pending" as const, parent: of, actual: state, changes: [change] };
    },
    output: (UserProfileArn) => ({ UserProfileArn }),
  },
  describe: {
    operation: "DescribeUserProfile",
    output: ({ wanted, actual, status, created, modified }, UserProfileArn) => ({
      DomainId: actual.domainId,
      UserProfileArn,
      UserProfileName: wanted.UserProfileName,
      HomeEfsFileSystemUid: actual.folder,
      Status: status as "InService",
      LastModifiedTime: new Date(modified),
      CreationTime: new Date(created),
      FailureReason: actual.failureReason,
      UserSettings: wanted.UserSettings,
    }),
  },
  list: {
    operation: "ListUserProfiles",
    member: "UserProfiles",
    descending: false,
    filters: { DomainIdEquals: "label domain", UserProfileNameContains: "label name contains" },
    summary: ({ wanted, actual, status, created, modified }) => ({
      DomainId: actual.domainId,
      UserProfileName: wanted.UserProfileName,
      Status: status as "InService",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateUserProfile",
    async change({ wanted }, { UserSettings }, context) {
      await checkUserSettings(context, UserSettings, "UserSettings.");
      return { wanted: { ...wanted, UserSettings: mergeSettings(wanted.UserSettings, UserSettings) } };
    },
    output: (UserProfileArn) => ({ UserProfileArn }),
  },
  delete: {
    operation: "DeleteUserProfile",
    async begin({ key, wanted, actual }, context) {
      const { documents } = await context.resources.list("sagemaker/space", {
        ...{ account: key.account, region: key.region, limit: 1 },
        ...{ parent: parentText(domain.key(context, { DomainId: actual.domainId })) },
        labels: { owner: wanted.UserProfileName!.toLowerCase() },
      });
      if (documents.length > 0)
        throw new Fault(
          "ResourceInUse",
          `Unable to delete the user profile ${wanted.UserProfileName}: delete the spaces that it owns first.`,
        );
      const labels = { domain: actual.domainId, user: wanted.UserProfileName!.toLowerCase() };
      await refuseWithApps(context, key, labels, `the user profile ${wanted.UserProfileName}`);
      return { status: "Deleting" as const };
    },
  },
});
