import { expect, test } from "vitest";
import { arnTemplate } from "./arn-template.ts";

test.each([
  ["model/{ModelName}", "model/a", { ModelName: "a" }],
  [
    "pipeline/{PipelineName}/execution/{PipelineExecutionId}",
    "pipeline/p/execution/e",
    { PipelineName: "p", PipelineExecutionId: "e" },
  ],
  ["log-group:{logGroupName}", "log-group:/aws/sagemaker", { logGroupName: "/aws/sagemaker" }],
  [
    "log-group:{logGroupName}:log-stream:{logStreamName}",
    "log-group:/a/b:log-stream:c/d",
    { logGroupName: "/a/b", logStreamName: "c/d" },
  ],
  ["role{Path+}{RoleName}", "role/service-role/R", { Path: "/service-role/", RoleName: "R" }],
  ["role{Path+}{RoleName}", "role/R", { Path: "/", RoleName: "R" }],
  ["{QueueName}", "jobs.fifo", { QueueName: "jobs.fifo" }],
])("%s formats and parses %s", (template, resource, values) => {
  const compiled = arnTemplate(template);
  expect(compiled.parse(resource)).toEqual(values);
  expect(compiled.format(values)).toBe(resource);
});

test.each([
  ["pipeline/{PipelineName}", "pipeline/p/execution/e"],
  ["model/{ModelName}", "model/"],
  ["model/{ModelName}", "models/a"],
  ["{QueueName}", "a/b"],
  ["log-group:{logGroupName}", "log-group:a:log-stream:b"],
])("%s does not take %s", (template, resource) => {
  expect(arnTemplate(template).parse(resource)).toBeUndefined();
});

test("a value that is missing is named", () => {
  expect(() => arnTemplate("app/{DomainId}/{AppName}").format({ DomainId: "d" })).toThrow("AppName");
});
