import { Fault } from "../aws/faults.ts";
import { defineKind, parentText } from "./define-kind.ts";
import { defineResource } from "./define-resource.ts";
import type { Variables } from "./kind-naming.ts";
import { refusals } from "./refusals.fixture.ts";

// Kinds of the AWS API that are awkward to declare, each for a reason of its own. They are declared here before they are
// built, to prove that the frame fits them: the types of their operations are those of the AWS clients.
// Those of this file have awkward names.
const { missing } = refusals;
export const place = { account: "123456789012", region: "us-west-2" };

export const pipeline = defineKind({ service: "sagemaker", kind: "pipeline", arn: "pipeline/{PipelineName}" });

/**
 * Named by its parent and an id that the service makes; started rather than created; one token starts one execution.
 */
export const pipelineExecution = defineResource({
  service: "sagemaker",
  kind: "pipeline-execution",
  arn: "pipeline/{PipelineName}/execution/{PipelineExecutionId}",
  parent: { kind: "sagemaker/pipeline", deletion: "takes children" },
  statuses: { Executing: { final: false }, Stopping: { final: false }, Succeeded: { final: true } },
  missing,
  identify: ({ PipelineExecutionArn }) => ({ PipelineName: String(PipelineExecutionArn) }),
  create: {
    operation: "StartPipelineExecution",
    token: "ClientRequestToken",
    async begin({ PipelineName }, context) {
      const PipelineExecutionId = context.ids.ulid().slice(-12);
      return {
        variables: { PipelineName, PipelineExecutionId },
        parent: await pipeline.find(context, pipeline.key(context, { PipelineName })),
        status: "Executing",
        actual: { steps: [] as readonly string[] },
      };
    },
    output: (arn) => ({ PipelineExecutionArn: arn }),
  },
  list: {
    operation: "ListPipelineExecutions",
    member: "PipelineExecutionSummaries",
    descending: true,
    within: ({ PipelineName }, context) => ({ parent: parentText(pipeline.key(context, { PipelineName })) }),
    filters: { PipelineName: () => undefined, CreatedAfter: "created after", CreatedBefore: "created before" },
    sorts: { PipelineExecutionArn: "name" },
    summary: ({ status, created }, arn) => ({
      PipelineExecutionArn: arn,
      PipelineExecutionStatus: status as "Executing",
      StartTime: new Date(created),
    }),
  },
});

export const modelPackageGroup = defineResource({
  service: "sagemaker",
  kind: "model-package-group",
  arn: "model-package-group/{ModelPackageGroupName}",
  missing,
  create: {
    operation: "CreateModelPackageGroup",
    async begin() {
      return { actual: { versions: 0 } };
    },
    output: (ModelPackageGroupArn) => ({ ModelPackageGroupArn }),
  },
});

/** Has two forms of name: alone, or as a version in a group, which the group's document counts. */
export const modelPackage = defineResource({
  service: "sagemaker",
  kind: "model-package",
  arn: ["model-package/{ModelPackageName}", "model-package/{ModelPackageGroupName}/{Version}"],
  parent: { kind: "sagemaker/model-package-group", deletion: "refused" },
  missing,
  create: {
    operation: "CreateModelPackage",
    token: "ClientToken",
    async begin({ ModelPackageName, ModelPackageGroupName }, context) {
      if (ModelPackageGroupName === undefined)
        return { variables: { ModelPackageName: ModelPackageName! } as Variables, actual: {} };
      const parent = await modelPackageGroup.get(context, ModelPackageGroupName);
      const versions = parent.actual.versions + 1;
      return {
        variables: { ModelPackageGroupName, Version: String(versions) } as Variables,
        parent,
        actual: {},
        changes: [await modelPackageGroup.put(context, { ...parent, actual: { versions } })],
      };
    },
    output: (ModelPackageArn) => ({ ModelPackageArn }),
  },
  labels: { approval: ({ wanted }) => wanted.ModelApprovalStatus, versioned: ({ key }) => key.name.includes("\u001f") },
  list: {
    operation: "ListModelPackages",
    member: "ModelPackageSummaryList",
    descending: true,
    filters: {
      ModelApprovalStatus: "label approval",
      ModelPackageGroupName: (ModelPackageGroupName) => ({
        parent: parentText(modelPackageGroup.key(place, { ModelPackageGroupName })),
      }),
      ModelPackageType: (type) =>
        type === "Both" ? undefined : { labels: { versioned: Number(type === "Versioned") } },
    },
    summary: ({ created }, ModelPackageArn) => ({
      ModelPackageArn,
      CreationTime: new Date(created),
      ModelPackageStatus: "Completed" as const,
    }),
  },
});

/** The user chooses a name, but the service makes the id that identifies it. */
export const domain = defineResource({
  service: "sagemaker",
  kind: "domain",
  arn: "domain/{DomainId}",
  statuses: { Pending: { final: false }, InService: { final: true } },
  tags: true,
  missing,
  create: {
    operation: "CreateDomain",
    async begin(_input, context) {
      return { variables: { DomainId: `d-${context.ids.uuid().slice(0, 12)}` }, status: "Pending", actual: {} };
    },
    output: (DomainArn, { key }) => ({ DomainArn, DomainId: key.name }),
  },
  describe: {
    operation: "DescribeDomain",
    output: ({ wanted, key, status }, DomainArn) => ({
      DomainArn,
      DomainId: key.name,
      DomainName: wanted.DomainName,
      Status: status as "Pending",
    }),
  },
  list: {
    operation: "ListDomains",
    member: "Domains",
    descending: true,
    summary: ({ wanted, key }, DomainArn) => ({ DomainArn, DomainId: key.name, DomainName: wanted.DomainName }),
  },
  delete: { operation: "DeleteDomain", begin: ({ actual }) => ({ status: "Pending", actual }) },
});

/** Has four variables, one of which is given by either of two members. */
export const app = defineResource({
  service: "sagemaker",
  kind: "app",
  arn: "app/{DomainId}/{OwnerName}/{AppType}/{AppName}",
  missing,
  identify: ({ DomainId, UserProfileName, SpaceName, AppType, AppName }) =>
    ({ DomainId, OwnerName: UserProfileName ?? SpaceName, AppType, AppName }) as Record<string, string>,
  create: {
    operation: "CreateApp",
    async begin() {
      return { actual: {} };
    },
    output: (AppArn) => ({ AppArn }),
  },
  labels: {
    domain: ({ wanted }) => wanted.DomainId,
    user: ({ wanted }) => wanted.UserProfileName,
    space: ({ wanted }) => wanted.SpaceName,
  },
  describe: { operation: "DescribeApp", output: ({ wanted }, AppArn) => ({ AppArn, AppName: wanted.AppName }) },
  list: {
    operation: "ListApps",
    member: "Apps",
    descending: false,
    filters: {
      DomainIdEquals: "label domain",
      UserProfileNameEquals: "label user",
      SpaceNameEquals: "label space",
    },
    summary: ({ wanted }) => ({ AppName: wanted.AppName, AppType: wanted.AppType }),
  },
  delete: { operation: "DeleteApp" },
});

export const image = defineResource({
  service: "sagemaker",
  kind: "image",
  arn: "image/{ImageName}",
  missing,
  create: {
    operation: "CreateImage",
    async begin() {
      return { actual: { lastVersion: 0 } };
    },
    output: (ImageArn) => ({ ImageArn }),
  },
});

/** Has a number counted per image; its sort orders are spelled in capitals. */
export const imageVersion = defineResource({
  service: "sagemaker",
  kind: "image-version",
  arn: "image-version/{ImageName}/{Version}",
  parent: { kind: "sagemaker/image", deletion: "takes children" },
  missing,
  create: {
    operation: "CreateImageVersion",
    token: "ClientToken",
    async begin({ ImageName }, context) {
      const parent = await image.get(context, ImageName);
      const version = parent.actual.lastVersion + 1;
      return {
        variables: { ImageName, Version: String(version) },
        parent,
        actual: { version },
        changes: [await image.put(context, { ...parent, actual: { lastVersion: version } })],
      };
    },
    output: (ImageVersionArn) => ({ ImageVersionArn }),
  },
  labels: { version: ({ actual }) => actual.version },
  list: {
    operation: "ListImageVersions",
    member: "ImageVersions",
    descending: true,
    within: async ({ ImageName }, context) => ({ parent: parentText((await image.get(context, ImageName)).key) }),
    filters: { ImageName: () => undefined },
    sorts: { CREATION_TIME: "created", LAST_MODIFIED_TIME: "modified", VERSION: "label:version" },
    summary: ({ created, modified, actual }, ImageVersionArn) => ({
      ImageVersionArn,
      ImageArn: ImageVersionArn.replace(/^(.*):image-version\/(.*)\/.*$/, "$1:image/$2"),
      ImageVersionStatus: "CREATED" as const,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      Version: actual.version,
    }),
  },
});

/** Has no ARN and no Describe operation; two ARNs identify it. */
export const association = defineResource({
  service: "sagemaker",
  kind: "association",
  key: ["SourceArn", "DestinationArn"],
  exactCase: true,
  missing,
  existing: () => new Fault("ResourceInUse", "The association exists."),
  create: {
    operation: "AddAssociation",
    async begin() {
      return { actual: { sourceType: "TrainingJob", destinationType: "Model" } };
    },
    output: (_arn, { wanted: { SourceArn, DestinationArn } }) => ({ SourceArn, DestinationArn }),
  },
  labels: {
    source: ({ wanted }) => wanted.SourceArn,
    destination: ({ wanted }) => wanted.DestinationArn,
    type: ({ wanted }) => wanted.AssociationType,
    sourceType: ({ actual }) => actual.sourceType,
    destinationType: ({ actual }) => actual.destinationType,
  },
  list: {
    operation: "ListAssociations",
    member: "AssociationSummaries",
    descending: true,
    filters: {
      SourceArn: "label source",
      DestinationArn: "label destination",
      SourceType: "label sourceType",
      DestinationType: "label destinationType",
      AssociationType: "label type",
      CreatedAfter: "created after",
      CreatedBefore: "created before",
    },
    sorts: {
      SourceArn: "label:source",
      DestinationArn: "label:destination",
      SourceType: "label:sourceType",
      DestinationType: "label:destinationType",
    },
    summary: ({ wanted: { SourceArn, DestinationArn }, created }) => ({
      SourceArn,
      DestinationArn,
      CreationTime: new Date(created),
    }),
  },
  delete: {
    operation: "DeleteAssociation",
    output: ({ wanted: { SourceArn, DestinationArn } }) => ({ SourceArn, DestinationArn }),
  },
});
