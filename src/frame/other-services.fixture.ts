import { Fault } from "../aws/faults.ts";
import type { InputOf, OperationName } from "../wire/operations.ts";
import { defineKind, type KindDefinition, parentText } from "./define-kind.ts";
import { defineResource } from "./define-resource.ts";
import type { QueryPart } from "./list-definition.ts";
import type { ResourceOperations, ResourceUnit } from "./resource-definition.ts";

// Kinds of the AWS API that are awkward to declare, each for a reason of its own. They are declared here before they are
// built, to prove that the frame fits them: the types of their operations are those of the AWS clients.
// Those of this file are of other services than SageMaker.
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
export const glueDatabase = resourceOf<Glue>()({
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
export const glueTable = resourceOf<Glue>()({
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
export const gluePartition = defineKind<{ readonly Values: readonly string[] }, Record<string, never>>({
  service: "glue",
  kind: "partition",
  key: ["DatabaseName", "TableName", "Values"],
  exactCase: true,
});

type DataBrew = typeof import("@aws-sdk/client-databrew");
/** Has a working copy, updated in place, and published versions that never change. */
export const databrewRecipe = resourceOf<DataBrew>()({
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
export const sqsQueue = resourceOf<Sqs>()({
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
