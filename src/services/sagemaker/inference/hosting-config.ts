import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";

type Config = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateEndpointConfig">;
type Variant = Config["ProductionVariants"][number];

/** Checks a configuration whose variants have no model, for inference components. @throws Fault */
export function checkHosting(context: Context, config: Config): void {
  const { ProductionVariants: variants, ExecutionRoleArn, ShadowProductionVariants = [] } = config;
  const named = variants.find(({ ModelName }) => ModelName !== undefined);
  if (named)
    throw validationFault(
      `Production variant "${named.VariantName}" has a ModelName and others have none: an endpoint hosts models or inference components.`,
    );
  if (ShadowProductionVariants.length > 0)
    throw validationFault("ShadowProductionVariants are not for endpoints that host inference components.");
  if (ExecutionRoleArn === undefined)
    throw validationFault(
      "ExecutionRoleArn is required for an endpoint configuration whose production variants have no ModelName.",
    );
  for (const variant of variants) checkVariant(context, variant);
}

function checkVariant(context: Context, variant: Variant): void {
  const { VariantName, InstanceType, InitialInstanceCount, ServerlessConfig } = variant;
  const refuse = (what: string): never => {
    throw validationFault(`Production variant "${VariantName}": ${what}`);
  };
  refuseMembers(context, variant, `ProductionVariant ${VariantName}: `, [
    "InstancePools",
    "AcceleratorType",
    "CapacityReservationConfig",
  ]);
  checkRouting(context, variant);
  if (ServerlessConfig) refuse("a serverless variant needs a ModelName; it hosts no inference components.");
  if (InstanceType === undefined || InitialInstanceCount === undefined)
    refuse("it needs InstanceType and InitialInstanceCount.");
  checkScaling(context, variant, refuse);
}

/** @throws Fault for a way of choosing who answers that there is not here */
export function checkRouting(context: Context, { RoutingConfig }: Pick<Variant, "RoutingConfig">): void {
  if (RoutingConfig?.RoutingStrategy === "PREFIX_AWARE")
    throw notBuilt(context, "RoutingStrategy PREFIX_AWARE", "use LEAST_OUTSTANDING_REQUESTS or RANDOM");
}

function checkScaling(
  context: Context,
  { ManagedInstanceScaling: scaling, InitialInstanceCount: count = 1 }: Variant,
  refuse: (what: string) => never,
): void {
  if (scaling?.Status !== "ENABLED") return;
  const { MinInstanceCount: least = 1, MaxInstanceCount: most, ScaleInPolicy: policy } = scaling;
  if (policy?.Strategy === "CONSOLIDATION")
    refuseMembers(context, scaling, "ManagedInstanceScaling.", ["ScaleInPolicy"]);
  if (most !== undefined && least > most)
    refuse(`MinInstanceCount ${least} of ManagedInstanceScaling is greater than its MaxInstanceCount ${most}.`);
  if (count < least || (most !== undefined && count > most))
    refuse(
      `InitialInstanceCount ${count} is not between MinInstanceCount ${least} and MaxInstanceCount ${most ?? "(none)"} of ManagedInstanceScaling.`,
    );
}
