import { formatArn, parseArn } from "../../../aws/arn.ts";
import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, parentText } from "../../../frame/define-kind.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { allDocuments, type ResourceChange, type ResourceKey } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { FeatureDefinition, FeatureType } from "./feature-definition.ts";

type UpdateMetadata = InputOf<typeof import("@aws-sdk/client-sagemaker"), "UpdateFeatureMetadata">;
type Parameter = NonNullable<UpdateMetadata["ParameterAdditions"]>[number];

interface Feature {
  readonly FeatureGroupName: string;
  readonly FeatureName: string;
  readonly FeatureType: FeatureType;
  readonly Description?: string | undefined;
  readonly Parameters?: readonly Parameter[] | undefined;
}

const mostParameters = 25;

const missing = ({ name }: { readonly name: string }) =>
  new Fault("ResourceNotFound", `Resource Not Found: Amazon SageMaker can't find the feature ${name}`);

/** A feature of a group as its own document: what people say of it, by which it is found. */
const kind = defineKind<Feature, Record<string, never>>({
  service: "sagemaker",
  kind: "feature-metadata",
  arn: "feature-group/{FeatureGroupName}/feature/{FeatureName}",
  search: "FeatureMetadata",
});

/** Names of groups may be ARNs. */
const groupName = (named: string): string => named.split("/").at(-1)!;
const groupArn = ({ account, region }: Place, named: string): string =>
  named.startsWith("arn:")
    ? named
    : formatArn({ service: "sagemaker", region, account, resource: `feature-group/${named.toLowerCase()}` });

const onGroup = (action: string) => (input: Readonly<Record<string, unknown>>, place: Place) => [
  { action: `sagemaker:${action}`, resource: groupArn(place, String(input.FeatureGroupName)) },
];

/** @throws Fault for a group of another place */
function checkPlace({ account, region }: Context, named: string): void {
  const arn = parseArn(named);
  if (arn && (arn.account !== account || arn.region !== region)) throw missing({ name: named });
}

export const featureMetadata = defineResourceOf(kind, {
  service: "sagemaker",
  missing,
  identify: ({ FeatureGroupName, FeatureName }) => ({
    FeatureGroupName: groupName(String(FeatureGroupName)),
    FeatureName: String(FeatureName),
  }),
  permissions: {
    DescribeFeatureMetadata: onGroup("DescribeFeatureMetadata"),
    UpdateFeatureMetadata: onGroup("UpdateFeatureMetadata"),
  },
  describe: {
    operation: "DescribeFeatureMetadata",
    async complete(input, context) {
      checkPlace(context, input.FeatureGroupName!);
      return input;
    },
    output: ({ key, wanted, created, modified }) => ({
      FeatureGroupArn: groupArn(key, wanted.FeatureGroupName),
      FeatureGroupName: wanted.FeatureGroupName,
      FeatureName: wanted.FeatureName,
      FeatureType: wanted.FeatureType,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      Description: wanted.Description,
      Parameters: [...(wanted.Parameters ?? [])],
    }),
  },
  update: {
    operation: "UpdateFeatureMetadata",
    change({ wanted }, input, context) {
      checkPlace(context, input.FeatureGroupName!);
      const { Description = wanted.Description, ParameterAdditions = [], ParameterRemovals = [] } = input;
      const parameters = new Map(wanted.Parameters?.map((parameter) => [parameter.Key!, parameter]));
      for (const key of ParameterRemovals) {
        if (!parameters.delete(key))
          throw validationFault(`ParameterRemovals has ${key}, which the feature ${wanted.FeatureName} does not have.`);
      }
      for (const parameter of ParameterAdditions) {
        if (parameter.Key === undefined || parameter.Value === undefined)
          throw validationFault("Every parameter of ParameterAdditions needs a Key and a Value.");
        parameters.set(parameter.Key, parameter);
      }
      if (parameters.size > mostParameters)
        throw validationFault(
          `A feature has at most ${mostParameters} parameters; ${wanted.FeatureName} would have ${parameters.size}.`,
        );
      return { wanted: { ...wanted, Description, Parameters: [...parameters.values()] } };
    },
    output: () => ({}),
  },
});

/** The changes that write the features of a group, or some that are added to it. */
export function featureAdditions(
  context: Context,
  group: { readonly key: ResourceKey; readonly name: string; readonly created: number },
  definitions: readonly FeatureDefinition[],
): Promise<ResourceChange[]> {
  const { key, name: FeatureGroupName, created } = group;
  return Promise.all(
    definitions.map(({ FeatureName, FeatureType }) =>
      kind.put(context, {
        key: kind.key(key, { FeatureGroupName, FeatureName: FeatureName! }),
        id: context.ids.ulid(),
        parent: parentText(key),
        origin: context.origin,
        ...{ created, modified: created },
        wanted: { FeatureGroupName, FeatureName: FeatureName!, FeatureType: FeatureType! },
        actual: {},
      }),
    ),
  );
}

/** The changes that remove the features of a group. */
export async function featureDeletions(
  { resources }: Pick<Context, "resources">,
  group: ResourceKey,
): Promise<ResourceChange[]> {
  const changes: ResourceChange[] = [];
  const { account, region } = group;
  for await (const { key, version } of allDocuments(resources, kind.name, {
    account,
    region,
    parent: parentText(group),
  }))
    changes.push({ delete: key, expected: version });
  return changes;
}
