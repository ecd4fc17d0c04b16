import type { Context } from "../../../frame/context.ts";
import type { Changed } from "../../../frame/resource-definition.ts";
import { userContext } from "../user-context.ts";
import { type PackageDocument, type PackageState, type PackageWanted, stateChange } from "./package-document.ts";
import { versionOf } from "./package-names.ts";
import {
  addSpecifications,
  changeMetadata,
  checkContents,
  neverApproved,
  type UpdatePackage,
} from "./package-request.ts";

const replaced = ["SourceUri", "ModelLifeCycle", "ModelPackageRegistrationType", "InferenceSpecification"] as const;
const approval = ["ModelApprovalStatus", "ApprovalDescription"] as const;

/** Returns the change that UpdateModelPackage makes. For a version it also writes a state-change event. */
export function changePackage(
  document: PackageDocument,
  input: UpdatePackage,
  context: Context,
): Changed<PackageWanted, PackageState, "Completed"> {
  const isVersion = versionOf(document.key) !== undefined;
  if (!isVersion && approval.some((member) => input[member] !== undefined)) throw neverApproved();
  checkContents(context, input);
  const { CustomerMetadataProperties: set, CustomerMetadataPropertiesToRemove: removed } = input;
  const { AdditionalInferenceSpecificationsToAdd: added } = input;
  const { wanted } = document;
  const update: Partial<PackageWanted> = {
    ...Object.fromEntries(
      [...replaced, ...approval].flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
    ),
    // Its status may change alone.
    ...(input.ModelCard && { ModelCard: { ...wanted.ModelCard, ...input.ModelCard } }),
    ...((set || removed) && {
      CustomerMetadataProperties: changeMetadata(wanted.CustomerMetadataProperties ?? {}, input),
    }),
    ...(added && {
      AdditionalInferenceSpecifications: [...addSpecifications(wanted.AdditionalInferenceSpecifications ?? [], added)],
    }),
  };
  const after = {
    ...document,
    modified: context.clock.now(),
    wanted: { ...wanted, ...update },
    actual: { ...document.actual, modifiedBy: userContext(context) },
  };
  const events = isVersion && Object.keys(update).length > 0 ? [stateChange(after, Object.keys(update))] : [];
  return { wanted: after.wanted, actual: after.actual, events };
}
