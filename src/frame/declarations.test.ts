import { expect, onTestFinished, test } from "vitest";
import { Fault, validationFault } from "../aws/faults.ts";
import { parseScheduleExpression } from "../base/schedule-expression.ts";
import type { Executors } from "../executors/port.ts";
import { createReconcileEngine } from "../server/reconcile/reconcile.ts";
import { createManualTimer } from "../server/reconcile/test-timer.ts";
import { createTestContext, testTime } from "../server/request/test-context.ts";
import type { InputOf, OperationName } from "../wire/operations.ts";
import { defineKind, type KindDefinition, parentText } from "./define-kind.ts";
import { defineReconciler, type ReconcilerUnit } from "./define-reconciler.ts";
import { defineResource } from "./define-resource.ts";
import { defineSchedule, type Scheduled } from "./define-schedule.ts";
import type { Variables } from "./kind-naming.ts";
import type { QueryPart } from "./list-definition.ts";
import { refusals } from "./refusals.fixture.ts";
import type { ResourceOperations, ResourceUnit } from "./resource-definition.ts";

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

const modelPackageGroup = defineResource({
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
const modelPackage = defineResource({
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

const image = defineResource({
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
const imageVersion = defineResource({
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

interface ActualSchedule extends Scheduled {
  readonly endpointName: string;
  /** When it acted. */
  readonly executions: readonly number[];
}

const expressionIn = (config: { readonly ScheduleConfig?: { readonly ScheduleExpression: string | undefined } }) =>
  String(config.ScheduleConfig?.ScheduleExpression);

/** Acts at a cron expression; is started and stopped repeatedly. */
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
    async begin({ MonitoringScheduleConfig }): Promise<{ status: "Scheduled"; actual: ActualSchedule }> {
      try {
        parseScheduleExpression(expressionIn(MonitoringScheduleConfig));
      } catch (error) {
        throw validationFault((error as RangeError).message);
      }
      return { status: "Scheduled", actual: { endpointName: "e", executions: [] } };
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

const scheduler = defineSchedule({
  kind: monitoringSchedule,
  unfinished: ["Scheduled"],
  expression: ({ wanted }) => expressionIn(wanted.MonitoringScheduleConfig),
  act: async ({ actual }, time) => ({ update: { actual: { ...actual, executions: [...actual.executions, time] } } }),
});

/** Stands for the children: what makes them real is not asked here. */
const trainingJob = defineResource({
  service: "sagemaker",
  kind: "training-job",
  arn: "training-job/{TrainingJobName}",
  statuses: { InProgress: { final: false }, Completed: { final: true } },
  missing,
  create: {
    operation: "CreateTrainingJob",
    async begin() {
      return { status: "InProgress", actual: {} };
    },
    output: (TrainingJobArn) => ({ TrainingJobArn }),
  },
});

const childRequest = (TrainingJobName: string) => ({
  TrainingJobName,
  RoleArn: "r",
  OutputDataConfig: { S3OutputPath: "s3://bucket/out" },
});

/** Has children of another kind, made by calls and listed by an operation of its own: they carry it as their origin. */
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
      const { key } = await jobs.get(context, input);
      const { documents, next } = await context.resources.list(trainingJob.name, {
        account: context.account,
        region: context.region,
        origin: jobs.arn(key),
        status: input.StatusEquals,
        after: input.NextToken,
        limit: input.MaxResults ?? 10,
      });
      return {
        TrainingJobSummaries: documents.map(trainingJob.read).map(({ key, wanted, status, created }) => ({
          TrainingJobName: wanted.TrainingJobName,
          TrainingJobArn: trainingJob.arn(key),
          TrainingJobStatus: status as "InProgress",
          CreationTime: new Date(created),
          TunedHyperParameters: {},
        })),
        NextToken: next,
      };
    },
  },
});

/** Makes the children one after another, and ends when they have ended. */
const tuner = defineReconciler({
  kind: tuningJob,
  unfinished: ["InProgress"],
  async reconcile({ wanted, actual }, context) {
    const { account, region, origin } = context;
    const { documents } = await context.resources.list(trainingJob.name, { account, region, origin, limit: 100 });
    for (const { key } of documents) context.watch(key);
    const { MaxNumberOfTrainingJobs = 1 } = wanted.HyperParameterTuningJobConfig.ResourceLimits!;
    if (documents.length < MaxNumberOfTrainingJobs) {
      const TrainingJobName = `${wanted.HyperParameterTuningJobName}-${documents.length + 1}`;
      await context.call("sagemaker", "CreateTrainingJob", childRequest(TrainingJobName));
      return { update: { actual: { children: actual.children + 1 } } };
    }
    return documents.every(({ status }) => status === "Completed") ? { update: { status: "Completed" } } : {};
  },
});

/** Declares a resource typed by the module of an AWS client, whose service is not served yet. */
const resourceOf =
  <M>() =>
  <
    Actual,
    C extends OperationName<M> = never,
    D extends OperationName<M> = never,
    L extends OperationName<M> = never,
    U extends OperationName<M> = never,
    X extends OperationName<M> = never,
    N extends OperationName<M> = never,
    Status extends string = never,
    Wanted = InputOf<M, C>,
    Large extends string = never,
  >(
    definition: KindDefinition<Wanted, Actual, Status, Large> &
      ResourceOperations<M, C, D, L, U, X, N, Status, Actual, Wanted, Large>,
  ) =>
    defineResource(definition as never) as ResourceUnit<Wanted, Actual>;

type Glue = typeof import("@aws-sdk/client-glue");
const glueDatabase = resourceOf<Glue>()({
  service: "glue",
  kind: "database",
  arn: "database/{Name}",
  missing: () => new Fault("EntityNotFoundException", "Entity Not Found"),
  identify: ({ DatabaseInput }) => ({ Name: (DatabaseInput as { Name: string }).Name }),
  create: {
    operation: "CreateDatabase",
    async begin() {
      return { actual: {} };
    },
    output: () => ({}),
  },
});

/** Has nested inputs, members in lower case, and pages without sorts. */
const glueTable = resourceOf<Glue>()({
  service: "glue",
  kind: "table",
  arn: "table/{DatabaseName}/{Name}",
  parent: { kind: "glue/database", deletion: "takes children" },
  missing: () => new Fault("EntityNotFoundException", "Entity Not Found"),
  existing: () => new Fault("AlreadyExistsException", "Table already exists."),
  identify: ({ DatabaseName, Name, TableInput }) => ({
    DatabaseName: String(DatabaseName),
    Name: String(Name ?? (TableInput as { Name: string } | undefined)?.Name),
  }),
  create: {
    operation: "CreateTable",
    async begin({ DatabaseName, TableInput }, context) {
      const parent = await glueDatabase.get(context, DatabaseName);
      return { variables: { DatabaseName, Name: TableInput!.Name }, parent, actual: { version: 1 } };
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
    within: ({ DatabaseName }, context) => ({ parent: parentText(glueDatabase.key(context, { Name: DatabaseName })) }),
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

const units = [association, app, image, imageVersion, modelPackageGroup, modelPackage, glueDatabase, glueTable];
const context = () =>
  createTestContext({ units: [...units, pipelineExecution, monitoringSchedule, tuningJob, trainingJob] });

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
  await here.call("sagemaker", "CreateImage", { ImageName: "i", RoleArn: "r" });
  const create = (BaseImage: string, ClientToken: string) =>
    here.call("sagemaker", "CreateImageVersion", { ImageName: "i", BaseImage, ClientToken });
  const first = await create("base", "token");
  expect(await create("base", "token")).toEqual(first);
  await expect(create("other", "token")).rejects.toMatchObject({ code: "ValidationException" });
  expect(
    (await here.call("sagemaker", "ListImageVersions", { ImageName: "i", SortBy: "VERSION", SortOrder: "DESCENDING" }))
      .ImageVersions,
  ).toHaveLength(1);
});

test("children are listed by the parent that they are written with", async () => {
  const here = context();
  for (const ImageName of ["Tools", "other"]) await here.call("sagemaker", "CreateImage", { ImageName, RoleArn: "r" });
  for (const ImageName of ["tools", "other", "Tools"])
    await here.call("sagemaker", "CreateImageVersion", { ImageName, BaseImage: "b", ClientToken: ImageName });
  const { ImageVersions } = await here.call("sagemaker", "ListImageVersions", {
    ImageName: "Tools",
    SortBy: "VERSION",
  });
  expect(ImageVersions!.map(({ ImageVersionArn }) => ImageVersionArn)).toEqual([
    `${sagemakerArn}image-version/tools/2`,
    `${sagemakerArn}image-version/tools/1`,
  ]);
  await expect(
    here.call("sagemaker", "CreateImageVersion", { ImageName: "none", BaseImage: "b", ClientToken: "t" }),
  ).rejects.toMatchObject({ code: "ValidationException" });

  await here.call("sagemaker", "CreateModelPackageGroup", { ModelPackageGroupName: "Group" });
  for (const input of [
    { ModelPackageGroupName: "group" },
    { ModelPackageName: "alone" },
    { ModelPackageGroupName: "Group" },
  ])
    await here.call("sagemaker", "CreateModelPackage", input);
  const packages = async (input: object) =>
    (await here.call("sagemaker", "ListModelPackages", input)).ModelPackageSummaryList!.map(({ ModelPackageArn }) =>
      ModelPackageArn!.slice(sagemakerArn.length),
    );
  expect(await packages({ ModelPackageGroupName: "Group" })).toEqual([
    "model-package/group/2",
    "model-package/group/1",
  ]);
  expect(await packages({ ModelPackageType: "Unversioned" })).toEqual(["model-package/alone"]);

  const glue = (unit: typeof glueTable | typeof glueDatabase, operation: string, input: object) =>
    unit.operations[operation]!(input as never, here) as Promise<{ TableList: { Name: string }[] }>;
  for (const Name of ["sales", "other"]) await glue(glueDatabase, "CreateDatabase", { DatabaseInput: { Name } });
  for (const [DatabaseName, Name] of [
    ["sales", "b"],
    ["other", "c"],
    ["Sales", "a"],
  ])
    await glue(glueTable, "CreateTable", { DatabaseName, TableInput: { Name } });
  const { TableList } = await glue(glueTable, "GetTables", { DatabaseName: "sales" });
  expect(TableList).toEqual([{ Name: "a" }, { Name: "b" }]);
});

/** Starts the engine with one reconciler; time passes when the test says so. */
async function startEngine(here: ReturnType<typeof context>, unit: ReconcilerUnit<never, never>) {
  const clock = { time: here.clock.now(), now: here.clock.now };
  const timer = createManualTimer(clock);
  const reports: unknown[] = [];
  const engine = createReconcileEngine({
    resources: here.resources,
    executors: { all: [] } as unknown as Executors,
    reconcilers: [{ kind: unit.kind.name, unfinished: unit.unfinished, load: async () => unit }],
    contextFor: (_key, origin) => here.at({ origin }),
    clock: here.clock,
    timer,
    report: (what, error) => reports.push([what, error]),
  });
  await engine.start();
  onTestFinished(() => engine.stop());
  const settle = async () => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(reports).toEqual([]);
  };
  const pass = async (milliseconds: number) => {
    here.passTime(milliseconds);
    timer.pass(milliseconds);
    await settle();
  };
  await settle();
  return { settle, pass, stop: () => engine.stop() };
}

test("jobs that a tuning job makes by calls carry it as their origin, wake it, and are listed by it", async () => {
  const here = context();
  const { settle } = await startEngine(here, tuner as ReconcilerUnit<never, never>);
  const make = (HyperParameterTuningJobName: string) =>
    here.call("sagemaker", "CreateHyperParameterTuningJob", {
      HyperParameterTuningJobName,
      HyperParameterTuningJobConfig: {
        Strategy: "Random",
        ResourceLimits: { MaxParallelTrainingJobs: 1, MaxNumberOfTrainingJobs: 2 },
      },
    });
  await make("Tune");
  await make("other");
  await here.call("sagemaker", "CreateTrainingJob", childRequest("a-users"));
  await settle();
  const list = async (input: object = {}) => {
    const page = await here.call("sagemaker", "ListTrainingJobsForHyperParameterTuningJob", {
      HyperParameterTuningJobName: "Tune",
      ...input,
    });
    return { names: page.TrainingJobSummaries!.map(({ TrainingJobName }) => TrainingJobName), next: page.NextToken };
  };
  expect((await list()).names).toEqual(["Tune-1", "Tune-2"]);
  const { names, next } = await list({ MaxResults: 1 });
  expect([names, (await list({ NextToken: next })).names]).toEqual([["Tune-1"], ["Tune-2"]]);

  const statusOf = async (name: string) => (await tuningJob.get(here, name)).status;
  for (const [name, status] of [
    ["Tune-1", "InProgress"],
    ["Tune-2", "Completed"],
  ] as const) {
    await trainingJob.update(here, name, () => ({ status: "Completed" }));
    await settle();
    expect(await statusOf("Tune")).toBe(status);
  }
  expect((await list({ StatusEquals: "Completed" })).names).toEqual(["Tune-1", "Tune-2"]);
  expect(await statusOf("other")).toBe("InProgress");
});

test("a monitoring schedule acts at its times, makes up once for those that it missed, and follows a change", async () => {
  const here = context();
  const hour = 3_600_000;
  const config = (ScheduleExpression: string) => ({ ScheduleConfig: { ScheduleExpression } });
  const named = { MonitoringScheduleName: "m" };
  const create = (expression: string) =>
    here.call("sagemaker", "CreateMonitoringSchedule", { ...named, MonitoringScheduleConfig: config(expression) });
  await expect(create("cron(0 * * * * *)")).rejects.toMatchObject({ code: "ValidationException" });
  const executions = async () =>
    (await monitoringSchedule.get(here, "m")).actual.executions.map((time) => (time - testTime) / hour);

  const engine = await startEngine(here, scheduler as ReconcilerUnit<never, never>);
  await create("cron(0 * ? * * *)");
  await engine.settle();
  await engine.pass(hour - 1);
  expect(await executions()).toEqual([]);
  await engine.pass(1);
  await engine.pass(hour);
  expect(await executions()).toEqual([1, 2]);

  await engine.stop();
  here.passTime(2.5 * hour);
  const later = await startEngine(here, scheduler as ReconcilerUnit<never, never>);
  expect(await executions()).toEqual([1, 2, 3]);
  await later.pass(hour / 2);
  expect(await executions()).toEqual([1, 2, 3, 5]);

  await here.call("sagemaker", "UpdateMonitoringSchedule", {
    ...named,
    MonitoringScheduleConfig: config("rate(2 hours)"),
  });
  await later.settle();
  await later.pass(hour);
  expect(await executions()).toEqual([1, 2, 3, 5, 6]);
  await later.pass(2 * hour);
  expect(await executions()).toEqual([1, 2, 3, 5, 6, 8]);
});
