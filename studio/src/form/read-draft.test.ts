import { CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import { CreateTableCommand } from "@aws-sdk/client-glue";
import { CreateInferenceExperimentCommand, CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { createFactFinder } from "../../../src/wire/constraints/facts.ts";
import { type CommandClass, operationOf } from "../api/command.ts";
import { readDraft, rowProblem } from "./read-draft.ts";

type Service = Parameters<typeof createFactFinder>[0];
const reads = (command: CommandClass, service: Service, draft: object) => {
  const { input, problems } = readDraft(operationOf(command).input, createFactFinder(service), draft);
  return { input, problems: Object.fromEntries(problems) };
};

test("a time is what it says, or refused at its field", () => {
  const read = (StartTime: unknown) =>
    reads(CreateInferenceExperimentCommand, "sagemaker", { Name: "a", Schedule: { StartTime } });
  expect(read("2026-11-29T14:05:07Z").input).toEqual({
    Name: "a",
    Schedule: { StartTime: new Date("2026-11-29T14:05:07Z") },
  });
  for (const text of ["tomorrow", "2026-02-30", "1"])
    expect(read(text)).toEqual({
      input: { Name: "a", Schedule: {} },
      problems: { "Schedule.StartTime": expect.stringContaining("2026-11-29T14:05:07Z") },
    });
  expect(read(new Date(0)).input).toEqual({ Name: "a", Schedule: { StartTime: new Date(0) } });
});

test("a number is what it says, with all of its digits, or refused", () => {
  const read = (text: string) => {
    const { input, problems } = reads(CreateWorkGroupCommand, "athena", {
      Configuration: { BytesScannedCutoffPerQuery: text },
    });
    return (input as { Configuration: object }).Configuration === undefined || Object.keys(problems).length > 0
      ? problems["Configuration.BytesScannedCutoffPerQuery"]
      : (input as { Configuration: Record<string, unknown> }).Configuration.BytesScannedCutoffPerQuery;
  };
  expect(read("10000000")).toBe(10_000_000);
  expect(read(" 1e7 ")).toBe(10_000_000);
  expect(read("9007199254740993")).toBe(9_007_199_254_740_993n);
  expect(read("1.5")).toMatch(/^A whole number/);
  for (const text of ["ten", "0x10", "1,5", "1e", "-", "Infinity", "1e999"]) expect(read(text)).toMatch(/^A number/);
});

test("the rows of a map are one value each, under a name of their own", () => {
  const read = (Environment: unknown) => reads(CreateProcessingJobCommand, "sagemaker", { Environment });
  expect(
    read([
      ["b", "1"],
      ["1", ""],
      ["", ""],
    ]).input,
  ).toEqual({ Environment: { b: "1", "1": "" } });
  expect(read([["", ""]])).toEqual({ input: {}, problems: {} });
  expect(read({ a: "1" }).input).toEqual({ Environment: { a: "1" } });
  expect(
    read([
      ["a", "1"],
      ["a", "2"],
    ]),
  ).toEqual({
    input: {},
    problems: { Environment: 'Two rows are named "a": each name is given once.' },
  });
  expect(read([["", "2"]]).problems).toEqual({ Environment: "A value needs a name." });
  expect(
    rowProblem(
      [
        ["a", ""],
        ["b", ""],
      ],
      ["a", ""],
    ),
  ).toBeUndefined();
});

test("a map of lists is written as JSON", () => {
  const read = (text: string) => {
    const CloudWatchLoggingConfiguration = { LogTypes: [["SPARK_DRIVER", text]] };
    return reads(CreateWorkGroupCommand, "athena", {
      Configuration: { MonitoringConfiguration: { CloudWatchLoggingConfiguration } },
    });
  };
  expect(JSON.stringify(read('["STDOUT"]').input)).toContain('{"SPARK_DRIVER":["STDOUT"]}');
  expect(Object.values(read("STDOUT").problems)).toEqual(['A list as JSON, such as ["a", "b"].']);
});

test("lists are lines, and entries are read where they stand", () => {
  expect(
    reads(CreateProcessingJobCommand, "sagemaker", {
      AppSpecification: { ContainerEntrypoint: ["python3", "", "-"], ImageUri: "i" },
      ProcessingInputs: [{}, { InputName: "a" }],
    }).input,
  ).toEqual({
    AppSpecification: { ContainerEntrypoint: ["python3", "-"], ImageUri: "i" },
    ProcessingInputs: [{}, { InputName: "a" }],
  });
  const fields = (Fields: readonly object[], IdentifierFieldIds: readonly string[]) =>
    reads(CreateTableCommand, "glue", {
      OpenTableFormatInput: {
        IcebergInput: { CreateIcebergTableInput: { Schema: { Fields, IdentifierFieldIds } } },
      },
    });
  const read = fields([{ Id: "x" }, { Id: "2", Type: "string", WriteDefault: '{"a": 1}', Required: true }], ["1", ""]);
  expect(read.problems).toEqual({
    "OpenTableFormatInput.IcebergInput.CreateIcebergTableInput.Schema.Fields.0.Id": expect.stringMatching(/^A number/),
  });
  expect(JSON.stringify(read.input)).toContain(
    '"Fields":[{},{"Id":2,"Type":"string","Required":true,"WriteDefault":{"a":1}}],"IdentifierFieldIds":[1]',
  );
  const path = "OpenTableFormatInput.IcebergInput.CreateIcebergTableInput.Schema.IdentifierFieldIds";
  expect(Object.keys(fields([], ["1", "b"]).problems)).toEqual([path]);
});
