import { parseArn } from "../../../aws/arn.ts";
import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
export type CreatePackage = InputOf<SageMaker, "CreateModelPackage">;
export type UpdatePackage = InputOf<SageMaker, "UpdateModelPackage">;
type AdditionalSpecification = NonNullable<CreatePackage["AdditionalInferenceSpecifications"]>[number];

const mostMetadata = 50;
const mostSpecifications = 15;

/** Checks what the API model cannot express about a new package, versioned or not. */
export function checkNewPackage(context: Context, input: CreatePackage): void {
  if (input.ModelPackageGroupName !== undefined && input.ModelPackageName !== undefined) {
    throw validationFault(
      "Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.",
    );
  }
  if (input.ModelPackageGroupName === undefined && input.ModelPackageName === undefined) {
    throw validationFault(
      "Missing ARN. Give ModelPackageGroupName for a version of a group, or ModelPackageName for a package of its own.",
    );
  }
  refuseMembers(context, input, "", [
    "ValidationSpecification",
    "SecurityConfig",
    "ManagedStorageType",
    "CertifyForMarketplace",
  ]);
  checkContents(context, input);
  addSpecifications([], input.AdditionalInferenceSpecifications ?? []);
}

/** Refuses tags on a version: it has the tags of its group. */
export function checkVersion({ Tags = [] }: CreatePackage): void {
  if (Tags.length === 0) return;
  throw validationFault("Tags are not supported in Model Package versions. Please add them to the Model Package Group");
}

/** Checks an unversioned package. It is made to be sold, so it must say more about its use, and has no approval. */
export function checkUnversioned(input: CreatePackage): void {
  const { InferenceSpecification: specification, ModelApprovalStatus: approval, SourceUri } = input;
  if (!specification) throw validationFault("InferenceSpecification is required for an unversioned model package.");
  for (const member of ["SupportedTransformInstanceTypes", "SupportedRealtimeInferenceInstanceTypes"] as const) {
    if (!specification[member]?.length)
      throw validationFault(`InferenceSpecification.${member} is required for an unversioned model package.`);
  }
  const containers = [input.InferenceSpecification, ...(input.AdditionalInferenceSpecifications ?? [])].flatMap(
    (one) => one?.Containers ?? [],
  );
  if (containers.some(({ Environment = {} }) => Object.keys(Environment).length > 0)) {
    throw validationFault(
      "1 validation errors detected:Environment variable map cannot be specified when using non-versioned ModelPackages",
    );
  }
  if (SourceUri !== undefined || containers.some(({ ModelDataSource }) => ModelDataSource !== undefined)) {
    throw validationFault("An unversioned model package cannot have SourceUri or ModelDataSource. Give ModelDataUrl.");
  }
  // The SDKs send PendingManualApproval with every package.
  if (approval !== undefined && approval !== "PendingManualApproval") throw neverApproved();
}

export const neverApproved = () =>
  validationFault(
    "ModelApprovalStatus does not apply to an unversioned model package. Only versions of a model package group are approved or rejected.",
  );

/** Checks the contents of a request that makes or changes a package. */
export function checkContents(
  context: Context,
  { InferenceSpecification: specification, SourceUri, ModelCard }: CreatePackage | UpdatePackage,
): void {
  if (specification?.Containers.some(({ AdditionalS3DataSource }) => AdditionalS3DataSource !== undefined))
    throw validationFault("AdditionalS3DataSource is not allowed in InferenceSpecification");
  if (SourceUri !== undefined) {
    if (specification)
      throw validationFault(
        "InferenceSpecification and SourceUri are both given. Give SourceUri by UpdateModelPackage.",
      );
    // AWS copies the package that such an ARN names.
    if (parseArn(SourceUri)?.service === "sagemaker") throw notBuilt(context, `SourceUri ${SourceUri}`);
  }
  if (ModelCard?.ModelCardContent !== undefined) readCard(ModelCard.ModelCardContent);
}

/** @throws Fault when the content is not a JSON object */
export function readCard(content: string): Readonly<Record<string, unknown>> {
  let card: unknown;
  try {
    card = JSON.parse(content);
  } catch {
    card = undefined;
  }
  if (typeof card === "object" && card !== null && !Array.isArray(card)) return card as Record<string, unknown>;
  throw validationFault("ModelCard.ModelCardContent must be a JSON object.");
}

/** Merges specifications by name. An identical one changes nothing, so that a request can be repeated. */
export function addSpecifications(
  present: readonly AdditionalSpecification[],
  added: readonly AdditionalSpecification[],
): readonly AdditionalSpecification[] {
  const byName = new Map(present.map((one) => [one.Name, one]));
  for (const one of added) {
    const other = byName.get(one.Name);
    if (other && JSON.stringify(other) !== JSON.stringify(one)) {
      throw validationFault(`An additional inference specification named "${one.Name}" exists; names must differ.`);
    }
    byName.set(one.Name, one);
  }
  if (byName.size <= mostSpecifications) return [...byName.values()];
  throw validationFault(
    `The model package would have ${byName.size} additional inference specifications; it may have at most ${mostSpecifications}.`,
  );
}

/** Removes keys, then sets the others. */
export function changeMetadata(
  present: Readonly<Record<string, string | undefined>>,
  { CustomerMetadataProperties: set = {}, CustomerMetadataPropertiesToRemove: removed = [] }: UpdatePackage,
): Record<string, string | undefined> {
  const kept = Object.entries(present).filter(([key]) => !removed.includes(key));
  const properties = { ...Object.fromEntries(kept), ...set };
  const count = Object.keys(properties).length;
  if (count <= mostMetadata) return properties;
  throw validationFault(
    `The model package would have ${count} customer metadata properties; it may have at most ${mostMetadata}.`,
  );
}
