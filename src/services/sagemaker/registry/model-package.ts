import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { Permission } from "../../../frame/permissions.ts";
import type { Resource } from "../../../frame/resource-definition.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { userContext } from "../user-context.ts";
import { changePackage } from "./change-package.ts";
import { countVersion, ownGroup } from "./model-package-group.ts";
import {
  describeInBatch,
  describePackage,
  largeMembers,
  type PackageDocument,
  type PackageState,
  type PackageWanted,
  stateChange,
  summarize,
  withCardMetadataOnly,
} from "./package-document.ts";
import { packageNames, packageNaming, packageVariables, versionOf } from "./package-names.ts";
import { type CreatePackage, checkNewPackage, checkUnversioned, checkVersion } from "./package-request.ts";
import { withSourceAlgorithm } from "./source-algorithm.ts";

type Packages = Resource<PackageWanted, PackageState>;
type BatchDescribed = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "BatchDescribeModelPackage">;

/** A model in the registry: its containers, its quality and, for a version, whether it may be deployed. */
export const modelPackage = defineResource({
  ...packageNaming,
  title: "Model package",
  parent: { kind: "sagemaker/model-package-group", deletion: "refused" },
  statuses: { Completed: { final: true } },
  tags: packageNaming.arn[0],
  search: "ModelPackage",
  large: largeMembers,
  labels: {
    approval: ({ wanted }: PackageDocument) => wanted.ModelApprovalStatus,
    versioned: ({ key }) => versionOf(key) !== undefined,
    /** Versions are sorted by the name of their group, and in it by number. */
    name: ({ wanted }) => (wanted.ModelPackageName ?? wanted.ModelPackageGroupName!).toLowerCase(),
  },
  identify: packageVariables,
  // AWS's text is the part after the colon; the SDK matches the part before it.
  missing: ({ arn }) => validationFault(`Could not find model package: ModelPackage ${arn} does not exist.`),
  existing: ({ arn }) => validationFault(`ModelPackage already exists with the ARN ${arn}.`),
  create: {
    operation: "CreateModelPackage",
    token: "ClientToken",
    async begin(given, context) {
      const input = await withSourceAlgorithm(given, context);
      checkNewPackage(context, input);
      return input.ModelPackageGroupName === undefined
        ? beginUnversioned(input, context)
        : beginVersion(input, input.ModelPackageGroupName, context);
    },
    output: (ModelPackageArn) => ({ ModelPackageArn }),
  },
  describe: {
    operation: "DescribeModelPackage",
    output(document, arn, _context, { IncludedData }) {
      const described = describePackage(document, arn);
      return IncludedData === "MetadataOnly" ? withCardMetadataOnly(described) : described;
    },
  },
  list: {
    operation: "ListModelPackages",
    member: "ModelPackageSummaryList",
    descending: false,
    async within({ ModelPackageGroupName, ModelPackageType: type }, context) {
      if (ModelPackageGroupName === undefined)
        return type === "Both" ? {} : { labels: { versioned: Number(type === "Versioned") } };
      const { key } = await ownGroup(context, ModelPackageGroupName);
      return type === "Unversioned" ? "nothing" : { parent: parentText(key) };
    },
    filters: {
      NameContains: "label name contains",
      ModelApprovalStatus: "label approval",
      ModelPackageGroupName: () => undefined,
      ModelPackageType: () => undefined,
    },
    sorts: { Name: "label:name" },
    summary: summarize,
  },
  update: {
    operation: "UpdateModelPackage",
    change: changePackage,
    output: (ModelPackageArn) => ({ ModelPackageArn }),
  },
  delete: { operation: "DeleteModelPackage" },
  operations: {
    async BatchDescribeModelPackage({ ModelPackageArnList }, context, packages) {
      const described: Required<BatchDescribed> = { ModelPackageSummaries: {}, BatchDescribeModelPackageErrorMap: {} };
      await Promise.all(ModelPackageArnList.map((arn) => addToBatch(described, arn, context, packages)));
      return described;
    },
  },
  permissions: {
    ListModelPackages: (input, place) => [
      {
        action: "sagemaker:ListModelPackages",
        resource: packageNames.pattern(place, packageVariables(input)),
      },
    ],
    BatchDescribeModelPackage: ({ ModelPackageArnList = [] }: { ModelPackageArnList?: readonly string[] }) =>
      ModelPackageArnList.map(describingInBatch),
  },
});

const describingInBatch = (resource: string): Permission => ({
  action: "sagemaker:BatchDescribeModelPackage",
  resource,
  byHandler: true,
});

const beginUnversioned = (input: CreatePackage, context: Context) => {
  checkUnversioned(input);
  const wanted: PackageWanted = { ...input, Tags: input.Tags ?? [], ModelApprovalStatus: undefined };
  const actual: PackageState = { createdBy: userContext(context) };
  return { status: "Completed" as const, wanted, actual };
};

/** Counts the version in the group's document in the same batch, so that concurrent requests get different numbers. */
async function beginVersion(input: CreatePackage, named: string, context: Context) {
  checkVersion(input);
  const group = await ownGroup(context, named);
  const { version, counted } = await countVersion(context, group);
  const { ModelPackageGroupName } = group.wanted;
  const variables = { ModelPackageGroupName, Version: String(version) };
  const wanted: PackageWanted = {
    ...input,
    ModelPackageGroupName,
    ModelApprovalStatus: input.ModelApprovalStatus ?? "PendingManualApproval",
    Tags: [],
  };
  const actual: PackageState = { createdBy: userContext(context) };
  const now = context.clock.now();
  const made = { key: packageNames.key(group.key, variables), id: "", created: now, modified: now, wanted, actual };
  return {
    variables,
    parent: group,
    status: "Completed" as const,
    wanted,
    actual,
    changes: [counted],
    events: [stateChange(made)],
  };
}

/** Adds the package that an ARN names, or the error for it. */
async function addToBatch(
  described: Required<BatchDescribed>,
  arn: string,
  context: Context,
  packages: Packages,
): Promise<void> {
  try {
    const { refusal } = context.decide(describingInBatch(arn));
    if (refusal !== undefined) throw new Fault("AccessDeniedException", refusal);
    const document = await packages.get(context, { ModelPackageArn: arn });
    if (versionOf(document.key) === undefined)
      throw validationFault(
        `ModelPackage ${arn} is not a version of a model package group. Describe it by DescribeModelPackage.`,
      );
    described.ModelPackageSummaries![arn] = describeInBatch(document, packages.arn(document.key));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    described.BatchDescribeModelPackageErrorMap![arn] = { ErrorCode: error.code, ErrorResponse: error.message };
  }
}
