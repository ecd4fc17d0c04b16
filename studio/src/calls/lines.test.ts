import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { operationOf } from "../api/command.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { languages } from "./lines.ts";
import { commandLineName, pythonName } from "./python-name.ts";

const input = {
  TrainingJobName: "it's",
  EnableNetworkIsolation: false,
  ResourceConfig: { VolumeSizeInGB: 1 },
  When: new Date(0),
};
const [commandLine, boto3, typescript] = languages.map(({ write }) =>
  write(sagemaker, [{ operation: operationOf(CreateTrainingJobCommand), input }]),
);

test("a call is written for the AWS CLI", () => {
  expect(commandLine).toBe(`aws sagemaker create-training-job \\
  --training-job-name 'it'\\''s' \\
  --no-enable-network-isolation \\
  --resource-config '{"VolumeSizeInGB":1}' \\
  --when 1970-01-01T00:00:00.000Z`);
});

test("a call is written for boto3", () => {
  expect(boto3).toContain('client.create_training_job(\n    TrainingJobName="it\'s",\n');
  expect(boto3).toContain(
    '    EnableNetworkIsolation=False,\n    ResourceConfig={\n        "VolumeSizeInGB": 1,\n    },\n',
  );
  expect(boto3).toContain('When=datetime.fromisoformat("1970-01-01T00:00:00.000+00:00")');
});

test("a call is written for TypeScript", () => {
  expect(typescript).toContain(
    'import { SageMakerClient, CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";',
  );
  expect(typescript).toContain('  TrainingJobName: "it\'s",\n  EnableNetworkIsolation: false,\n');
});

test("names are those that botocore makes", () => {
  expect(commandLineName("CreateAutoMLJobV2")).toBe("create-auto-ml-job-v2");
  expect(commandLineName("DescribeAlarms")).toBe("describe-alarms");
  expect(pythonName("ListObjectsV2")).toBe("list_objects_v2");
  expect(pythonName("nextToken")).toBe("next_token");
  expect(commandLineName("ResourceARN")).toBe("resource-arn");
});
