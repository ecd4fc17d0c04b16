import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, CreateTableCommand } from "@aws-sdk/client-glue";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateEndpointConfigCommand, CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { createFactFinder } from "../../../src/wire/constraints/facts.ts";
import { type CommandClass, operationOf } from "../api/command.ts";
import { refusedFields } from "./refused-fields.ts";

interface Case {
  readonly command?: CommandClass;
  readonly service?: Parameters<typeof createFactFinder>[0];
  readonly name?: string;
  readonly input?: object;
  readonly fields?: readonly string[];
  readonly nameField?: string;
}

function fieldsOf(message: string, given: Case = {}): string[] {
  const { command = CreateTrainingJobCommand, service = "sagemaker", name = "ValidationException" } = given;
  const { input = {}, fields = [], nameField } = given;
  const shape = operationOf(command).input;
  const facts = createFactFinder(service);
  return [...refusedFields({ name, message }, { shape, facts, input, fields, nameField }).keys()];
}

test("a broken rule stands at its field, and so does what names a member", () => {
  const path = "inputDataConfig.2.member.dataSource.s3DataSource.s3Uri";
  const rule = `1 validation error detected: Value 'x' at '${path}' failed to satisfy constraint: Member must not be null`;
  expect(fieldsOf(rule)).toEqual(["InputDataConfig.1.DataSource.S3DataSource.S3Uri"]);
  expect(fieldsOf("The SageMaker service cannot assume what the RoleArn names.")).toEqual(["RoleArn"]);
  const fields = ["RoleArn", "OutputDataConfig.S3OutputPath"];
  expect(fieldsOf('The bucket "a" of S3OutputPath cannot be used.', { fields })).toEqual([fields[1]]);
  const output = "Configuration.ResultConfiguration.OutputLocation";
  const group = { command: CreateWorkGroupCommand, service: "athena", fields: [output] } as const;
  expect(fieldsOf("outputLocation is not a valid S3 path.", group)).toEqual([output]);
  expect(fieldsOf("Description must be short", group)).toEqual(["Description"]);
  expect(fieldsOf("Something else.")).toEqual([""]);
});

test.each([
  ["ResourceInUse", 'Cannot create already existing inference experiment "arn:a".'],
  ["ValidationException", 'Cannot create already existing model "arn:aws:sagemaker:us-west-2:123456789012:model/a".'],
  ["ValidationException", "Algorithm already exists with the ARN arn:a."],
  ["EntityAlreadyExists", "Role with name a already exists."],
  ["AlreadyExistsException", "Database already exists."],
  ["ResourceAlreadyExistsException", "The specified log group already exists"],
  ["InvalidRequestException", "WorkGroup a is already created"],
  ["BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it."],
])("a name that is taken is refused at its field: %s", (name, message) => {
  const nameField = "DatabaseInput.Name";
  const given = { command: CreateDatabaseCommand, service: "glue", name } as const;
  expect(fieldsOf(message, { ...given, nameField })).toEqual([nameField]);
  expect(fieldsOf(message, given)).toEqual([""]);
});

test("a policy that cannot be read stands at its field", () => {
  const fields = ["RoleName", "AssumeRolePolicyDocument"];
  const given = {
    command: CreateRoleCommand,
    service: "iam",
    name: "MalformedPolicyDocumentException",
    fields,
  } as const;
  expect(fieldsOf("This policy contains invalid Json", given)).toEqual(["AssumeRolePolicyDocument"]);
});

test("a refusal that speaks of a value stands where that was given", () => {
  const uri = "s3://bucket/rows/";
  const job = {
    RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
    AlgorithmSpecification: { TrainingImage: "nothing", TrainingInputMode: "File" },
    InputDataConfig: [{ ChannelName: "train", DataSource: { S3DataSource: { S3Uri: uri } } }],
  };
  const none = `No S3 objects found under S3 URL "${uri}" given in input data source; the role "${job.RoleArn}" may not.`;
  expect(fieldsOf(none, { input: job })).toEqual(["InputDataConfig.0.DataSource.S3DataSource.S3Uri"]);
  expect(fieldsOf("Training image nothing has no runtime", { input: job })).toEqual([
    "AlgorithmSpecification.TrainingImage",
  ]);
  const variants = ["a", "none"].map((ModelName) => ({ VariantName: "all", ModelName }));
  const config = {
    command: CreateEndpointConfigCommand,
    input: { EndpointConfigName: "none", ProductionVariants: variants },
  };
  const nameField = "EndpointConfigName";
  const arn = "arn:aws:sagemaker:us-west-2:123456789012:model/none";
  expect(fieldsOf(`Could not find model "${arn}".`, { ...config, nameField })).toEqual([
    "ProductionVariants.1.ModelName",
  ]);
  expect(fieldsOf('Variant name "all" is used twice.', { ...config, nameField })).toEqual([
    "ProductionVariants.0.VariantName",
  ]);
  const table = { command: CreateTableCommand, service: "glue", input: { DatabaseName: "nodb" } } as const;
  expect(fieldsOf("Database nodb not found.", table)).toEqual(["DatabaseName"]);
  const ResourceId = "endpoint/none/variant/AllTraffic";
  const target = {
    ServiceNamespace: "sagemaker",
    ResourceId,
    ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
  };
  const scaled = { command: RegisterScalableTargetCommand, service: "application-autoscaling", input: target } as const;
  expect(fieldsOf(`No target registered for namespace: sagemaker, resource ID: ${ResourceId}, and`, scaled)).toEqual([
    "ResourceId",
  ]);
});

test("what a caller may not do concerns no field", () => {
  const message = "User: arn:a is not authorized to perform: sagemaker:CreateTrainingJob on resource: RoleArn";
  expect(fieldsOf(message, { name: "AccessDeniedException", input: { RoleArn: "arn:a" } })).toEqual([""]);
});
