import { expect, test } from "vitest";
import { Fault, validationFault } from "../aws/faults.ts";
import { createTestContext, testTime } from "../server/request/test-context.ts";
import { defineKind } from "./define-kind.ts";
import { defineResource, resourceOf } from "./define-resource.ts";
import type { QueryPart } from "./list-definition.ts";
import { refusals } from "./refusals.fixture.ts";

/**
 * Kinds of the AWS API that are awkward to declare, each for a reason of its own. They are declared here before they
 * are built, to prove that the frame fits them: the types of their operations are those of the AWS clients.
 */
const { missing } = refusals;
const place = { account: "123456789012", region: "us-west-2" };
const sagemakerArn = "arn:aws:sagemaker:us-west-2:123456789012:";

const pipeline = defineKind({ service: "sagemaker", kind: "pipeline", arn: "pipeline/{PipelineName}" });

/**
 * Named by its parent and an id that the service makes; started rather than created; one token starts one execution.
 */
const pipelineExecution = defineResource({
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
    within: ({ PipelineName }) => ({ parent: `sagemaker/pipeline ${PipelineName.toLowerCase()}` }),
    filters: { PipelineName: () => undefined, CreatedAfter: "created after", CreatedBefore: "created before" },
    sorts: { PipelineExecutionArn: "name" },
    summary: ({ status, created }, arn) => ({
      PipelineExecutionArn: arn,
      PipelineExecutionStatus: status as "Executing",
      StartTime: new Date(created),
    }),
  },
});

/** Has two forms of name: alone, or as a version in a group, which the group's document counts. */
const modelPackage = defineResource({
  service: "sagemaker",
  kind: "model-package",
  arn: ["model-package/{ModelPackageName}", "model-package/{ModelPackageGroupName}/{Version}"],
  missing,
  create: {
    operation: "CreateModelPackage",
    token: "ClientToken",
    async begin({ ModelPackageGroupName }) {
      return { variables: { ModelPackageGroupName: ModelPackageGroupName!, Version: "1" }, actual: {} };
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
      ModelPackageGroupName: (name) => ({ parent: `sagemaker/model-package-group ${name.toLowerCase()}` }),
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
const domain = defineResource({
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
const app = defineResource({
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

/** Has a number counted per image; its sort orders are spelled in capitals. */
const imageVersion = defineResource({
  service: "sagemaker",
  kind: "image-version",
  arn: "image-version/{ImageName}/{Version}",
  missing,
  create: {
    operation: "CreateImageVersion",
    token: "ClientToken",
    async begin({ ImageName }, _context) {
      return { variables: { ImageName, Version: "1" }, actual: { version: 1 } };
    },
    output: (ImageVersionArn) => ({ ImageVersionArn }),
  },
  labels: { version: ({ actual }) => actual.version },
  list: {
    operation: "ListImageVersions",
    member: "ImageVersions",
    descending: true,
    filters: { ImageName: (name) => ({ parent: `sagemaker/image ${name.toLowerCase()}` }) },
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
const association = defineResource({
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

/** Wakes at a cron expression; is started and stopped repeatedly. */
const monitoringSchedule = defineResource({
  service: "sagemaker",
  kind: "monitoring-schedule",
  arn: "monitoring-schedule/{MonitoringScheduleName}",
  statuses: {
    Pending: { final: false, refusesUpdate: () => validationFault("The schedule is being made.") },
    Scheduled: { final: true },
    Stopped: { final: true },
    Failed: { final: true },
  },
  tags: true,
  missing,
  create: {
    operation: "CreateMonitoringSchedule",
    async begin() {
      return { status: "Pending", actual: { endpointName: "e" } };
    },
    output: (MonitoringScheduleArn) => ({ MonitoringScheduleArn }),
  },
  labels: {
    endpoint: ({ actual }) => actual.endpointName,
    type: ({ wanted }) => wanted.MonitoringScheduleConfig.MonitoringType,
    definition: ({ wanted }) => wanted.MonitoringScheduleConfig.MonitoringJobDefinitionName,
  },
  list: {
    operation: "ListMonitoringSchedules",
    member: "MonitoringScheduleSummaries",
    descending: true,
    filters: {
      EndpointName: "label endpoint",
      MonitoringJobDefinitionName: "label definition",
      MonitoringTypeEquals: "label type",
    },
    summary: ({ wanted, status, created, modified }, MonitoringScheduleArn) => ({
      MonitoringScheduleName: wanted.MonitoringScheduleName,
      MonitoringScheduleArn,
      MonitoringScheduleStatus: status as "Pending",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateMonitoringSchedule",
    change: ({ wanted }, { MonitoringScheduleConfig }) => ({ wanted: { ...wanted, MonitoringScheduleConfig } }),
    output: (MonitoringScheduleArn) => ({ MonitoringScheduleArn }),
  },
  delete: { operation: "DeleteMonitoringSchedule" },
});

/** Has children of another kind, listed by an operation of its own. */
const tuningJob = defineResource({
  service: "sagemaker",
  kind: "hyper-parameter-tuning-job",
  arn: "hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
  statuses: { InProgress: { final: false }, Completed: { final: true } },
  large: ["TrainingJobDefinition", "TrainingJobDefinitions"],
  tags: true,
  search: "HyperParameterTuningJob",
  missing,
  create: {
    operation: "CreateHyperParameterTuningJob",
    async begin() {
      return { status: "InProgress", actual: { children: 0 } };
    },
    output: (HyperParameterTuningJobArn) => ({ HyperParameterTuningJobArn }),
  },
  list: {
    operation: "ListHyperParameterTuningJobs",
    member: "HyperParameterTuningJobSummaries",
    descending: false,
    summary: ({ wanted, status, created }, HyperParameterTuningJobArn) => ({
      HyperParameterTuningJobName: wanted.HyperParameterTuningJobName,
      HyperParameterTuningJobArn,
      HyperParameterTuningJobStatus: status as "InProgress",
      Strategy: wanted.HyperParameterTuningJobConfig.Strategy,
      CreationTime: new Date(created),
      TrainingJobStatusCounters: {},
      ObjectiveStatusCounters: {},
    }),
  },
  operations: {
    async ListTrainingJobsForHyperParameterTuningJob(input, context, jobs) {
      await jobs.get(context, input);
      const { documents, next } = await context.resources.list("sagemaker/training-job", {
        ...place,
        parent: `sagemaker/hyper-parameter-tuning-job ${input.HyperParameterTuningJobName}`,
        status: input.StatusEquals,
        after: input.NextToken,
        limit: input.MaxResults ?? 10,
      });
      expect(documents).toEqual([]);
      return { TrainingJobSummaries: [], NextToken: next };
    },
  },
});

type Glue = typeof import("@aws-sdk/client-glue");
/** Has nested inputs, members in lower case, and pages without sorts. */
const glueTable = resourceOf<Glue>()({
  service: "glue",
  kind: "table",
  arn: "table/{DatabaseName}/{Name}",
  missing: () => new Fault("EntityNotFoundException", "Entity Not Found"),
  existing: () => new Fault("AlreadyExistsException", "Table already exists."),
  identify: ({ DatabaseName, Name, TableInput }) => ({
    DatabaseName: String(DatabaseName),
    Name: String(Name ?? (TableInput as { Name: string } | undefined)?.Name),
  }),
  create: {
    operation: "CreateTable",
    async begin({ DatabaseName, TableInput }) {
      return { variables: { DatabaseName, Name: TableInput!.Name }, actual: { version: 1 } };
    },
    output: () => ({}),
  },
  describe: {
    operation: "GetTable",
    output: ({ wanted, actual }) => ({ Table: { Name: wanted.TableInput!.Name, VersionId: String(actual.version) } }),
  },
  list: {
    operation: "GetTables",
    member: "TableList",
    descending: false,
    sortBy: "name",
    within: ({ DatabaseName }) => ({ parent: `glue/database ${DatabaseName.toLowerCase()}` }),
    filters: {
      CatalogId: () => undefined,
      DatabaseName: () => undefined,
      Expression: "refused",
      TransactionId: "refused",
      QueryAsOfTime: "refused",
      AuditContext: () => undefined,
      IncludeStatusDetails: () => undefined,
      AttributesToGet: () => undefined,
      ResourceShareType: "refused",
    },
    summary: ({ wanted }) => ({ Name: wanted.TableInput!.Name }),
  },
  update: {
    operation: "UpdateTable",
    change: ({ wanted, actual }, { TableInput }) => ({
      wanted: { ...wanted, TableInput },
      actual: { version: actual.version + 1 },
    }),
    output: () => ({}),
  },
  delete: { operation: "DeleteTable" },
});

/** Has no ARN; its key is a list of values of any text. */
const gluePartition = defineKind<{ readonly Values: readonly string[] }, Record<string, never>>({
  service: "glue",
  kind: "partition",
  key: ["DatabaseName", "TableName", "Values"],
  exactCase: true,
});

type DataBrew = typeof import("@aws-sdk/client-databrew");
/** Has a working copy, updated in place, and published versions that never change. */
const databrewRecipe = resourceOf<DataBrew>()({
  service: "databrew",
  kind: "recipe",
  arn: ["recipe/{Name}", "recipe/{Name}/{Version}"],
  exactCase: true,
  missing: ({ name }) => new Fault("ResourceNotFoundException", `The recipe ${name} wasn't found.`, { status: 404 }),
  create: {
    operation: "CreateRecipe",
    async begin() {
      return { actual: { version: "LATEST_WORKING", latest: false } };
    },
    output: (_arn, { wanted: { Name } }) => ({ Name }),
  },
  labels: { version: ({ actual }) => actual.version, latest: ({ actual }) => actual.latest },
  describe: {
    operation: "DescribeRecipe",
    output: ({ wanted: { Name, Steps }, actual }) => ({ Name, Steps, RecipeVersion: actual.version }),
  },
  list: {
    operation: "ListRecipes",
    member: "Recipes",
    descending: true,
    page: { size: 100 },
    filters: {
      RecipeVersion: (version): QueryPart =>
        version === "LATEST_WORKING" ? { labels: { version } } : { labels: { latest: 1 } },
    },
    summary: ({ wanted: { Name } }) => ({ Name }),
  },
  update: {
    operation: "UpdateRecipe",
    change: ({ wanted }, { Steps }) => ({ wanted: { ...wanted, Steps: Steps ?? [] } }),
    output: (_arn, { wanted: { Name } }) => ({ Name }),
  },
});

type Sqs = typeof import("@aws-sdk/client-sqs");
/**
 * Has an ARN without a word before the name, and a URL that identifies it; its list filters by prefix and returns plain
 * strings.
 */
const sqsQueue = resourceOf<Sqs>()({
  service: "sqs",
  kind: "queue",
  arn: "{QueueName}",
  exactCase: true,
  missing: () => new Fault("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."),
  identify: ({ QueueName, QueueUrl }) => ({ QueueName: String(QueueName ?? String(QueueUrl).split("/").at(-1)) }),
  create: {
    operation: "CreateQueue",
    async begin() {
      return { actual: {} };
    },
    output: (_arn, { key }) => ({ QueueUrl: `http://127.0.0.1/${key.account}/${key.name}` }),
  },
  list: {
    operation: "ListQueues",
    member: "QueueUrls",
    descending: false,
    sortBy: "name",
    page: { size: 1000 },
    filters: { QueueNamePrefix: "name prefix" },
    summary: ({ key }) => `http://127.0.0.1/${key.account}/${key.name}`,
  },
  delete: { operation: "DeleteQueue" },
});

test.each([
  [pipelineExecution, `${sagemakerArn}pipeline/p/execution/e`, "p\u001fe"],
  [modelPackage, `${sagemakerArn}model-package/alone`, "alone"],
  [modelPackage, `${sagemakerArn}model-package/group/7`, "group\u001f7"],
  [domain, `${sagemakerArn}domain/d-1`, "d-1"],
  [app, `${sagemakerArn}app/d-1/ann/jupyterlab/default`, "d-1\u001fann\u001fjupyterlab\u001fdefault"],
  [imageVersion, `${sagemakerArn}image-version/i/3`, "i\u001f3"],
  [monitoringSchedule, `${sagemakerArn}monitoring-schedule/m`, "m"],
  [tuningJob, `${sagemakerArn}hyper-parameter-tuning-job/t`, "t"],
  [glueTable, "arn:aws:glue:us-west-2:123456789012:table/d/t", "d\u001ft"],
  [databrewRecipe, "arn:aws:databrew:us-west-2:123456789012:recipe/R", "R"],
  [sqsQueue, "arn:aws:sqs:us-west-2:123456789012:Jobs.fifo", "Jobs.fifo"],
])("the ARN of %# is parsed and formatted", (kind, arn, name) => {
  const key = kind.parse(arn);
  expect(key).toEqual({ ...place, kind: kind.name, name });
  expect(kind.arn(key!)).toBe(arn);
});

test("an execution is not its pipeline, and no other account's ARN is taken for one's own", () => {
  expect(pipeline.parse(`${sagemakerArn}pipeline/p/execution/e`)).toBeUndefined();
  expect(pipeline.parse(`${sagemakerArn}pipeline/p`)).toMatchObject({ name: "p" });
  expect(pipeline.parse("arn:aws:sagemaker:us-west-2:000000000001:pipeline/p")?.account).toBe("000000000001");
});

test("kinds without an ARN have keys of any text", () => {
  const one = gluePartition.key(place, { DatabaseName: "d", TableName: "t", Values: JSON.stringify(["2026", "a/b"]) });
  expect(gluePartition.variables(one)).toEqual({ DatabaseName: "d", TableName: "t", Values: '["2026","a/b"]' });
  const SourceArn = `${sagemakerArn}training-job/a`;
  const DestinationArn = `${sagemakerArn}model/b`;
  expect(association.variables(association.keyOf({ ...context(), ...place }, { SourceArn, DestinationArn }))).toEqual({
    SourceArn,
    DestinationArn,
  });
});

test("a permission is asked for the thing that an input names, and for any where it names none", () => {
  const resourceOf = (unit: typeof app, operation: string, input: object) =>
    unit.permissions[operation]!(input, place).map(({ action, resource }) => `${action} ${resource}`);
  const input = { DomainId: "d-1", SpaceName: "Team", AppType: "JupyterLab", AppName: "default" };
  expect(resourceOf(app, "CreateApp", input)).toEqual([
    `sagemaker:CreateApp ${sagemakerArn}app/d-1/team/jupyterlab/default`,
  ]);
  expect(resourceOf(app, "ListApps", {})).toEqual(["sagemaker:ListApps *"]);
  expect(domain.permissions.CreateDomain!({ DomainName: "n" }, place)).toEqual([
    { action: "sagemaker:CreateDomain", resource: `${sagemakerArn}domain/*` },
  ]);
  expect(resourceOf(modelPackage as never, "CreateModelPackage", { ModelPackageGroupName: "G" })).toEqual([
    `sagemaker:CreateModelPackage ${sagemakerArn}model-package/g/*`,
  ]);
  expect(glueTable.permissions.GetTable!({ DatabaseName: "D", Name: "T" }, place)).toEqual([
    { action: "glue:GetTable", resource: "arn:aws:glue:us-west-2:123456789012:table/d/t" },
  ]);
});

const context = () => createTestContext({ units: [association, app, imageVersion] });

test("a kind with two names is made, listed by either, and removed", async () => {
  const here = context();
  const [a, b] = ["training-job/a", "model/b"].map((name) => sagemakerArn + name);
  await here.call("sagemaker", "AddAssociation", { SourceArn: a!, DestinationArn: b!, AssociationType: "Produced" });
  await here.call("sagemaker", "AddAssociation", { SourceArn: b!, DestinationArn: a! });
  const again = here.call("sagemaker", "AddAssociation", { SourceArn: a!, DestinationArn: b! });
  await expect(again).rejects.toMatchObject({ code: "ResourceInUse" });
  const list = async (input: object) =>
    (await here.call("sagemaker", "ListAssociations", input)).AssociationSummaries!.map(({ SourceArn }) => SourceArn);
  expect(await list({ SourceArn: a })).toEqual([a]);
  expect(await list({ DestinationArn: a })).toEqual([b]);
  expect(await list({ AssociationType: "Produced" })).toEqual([a]);
  expect(await list({ SortBy: "SourceArn", SortOrder: "Ascending" })).toEqual([b, a]);
  expect(await list({ CreatedAfter: new Date(testTime) })).toEqual([]);
  await here.call("sagemaker", "DeleteAssociation", { SourceArn: a!, DestinationArn: b! });
  expect(await list({})).toEqual([b]);
});

test("a token makes one thing, however often it is sent, and is not taken for another request", async () => {
  const here = context();
  const create = (BaseImage: string, ClientToken: string) =>
    here.call("sagemaker", "CreateImageVersion", { ImageName: "i", BaseImage, ClientToken });
  const first = await create("base", "token");
  expect(await create("base", "token")).toEqual(first);
  await expect(create("other", "token")).rejects.toMatchObject({ code: "ValidationException" });
  expect(
    (await here.call("sagemaker", "ListImageVersions", { ImageName: "i", SortBy: "VERSION", SortOrder: "DESCENDING" }))
      .ImageVersions,
  ).toHaveLength(0); // it has no parent here: the image is not declared
});
