import { mostEventBytes, type ResourceDocument, type ResourceEvent } from "../../../stores/resources/port.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import type { UserContext } from "../user-context.ts";
import { packageNames, versionOf } from "./package-names.ts";
import { type CreatePackage, readCard } from "./package-request.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type Described = OutputOf<SageMaker, "DescribeModelPackage">;
type Summary = NonNullable<OutputOf<SageMaker, "ListModelPackages">["ModelPackageSummaryList"]>[number];
type BatchSummary = NonNullable<OutputOf<SageMaker, "BatchDescribeModelPackage">["ModelPackageSummaries"]>[string];

/** The stored request. In a version, ModelPackageGroupName is always the group's name, never its ARN. */
export type PackageWanted = CreatePackage & { readonly ApprovalDescription?: string };

/** What users can make large. */
export const largeMembers = ["ModelCard", "InferenceSpecification", "AdditionalInferenceSpecifications"] as const;

export interface PackageState {
  readonly createdBy: UserContext;
  /** The last caller to change it; absent until the first change. */
  readonly modifiedBy?: UserContext;
}

export type PackageDocument = ResourceDocument<PackageWanted, PackageState>;

/** What the lists show is known before the document is written. */
type Shown = Omit<PackageDocument, "version" | "schema">;

/** What is known of a package where its large members are not. */
type Listed = Pick<Shown, "key" | "created"> & { readonly wanted: Omit<PackageWanted, (typeof largeMembers)[number]> };

/** Returns what the lists show; Describe shows it first, and more. */
export const summarize = ({ wanted, key, created }: Listed, ModelPackageArn: string): Summary => ({
  ModelPackageName: wanted.ModelPackageName,
  ModelPackageGroupName: wanted.ModelPackageGroupName,
  ModelPackageVersion: versionOf(key),
  ModelPackageRegistrationType: wanted.ModelPackageRegistrationType,
  ModelPackageArn,
  ModelPackageDescription: wanted.ModelPackageDescription,
  CreationTime: new Date(created),
  // Nothing is validated: ValidationSpecification is refused.
  ModelPackageStatus: "Completed",
  ModelApprovalStatus: wanted.ModelApprovalStatus,
  ModelLifeCycle: wanted.ModelLifeCycle,
});

export function describePackage(document: Shown, arn: string): Described {
  const { wanted, actual, modified } = document;
  return {
    ...summarize(document, arn),
    // A version has no name of its own; AWS leaves the member out too, though its model requires it.
    ModelPackageName: wanted.ModelPackageName as string,
    InferenceSpecification: wanted.InferenceSpecification,
    AdditionalInferenceSpecifications: wanted.AdditionalInferenceSpecifications,
    SourceAlgorithmSpecification: wanted.SourceAlgorithmSpecification,
    SourceUri: wanted.SourceUri,
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    CertifyForMarketplace: false,
    SkipModelValidation: wanted.SkipModelValidation ?? "None",
    ApprovalDescription: wanted.ApprovalDescription,
    MetadataProperties: wanted.MetadataProperties,
    ModelMetrics: wanted.ModelMetrics,
    DriftCheckBaselines: wanted.DriftCheckBaselines,
    CustomerMetadataProperties: wanted.CustomerMetadataProperties,
    Domain: wanted.Domain,
    Task: wanted.Task,
    SamplePayloadUrl: wanted.SamplePayloadUrl,
    ModelCard: wanted.ModelCard,
    CreatedBy: actual.createdBy,
    LastModifiedTime: new Date(modified),
    LastModifiedBy: actual.modifiedBy,
  };
}

/** Returns the entry of a version in BatchDescribeModelPackage, which describes versions only. */
export function describeInBatch({ wanted, ...document }: PackageDocument, arn: string): BatchSummary {
  const { ModelPackageName: _none, ModelLifeCycle: _stage, ...summary } = summarize({ wanted, ...document }, arn);
  return {
    ...summary,
    ModelPackageGroupName: wanted.ModelPackageGroupName!,
    InferenceSpecification: wanted.InferenceSpecification!,
  };
}

/** The members of a model card that IncludedData MetadataOnly keeps. */
const cardMetadata: Readonly<Record<string, readonly string[]>> = {
  model_overview: ["model_id", "model_name"],
  intended_uses: ["risk_rating"],
  model_package_details: ["model_package_group_name", "model_package_arn"],
};

export function withCardMetadataOnly(described: Described): Described {
  const content = described.ModelCard?.ModelCardContent;
  if (content === undefined) return described;
  const card = readCard(content);
  const kept: Record<string, object> = {};
  for (const [section, members] of Object.entries(cardMetadata)) {
    const inside = Object.entries(card[section] ?? {}).filter(([member]) => members.includes(member));
    if (inside.length > 0) kept[section] = Object.fromEntries(inside);
  }
  return { ...described, ModelCard: { ...described.ModelCard, ModelCardContent: JSON.stringify(kept) } };
}

/**
 * Returns the event for EventBridge when a version is made or changed. `updated`: the members that a request changed.
 * Large members that do not fit into an event are left out.
 */
export function stateChange(document: Shown, updated?: readonly string[]): ResourceEvent {
  const { ModelCard: _card, ...described } = describePackage(document, packageNames.arn(document.key));
  const { InferenceSpecification: _one, AdditionalInferenceSpecifications: _more, ...small } = described;
  const fits = Buffer.byteLength(JSON.stringify(described)) < mostEventBytes / 2;
  const detail = { ...(fits ? described : small), UpdatedModelPackageFields: updated };
  return {
    type: "SageMaker Model Package State Change",
    key: document.key,
    detail: JSON.parse(JSON.stringify(detail)),
  };
}
