import { formatArn } from "../../../aws/arn.ts";
import { Fault, validationFault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import { type UserContext, userContext } from "../user-context.ts";

interface ContextState {
  readonly createdBy: UserContext;
  readonly lastModifiedBy: UserContext;
}

const mostProperties = 30;

/** A node of lineage that stands for something that others come from: a pipeline, an endpoint, a feature group. */
export const lineageContext = defineResource({
  service: "sagemaker",
  kind: "context",
  arn: "context/{ContextName}",
  title: "Context",
  tags: true,
  missing: ({ name }) => new Fault("ResourceNotFound", `Context '${name}' does not exist.`),
  existing: ({ name }) => validationFault(`Context '${name}' already exists.`),
  create: {
    operation: "CreateContext",
    async begin(_input, context): Promise<{ actual: ContextState }> {
      const by = userContext(context);
      return { actual: { createdBy: by, lastModifiedBy: by } };
    },
    output: (ContextArn) => ({ ContextArn }),
  },
  labels: { source: ({ wanted }) => wanted.Source?.SourceUri, type: ({ wanted }) => wanted.ContextType },
  describe: {
    operation: "DescribeContext",
    output: ({ wanted, actual, created, modified }, ContextArn) => ({
      ContextName: wanted.ContextName,
      ContextArn,
      Source: wanted.Source,
      ContextType: wanted.ContextType,
      Description: wanted.Description,
      Properties: wanted.Properties,
      CreationTime: new Date(created),
      CreatedBy: actual.createdBy,
      LastModifiedTime: new Date(modified),
      LastModifiedBy: actual.lastModifiedBy,
    }),
  },
  list: {
    operation: "ListContexts",
    member: "ContextSummaries",
    descending: true,
    filters: {
      SourceUri: "label source",
      ContextType: "label type",
      CreatedAfter: "created after",
      CreatedBefore: "created before",
    },
    summary: ({ wanted, created, modified }, ContextArn) => ({
      ContextArn,
      ContextName: wanted.ContextName,
      Source: wanted.Source,
      ContextType: wanted.ContextType,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateContext",
    change({ wanted, actual }, { Description, Properties, PropertiesToRemove = [] }, context) {
      const kept = Object.entries(Properties ?? wanted.Properties ?? {});
      const left = kept.filter(([name]) => !PropertiesToRemove.includes(name));
      if (left.length > mostProperties)
        throw validationFault(
          `A context has at most ${mostProperties} properties; this one would have ${left.length}.`,
        );
      return {
        wanted: {
          ...wanted,
          Description: Description ?? wanted.Description,
          Properties: Object.fromEntries(left),
        },
        actual: { ...actual, lastModifiedBy: userContext(context) },
      };
    },
    output: (ContextArn) => ({ ContextArn }),
  },
  delete: {
    operation: "DeleteContext",
    output: ({ key: { account, region, name } }) => ({
      ContextArn: formatArn({ service: "sagemaker", region, account, resource: `context/${name}` }),
    }),
  },
});
