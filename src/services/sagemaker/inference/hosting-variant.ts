import type { Context } from "../../../frame/context.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import type { CopyNeeds } from "./copy-needs.ts";

type Config = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeEndpointConfig">;
type ConfiguredVariant = Config["ProductionVariants"][number];
export type ManagedScaling = NonNullable<ConfiguredVariant["ManagedInstanceScaling"]>;

/** A variant without a model: its instances host the copies of inference components. */
export interface HostingVariant {
  readonly name: string;
  readonly instanceType: string;
  readonly volumeGigabytes?: number;
  readonly networkIsolation?: boolean;
  /** The role as which the copies act. */
  readonly role: string;
  readonly weight: number;
  readonly routing?: "RANDOM";
  readonly startupSeconds?: number;
  readonly downloadSeconds?: number;
  /** How its instances follow what the components need; absent: their number is what it was set to. */
  readonly managed?: ManagedScaling;
  readonly hosts: readonly Host[];
  /** What the variant was asked to become, until it is so. */
  readonly desired?: { readonly weight: number; readonly count: number };
}

/** An instance of such a variant. Nothing runs on it but the copies: on this machine it is a share of its room. */
export interface Host {
  readonly id: string;
  /** What each component has of it, by the component's name. */
  readonly claims: Readonly<Record<string, Claim>>;
}

/** What all copies of a component on an instance take together. */
export interface Claim extends CopyNeeds {
  readonly copies: number;
  /** Whether some of it is about to be given back. */
  readonly leaving?: true;
}

export const newInstanceId = ({ ids }: Pick<Context, "ids">): string =>
  `i-${ids.uuid().replaceAll("-", "").slice(0, 17)}`;

export const newHost = (context: Pick<Context, "ids">): Host => ({ id: newInstanceId(context), claims: {} });

export const isManaged = ({ managed }: HostingVariant): boolean => managed?.Status === "ENABLED";

/** The fewest and the most instances that a variant may have. */
export function hostLimits(variant: HostingVariant): { readonly least: number; readonly most: number } {
  const count = variant.hosts.length;
  const { MinInstanceCount = 1, MaxInstanceCount = Number.POSITIVE_INFINITY } = variant.managed ?? {};
  return isManaged(variant) ? { least: MinInstanceCount, most: MaxInstanceCount } : { least: count, most: count };
}

/** @param before the variants whose numbers of instances are retained */
export function planHosting(
  context: Context,
  config: Config,
  configured: ConfiguredVariant,
  before: readonly HostingVariant[] | undefined,
): HostingVariant {
  const { ManagedInstanceScaling: managed, InitialInstanceCount = 1 } = configured;
  const count = before?.find(({ name }) => name === configured.VariantName)?.hosts.length ?? InitialInstanceCount;
  return {
    name: configured.VariantName!,
    instanceType: configured.InstanceType!,
    ...(configured.VolumeSizeInGB ? { volumeGigabytes: configured.VolumeSizeInGB } : {}),
    ...(config.EnableNetworkIsolation ? { networkIsolation: true } : {}),
    role: config.ExecutionRoleArn!,
    weight: configured.InitialVariantWeight ?? 1,
    ...(configured.RoutingConfig?.RoutingStrategy === "RANDOM" ? { routing: "RANDOM" as const } : {}),
    startupSeconds: configured.ContainerStartupHealthCheckTimeoutInSeconds,
    downloadSeconds: configured.ModelDataDownloadTimeoutInSeconds,
    ...(managed && { managed }),
    hosts: Array.from({ length: count }, () => newHost(context)),
  };
}

/** Returns how many copies of components are on the instances, but those of one. */
export const copiesOn = (variants: readonly HostingVariant[] = [], but?: string): number =>
  variants.reduce(
    (sum, { hosts }) =>
      sum +
      hosts.reduce(
        (copies, { claims }) =>
          copies + Object.entries(claims).reduce((own, [name, claim]) => own + (name === but ? 0 : claim.copies), 0),
        0,
      ),
    0,
  );
