import type { OutputOf } from "../../../wire/operations.ts";
import type { Variant } from "./endpoint-fleet.ts";

type Described = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeEndpoint">;
type ProductionVariantSummary = NonNullable<Described["ProductionVariants"]>[number];

/** Describes a variant that gets traffic. */
export const summaryOf = (variant: Variant): ProductionVariantSummary => ({
  VariantName: variant.name,
  DeployedImages: deployedImagesOf(variant),
  CurrentWeight: variant.weight,
  DesiredWeight: variant.desired?.weight ?? variant.weight,
  CurrentInstanceCount: variant.instances.filter(({ ready }) => ready).length,
  DesiredInstanceCount: variant.desired?.count ?? variant.instances.length,
  VariantStatus: replacingOf(variant),
});

/** Returns why a variant in service has fewer instances than it should: the last of them that ended. */
function replacingOf({ instances }: Variant): ProductionVariantSummary["VariantStatus"] {
  const ends = instances.flatMap(({ ready, lastEnd }) => (ready || !lastEnd ? [] : [lastEnd]));
  const last = ends.sort((a, b) => a.time - b.time).at(-1);
  if (!last) return undefined;
  return [{ Status: "Creating", StatusMessage: last.reason.slice(0, 1024), StartTime: new Date(last.time) }];
}

/** Describes a variant that is to get traffic. */
export const pendingSummaryOf = (variant: Variant) => ({ ...summaryOf(variant), CurrentWeight: 0 });

function deployedImagesOf({ container, resolved }: Variant) {
  return [{ SpecifiedImage: container.Image, ResolvedImage: container.Image, ResolutionTime: new Date(resolved) }];
}
