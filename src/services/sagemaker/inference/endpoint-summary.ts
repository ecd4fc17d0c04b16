import type { OutputOf } from "../../../wire/operations.ts";
import type { Deployment } from "./endpoint-deployment.ts";
import { type EndpointFleet, instancesReady, type Variant, weightOf } from "./endpoint-fleet.ts";
import type { HostingVariant } from "./hosting-variant.ts";
import { describeServerless } from "./serverless-config.ts";

type Described = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeEndpoint">;
type ProductionVariantSummary = NonNullable<Described["ProductionVariants"]>[number];

type VariantStatus = NonNullable<ProductionVariantSummary["VariantStatus"]>;

/** Describes a variant that gets traffic; during a deployment, what the former fleet still has of it. */
export const summaryOf = (variant: Variant, deployment?: Deployment): ProductionVariantSummary => ({
  ...capacityOf(variant),
  CurrentWeight: weightOf(variant) * (1 - (deployment?.share ?? 0)),
  VariantStatus: replacingOf(variant) ?? changingOf(variant, deployment),
});

/** Describes the variants of a fleet that answer, and those that get copies. */
export function variantsOf<Summary>(fleet: EndpointFleet, summary: (variant: Variant) => Summary) {
  const shadows = fleet.variants.filter(({ shadow }) => shadow);
  return {
    ProductionVariants: fleet.hosting
      ? fleet.hosting.map(hostingSummaryOf)
      : fleet.variants.filter(({ shadow }) => !shadow).map(summary),
    ShadowProductionVariants: shadows.length > 0 ? shadows.map(summary) : undefined,
  };
}

/** Describes a variant whose instances host inference components. */
const hostingSummaryOf = ({ name, weight, hosts, managed, routing, desired }: HostingVariant) => ({
  VariantName: name,
  CurrentWeight: weight,
  DesiredWeight: desired?.weight ?? weight,
  CurrentInstanceCount: hosts.length,
  DesiredInstanceCount: desired?.count ?? hosts.length,
  ManagedInstanceScaling: managed,
  RoutingConfig: { RoutingStrategy: routing ?? ("LEAST_OUTSTANDING_REQUESTS" as const) },
});

/** Returns when a fleet was asked for, if a model server says so. */
export const startedAt = ({ variants }: EndpointFleet): number | undefined => variants[0]?.resolved;

const capacityOf = (variant: Variant) => ({
  VariantName: variant.name,
  DeployedImages: deployedImagesOf(variant),
  DesiredWeight: variant.desired?.weight ?? weightOf(variant),
  ...(variant.serverless
    ? {
        CurrentServerlessConfig: describeServerless(variant.serverless),
        DesiredServerlessConfig: describeServerless(variant.desired?.serverless ?? variant.serverless),
      }
    : {
        CurrentInstanceCount: instancesReady(variant),
        DesiredInstanceCount: variant.desired?.count ?? variant.instances.length,
      }),
});

function changingOf({ desired }: Variant, deployment: Deployment | undefined): VariantStatus | undefined {
  if (deployment?.phase === "rolling back") return [{ Status: "Updating", StartTime: new Date(deployment.since) }];
  if (deployment?.phase === "terminating") return [{ Status: "Deleting", StartTime: new Date(deployment.since) }];
  return desired && [{ Status: "Updating" }];
}

/** Returns why a variant in service has fewer instances than it should: the last of them that ended. */
function replacingOf({ instances }: Variant): ProductionVariantSummary["VariantStatus"] {
  const ends = instances.flatMap(({ ready, lastEnd }) => (ready || !lastEnd ? [] : [lastEnd]));
  const last = ends.sort((a, b) => a.time - b.time).at(-1);
  if (!last) return undefined;
  return [{ Status: "Creating", StatusMessage: last.reason.slice(0, 1024), StartTime: new Date(last.time) }];
}

const statusOfPhase: Readonly<Record<Deployment["phase"], VariantStatus[number]["Status"]>> = {
  creating: "Creating",
  activating: "ActivatingTraffic",
  baking: "Baking",
  terminating: "Updating",
  "rolling back": "Deleting",
  stuck: "Updating",
};

/** Describes a variant of the fleet that is to get the traffic. */
export const pendingSummaryOf = (variant: Variant, deployment?: Deployment) => ({
  ...capacityOf(variant),
  CurrentWeight: weightOf(variant) * (deployment?.share ?? 0),
  VariantStatus:
    replacingOf(variant) ??
    ([
      {
        Status: statusOfPhase[deployment?.phase ?? "creating"],
        StartTime: new Date(deployment?.since ?? variant.resolved),
      },
    ] satisfies VariantStatus),
});

function deployedImagesOf({ container, resolved }: Variant) {
  return [{ SpecifiedImage: container.Image, ResolvedImage: container.Image, ResolutionTime: new Date(resolved) }];
}
