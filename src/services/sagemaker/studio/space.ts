import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";
import { domain } from "./domain.ts";
import { refuseWithApps } from "./refuse-with-apps.ts";
import { studioStatuses } from "./studio-statuses.ts";
import { userProfile } from "./user-profile.ts";
import { mergeSettings } from "./user-settings.ts";
import { type FolderState, numberFolder } from "./volume-folder.ts";

export type CreateSpace = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateSpace">;
export type SpaceDocument = ResourceDocument<CreateSpace, FolderState>;

/** A place in which apps run: one user's own or shared by all of the domain, with a folder of files. */
export const space = defineResource({
  service: "sagemaker",
  kind: "space",
  arn: "space/{DomainId}/{SpaceName}",
  title: "Space",
  tags: true,
  parent: { kind: "sagemaker/domain", deletion: "refused" },
  statuses: studioStatuses,
  running: ["Pending", "Deleting"],
  shownReason: ({ actual }: { readonly actual: FolderState }) => actual.failureReason,
  labels: {
    domain: ({ actual }: { readonly actual: FolderState }) => actual.domainId,
    name: ({ wanted }) => wanted.SpaceName,
    owner: ({ wanted }) => wanted.OwnershipSettings?.OwnerUserProfileName?.toLowerCase(),
  },
  missing: ({ arn }) => new Fault("ResourceNotFound", `Space [${arn}] does not exist.`),
  existing: ({ name }) =>
    new Fault(
      "ResourceInUse",
      `Resource Already Exists: Space with name ${name} already exists in this domain. Choose a different name.`,
    ),
  create: {
    operation: "CreateSpace",
    async begin(input, context) {
      checkSpaceSettings(context, input.SpaceSettings);
      const of = await domain.get(context, { DomainId: input.DomainId! });
      const owner = await ownerChange(context, input);
      const { state, change } = await numberFolder(context, of);
      return { status: "Pending" as const, parent: of, actual: state, changes: [change, ...owner] };
    },
    output: (SpaceArn) => ({ SpaceArn }),
  },
  describe: {
    operation: "DescribeSpace",
    output: ({ wanted, actual, status, created, modified }, SpaceArn, { settings }) => ({
      DomainId: actual.domainId,
      SpaceArn,
      SpaceName: wanted.SpaceName,
      HomeEfsFileSystemUid: actual.folder,
      Status: status as "InService",
      LastModifiedTime: new Date(modified),
      CreationTime: new Date(created),
      FailureReason: actual.failureReason,
      SpaceSettings: wanted.SpaceSettings,
      OwnershipSettings: wanted.OwnershipSettings,
      SpaceSharingSettings: wanted.SpaceSharingSettings,
      SpaceDisplayName: wanted.SpaceDisplayName,
      Url: `${settings.endpoint()}/_studio/`,
    }),
  },
  list: {
    operation: "ListSpaces",
    member: "Spaces",
    descending: false,
    filters: { DomainIdEquals: "label domain", SpaceNameContains: "label name contains" },
    summary: ({ wanted, actual, status, created, modified }) => ({
      DomainId: actual.domainId,
      SpaceName: wanted.SpaceName,
      Status: status as "InService",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      SpaceSettingsSummary: wanted.SpaceSettings && {
        AppType: wanted.SpaceSettings.AppType,
        RemoteAccess: wanted.SpaceSettings.RemoteAccess,
        SpaceStorageSettings: wanted.SpaceSettings.SpaceStorageSettings,
      },
      SpaceSharingSettingsSummary: wanted.SpaceSharingSettings,
      OwnershipSettingsSummary: wanted.OwnershipSettings,
      SpaceDisplayName: wanted.SpaceDisplayName,
    }),
  },
  update: {
    operation: "UpdateSpace",
    change({ wanted }, { SpaceSettings, SpaceDisplayName = wanted.SpaceDisplayName }, context) {
      checkSpaceSettings(context, SpaceSettings);
      const settings = mergeSettings(wanted.SpaceSettings, SpaceSettings);
      const before = wanted.SpaceSettings?.SpaceStorageSettings?.EbsStorageSettings?.EbsVolumeSizeInGb;
      const after = settings?.SpaceStorageSettings?.EbsStorageSettings?.EbsVolumeSizeInGb;
      if (before !== undefined && after !== undefined && after < before)
        throw validationFault(`EbsVolumeSizeInGb can only grow: it is ${before}, and ${after} is asked for.`);
      return { wanted: { ...wanted, SpaceDisplayName, SpaceSettings: settings } };
    },
    output: (SpaceArn) => ({ SpaceArn }),
  },
  delete: {
    operation: "DeleteSpace",
    async begin({ key, wanted, actual }, context) {
      const labels = { domain: actual.domainId, space: wanted.SpaceName!.toLowerCase() };
      await refuseWithApps(context, key, labels, `the space ${wanted.SpaceName}`);
      return { status: "Deleting" as const };
    },
  },
});

function checkSpaceSettings(context: Context, settings: CreateSpace["SpaceSettings"]): void {
  if (settings === undefined) return;
  refuseMembers(context, settings, "SpaceSettings.", ["CustomFileSystems"]);
  if (settings.RemoteAccess === "ENABLED") refuseMembers(context, settings, "SpaceSettings.", ["RemoteAccess"]);
}

/**
 * The owner's profile is written with a space that it owns, unchanged: its deletion, which looks for spaces and expects the
 * profile that it read, then begins again.
 */
async function ownerChange(context: Context, input: CreateSpace): Promise<readonly ResourceChange[]> {
  const { OwnershipSettings, SpaceSharingSettings } = input;
  if ((OwnershipSettings === undefined) !== (SpaceSharingSettings === undefined))
    throw validationFault(
      "OwnershipSettings and SpaceSharingSettings are given together: who owns the space, and whether it is Private or Shared.",
    );
  if (OwnershipSettings === undefined) return [];
  const owner = await userProfile.get(context, {
    ...{ DomainId: input.DomainId, UserProfileName: OwnershipSettings.OwnerUserProfileName },
  });
  const refusal = userProfile.status(owner).refusesChild;
  if (refusal) throw refusal(userProfile.subject(owner.key, { ...owner.wanted }, owner.status));
  return [await userProfile.put(context, owner)];
}
