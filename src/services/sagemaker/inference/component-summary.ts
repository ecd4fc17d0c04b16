import type { OutputOf } from "../../../wire/operations.ts";
import type { ActualComponent, ComponentFleet, Specification } from "./component-kind.ts";
import { instancesReady, type Variant } from "./endpoint-fleet.ts";
import { copyCount } from "./plan-component.ts";

type Described = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeInferenceComponent">;

/** @param variant what became of the specification; absent where it failed */
export function describeSpecification(
  specification: Specification,
  variant: Variant | undefined,
): Described["Specification"] {
  const { ModelName, Container, StartupParameters, ComputeResourceRequirements, DataCacheConfig, SchedulingConfig } =
    specification;
  const { Image, ArtifactUrl, Environment } = Container ?? {};
  const { container, resolved } = variant ?? {};
  return {
    ModelName,
    Container: {
      DeployedImage: {
        SpecifiedImage: Image ?? container?.Image,
        ResolvedImage: container?.Image,
        ResolutionTime: resolved === undefined ? undefined : new Date(resolved),
      },
      ArtifactUrl: ArtifactUrl ?? container?.ModelDataUrl,
      Environment: Environment ?? container?.Environment,
    },
    StartupParameters: variant && {
      ModelDataDownloadTimeoutInSeconds: variant.downloadSeconds,
      ContainerStartupHealthCheckTimeoutInSeconds: variant.startupSeconds,
      ...StartupParameters,
    },
    ComputeResourceRequirements,
    DataCacheConfig,
    SchedulingConfig,
  };
}

/** How many copies a component is to have, and how many of them answer. */
export function describeCopies(
  { serving, next }: ActualComponent,
  asked: number | undefined,
): Described["RuntimeConfig"] {
  const ready = (fleet: ComponentFleet | undefined) =>
    (fleet?.variants ?? []).reduce((sum, variant) => sum + instancesReady(variant), 0);
  return {
    DesiredCopyCount: copyCount(next ?? serving) ?? asked,
    CurrentCopyCount: ready(serving ?? next),
  };
}
