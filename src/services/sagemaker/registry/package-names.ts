import { createKindNames, type KindNaming, type Variables } from "../../../frame/kind-naming.ts";
import type { ResourceKey } from "../../../stores/resources/port.ts";

/** A package has a name of its own, or is a version of a group. */
export const packageNaming = {
  service: "sagemaker",
  kind: "model-package",
  arn: ["model-package/{ModelPackageName}", "model-package/{ModelPackageGroupName}/{Version}"],
} as const satisfies KindNaming;

export const packageNames = createKindNames(packageNaming);

/** Returns the number of a version; undefined for a package with a name of its own. */
export function versionOf(key: ResourceKey): number | undefined {
  const { Version } = packageNames.variables(key);
  return Version === undefined ? undefined : Number(Version);
}

/**
 * Returns what an input names: a package by name, "GROUP/VERSION" or ARN, or the group of a version without a number
 * yet.
 */
export function packageVariables(input: Readonly<Record<string, unknown>>): Variables {
  const { ModelPackageName, ModelPackageArn, ModelPackageGroupName } = input;
  if (typeof ModelPackageGroupName === "string")
    return { ModelPackageGroupName: ModelPackageGroupName.split("/").at(-1)! };
  const named = ModelPackageArn ?? ModelPackageName;
  if (typeof named !== "string") return {};
  const [group, version] = named.split("/");
  if (named.startsWith("arn:") || version === undefined) return { ModelPackageName: named };
  return { ModelPackageGroupName: group!, Version: version };
}
