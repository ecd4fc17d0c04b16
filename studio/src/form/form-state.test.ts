import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { createFactFinder } from "../../../src/wire/constraints/facts.ts";
import { operationOf } from "../api/command.ts";
import { copyName, fitInput } from "./fit-input.ts";
import { declaredProblems, fieldOf, problemFinder, withoutEntry } from "./form-state.ts";
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

test("what a declaration requires is required in every entry too", () => {
  const fields = [
    "RoleArn",
    { member: "HyperParameters", check: () => "Too few." },
    {
      member: "InputDataConfig",
      required: true,
      fields: ["ChannelName", { member: "DataSource.S3DataSource.S3Uri", required: true }],
    },
  ] as const;
  const value = { InputDataConfig: [{ DataSource: { S3DataSource: { S3Uri: "s3://a/" } } }, {}] };
  expect([...declaredProblems(fields, value)]).toEqual([
    ["HyperParameters", "Too few."],
    ["InputDataConfig.1.DataSource.S3DataSource.S3Uri", "This is required."],
  ]);
  expect(declaredProblems(fields, {}).get("InputDataConfig")).toBe("This is required.");
});

test("members of an optional structure are required once it is used", () => {
  const path = "CheckpointConfig.S3Uri";
  expect(find({}).has(path)).toBe(false);
  expect(find({ CheckpointConfig: { LocalPath: "/opt/ml/checkpoints" } }).get(path)).toBe("This is required.");
});

test("a path of the server is read as that of a field", () => {
  expect(fieldOf(input, "inputDataConfig.2.member.channelName")).toBe("InputDataConfig.1.ChannelName");
  expect(fieldOf(input, "hyperParameters.num_round.member")).toBe("HyperParameters.num_round");
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
