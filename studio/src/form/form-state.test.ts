import { CreateDatabaseCommand } from "@aws-sdk/client-glue";
import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { createFactFinder } from "../../../src/wire/constraints/facts.ts";
import { operationOf } from "../api/command.ts";
import { copyName, fitInput } from "./fit-input.ts";
import { fieldOf, problemFinder, refusedFields, withoutEntry } from "./form-state.ts";
import { withRequired } from "./with-required.ts";

const { input } = operationOf(CreateTrainingJobCommand);
const find = problemFinder(input, createFactFinder("sagemaker"));

test("what is wrong stands at its field, in plain words", () => {
  const problems = find(
    withRequired(input, { TrainingJobName: "no_underscore", InputDataConfig: [{ ChannelName: "" }] }),
  );
  expect(problems.get("TrainingJobName")).toBe("Letters, digits and hyphens; the first is a letter or digit.");
  expect(problems.get("InputDataConfig.0.ChannelName")).toMatch(/^At least 1/);
  expect(problems.get("OutputDataConfig.S3OutputPath")).toBe("This is required.");
});

test("members of an optional structure are required once it is used", () => {
  const path = "CheckpointConfig.S3Uri";
  expect(find({}).has(path)).toBe(false);
  expect(find({ CheckpointConfig: { LocalPath: "/opt/ml/checkpoints" } }).get(path)).toBe("This is required.");
});

test("a refusal of the server is read to its field", () => {
  const text =
    "1 validation error detected: Value 'x' at 'inputDataConfig.2.member.dataSource.s3DataSource.s3Uri' failed to satisfy constraint: Member must satisfy regular expression pattern: (https|s3)://([^/]+)/?(.*)";
  const refusal = (message: string) => ({ name: "ValidationException", message });
  expect([...refusedFields(input, refusal(text)).keys()]).toEqual(["InputDataConfig.1.DataSource.S3DataSource.S3Uri"]);
  const role = "The SageMaker service cannot assume what the RoleArn names.";
  expect([...refusedFields(input, refusal(role))]).toEqual([["RoleArn", role]]);
  const path = "OutputDataConfig.S3OutputPath";
  expect([...refusedFields(input, refusal("S3OutputPath names no bucket."), ["RoleArn", path]).keys()]).toEqual([path]);
  expect([...refusedFields(input, refusal("Something else.")).keys()]).toEqual([""]);
  expect(fieldOf(input, "hyperParameters.num_round.member")).toBe("HyperParameters.num_round");
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
  const { input: shape } = operationOf(CreateDatabaseCommand);
  const nameField = "DatabaseInput.Name";
  expect([...refusedFields(shape, { name, message }, [nameField], nameField)]).toEqual([[nameField, message]]);
  expect([...refusedFields(shape, { name, message }).keys()]).toEqual([""]);
});

test("what was said of an entry goes with it, and that of the next moves up", () => {
  const paths = ["RoleArn", "InputDataConfig", "InputDataConfig.0.A", "InputDataConfig.1", "InputDataConfig.2.B.0.C"];
  expect([...withoutEntry(paths, "InputDataConfig", 1)]).toEqual([
    "RoleArn",
    "InputDataConfig",
    "InputDataConfig.0.A",
    "InputDataConfig.1.B.0.C",
  ]);
});

test("a clone is what of a description the operation takes", () => {
  const described = {
    TrainingJobName: "a",
    TrainingJobStatus: "Completed",
    RoleArn: "r",
    HyperParameters: { a: "1" },
    Environment: {},
  };
  expect(fitInput(input, described)).toEqual({ TrainingJobName: "a", RoleArn: "r", HyperParameters: { a: "1" } });
  expect(["a", "a-copy", "a-copy-2"].map((name) => copyName(name))).toEqual(["a-copy", "a-copy-2", "a-copy-3"]);
  expect(["a", "a_copy"].map((name) => copyName(name, "_"))).toEqual(["a_copy", "a_copy_2"]);
  expect(copyName("x".repeat(63))).toHaveLength(63);
});
