import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";
import { studioId } from "./studio-id.ts";
import { studioStatuses } from "./studio-statuses.ts";
import { checkUserSettings, mergeSettings } from "./user-settings.ts";

export type CreateDomain = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateDomain">;

export interface DomainState {
  readonly domainId: string;
  /** The volume of its users' and spaces' files. */
  readonly volume: string;
  /** The number of the newest folder of the volume; a number is never used again. */
  readonly lastFolder: number;
  /** Of a domain that is being deleted: whether its files stay. */
  readonly retains?: boolean;
}

export type DomainDocument = ResourceDocument<CreateDomain, DomainState>;

/** The number before the first folder, as AWS counts the users of a file system. */
const beforeFirstFolder = 200_000;

/** A name of a domain that is taken: of two domains of one name that are made at once, one is refused. */
export const domainName = defineKind<{ readonly DomainName: string }, { readonly domainId: string }>({
  service: "sagemaker",
  kind: "domain-name",
  key: ["DomainName"],
});

/** A domain of Studio: users and spaces with their settings, and the volume of their files. */
export const domain = defineResource({
  service: "sagemaker",
  kind: "domain",
  arn: "domain/{DomainId}",
  title: "Domain",
  tags: true,
  statuses: studioStatuses,
  running: ["Pending", "Deleting"],
  missing: ({ name }) => new Fault("ResourceNotFound", `Domain [${name}] does not exist.`),
  hasChildren: ({ arn }) =>
    new Fault("ResourceInUse", `Unable to delete ${arn}: delete its apps, spaces and user profiles first.`),
  create: {
    operation: "CreateDomain",
    async begin(input, context) {
      await checkDomain(input, context);
      const domainId = `d-${studioId(context)}`;
      const taken = domainName.key(context, { DomainName: input.DomainName! });
      if (await domainName.find(context, taken))
        throw new Fault(
          "ResourceInUse",
          `Resource Already Exists: Domain with name ${input.DomainName} already exists. Choose a different name.`,
        );
      const actual: DomainState = { domainId, volume: `fs-${studioId(context)}`, lastFolder: beforeFirstFolder };
      const now = context.clock.now();
      const name = {
        ...{ key: taken, id: context.ids.ulid(), created: now, modified: now },
        ...{ wanted: { DomainName: input.DomainName! }, actual: { domainId } },
      };
      return {
        ...{ status: "Pending" as const, variables: { DomainId: domainId }, actual },
        changes: [await domainName.put(context, name)],
      };
    },
    output: (DomainArn, { actual }) => ({ DomainArn, DomainId: actual.domainId }),
  },
  describe: {
    operation: "DescribeDomain",
    output: ({ wanted, actual, status, created, modified }, DomainArn, { settings }) => ({
      DomainArn,
      DomainId: actual.domainId,
      DomainName: wanted.DomainName,
      HomeEfsFileSystemId: actual.volume,
      Status: status as "InService",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      AuthMode: wanted.AuthMode,
      DefaultUserSettings: wanted.DefaultUserSettings,
      DomainSettings: wanted.DomainSettings,
      AppNetworkAccessType: "PublicInternetOnly" as const,
      HomeEfsFileSystemKmsKeyId: wanted.HomeEfsFileSystemKmsKeyId,
      SubnetIds: wanted.SubnetIds,
      Url: `${settings.endpoint()}/_studio/`,
      VpcId: wanted.VpcId,
      KmsKeyId: wanted.KmsKeyId,
      AppSecurityGroupManagement: wanted.AppSecurityGroupManagement,
      HomeEfsFileSystemCreation: "Enabled" as const,
      TagPropagation: wanted.TagPropagation ?? ("DISABLED" as const),
      DefaultSpaceSettings: wanted.DefaultSpaceSettings,
    }),
  },
  list: {
    operation: "ListDomains",
    member: "Domains",
    descending: false,
    summary: ({ wanted, actual, status, created, modified }, DomainArn) => ({
      DomainArn,
      DomainId: actual.domainId,
      DomainName: wanted.DomainName,
      Status: status as "InService",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateDomain",
    async change({ wanted }, { DomainId: _, DomainSettingsForUpdate, ...given }, context) {
      const next: CreateDomain = {
        ...wanted,
        ...given,
        DefaultUserSettings: { ...wanted.DefaultUserSettings, ...given.DefaultUserSettings },
        DefaultSpaceSettings: mergeSettings(wanted.DefaultSpaceSettings, given.DefaultSpaceSettings),
        DomainSettings: mergeSettings(wanted.DomainSettings, DomainSettingsForUpdate),
      };
      await checkDomain(next, context);
      return { wanted: next };
    },
    output: (DomainArn) => ({ DomainArn }),
  },
  delete: {
    operation: "DeleteDomain",
    begin: ({ actual }, _context, { RetentionPolicy }): { status: "Deleting"; actual: DomainState } => ({
      status: "Deleting",
      actual: { ...actual, retains: RetentionPolicy?.HomeEfsFileSystem !== "Delete" },
    }),
  },
});

/** @throws Fault for what no domain here can be */
async function checkDomain(input: CreateDomain, context: Context): Promise<void> {
  const { AuthMode, AppNetworkAccessType, HomeEfsFileSystemCreation, DomainSettings, DefaultUserSettings } = input;
  if (AuthMode === "SSO")
    throw notBuilt(context, "AuthMode SSO", "give IAM: users sign in by a link or with their key");
  if (AppNetworkAccessType === "VpcOnly")
    throw notBuilt(context, "AppNetworkAccessType VpcOnly", "give PublicInternetOnly or leave it out");
  if (HomeEfsFileSystemCreation === "Disabled")
    throw notBuilt(
      context,
      "HomeEfsFileSystemCreation Disabled",
      "leave it out: a volume costs nothing while it is empty",
    );
  if (DomainSettings) {
    refuseMembers(context, DomainSettings, "DomainSettings.", [
      "RStudioServerProDomainSettings",
      "TrustedIdentityPropagationSettings",
      "UnifiedStudioSettings",
    ]);
    if (DomainSettings.DockerSettings?.EnableDockerAccess === "ENABLED")
      throw notBuilt(context, "DomainSettings.DockerSettings.EnableDockerAccess ENABLED");
    if (DomainSettings.AmazonQSettings?.Status === "ENABLED")
      throw notBuilt(context, "DomainSettings.AmazonQSettings.Status ENABLED");
  }
  if (DefaultUserSettings?.ExecutionRole === undefined)
    throw validationFault(
      "DefaultUserSettings.ExecutionRole is missing: a domain needs the role that its users act as.",
    );
  await checkUserSettings(context, DefaultUserSettings, "DefaultUserSettings.");
  await checkUserSettings(context, input.DefaultSpaceSettings, "DefaultSpaceSettings.");
}
