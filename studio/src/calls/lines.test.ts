import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { expect, test } from "vitest";
import { operationOf } from "../api/command.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { sagemakerRuntime } from "../services/sagemaker-runtime.ts";
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

test("a text that the AWS CLI would read as an option, or as the address of one, is given as it stands", () => {
  const given = {
    TrainingJobName: "-a b",
    Threshold: -1,
    RoleArn: "-",
    HttpRoot: "https://x/",
    Other: "file:///etc/passwd",
  };
  const line = languages[0]!.write(sagemaker, [{ operation: operationOf(CreateTrainingJobCommand), input: given }]);
  expect(line).toBe(`aws sagemaker create-training-job \\
  --training-job-name='-a b' \\
  --threshold=-1 \\
  --role-arn=- \\
  --cli-input-json '{"HttpRoot":"https://x/","Other":"file:///etc/passwd"}'`);
});

test("an answer that is a stream is read, and a body is sent byte for byte", () => {
  const invoked = { EndpointName: "a", ContentType: "text/csv", Body: "-1,'2'" };
  const operation = operationOf(InvokeEndpointCommand);
  const [inShell, inPython, inTypeScript] = languages.map(({ write }) =>
    write(sagemakerRuntime, [{ operation, input: invoked }]),
  );
  expect(inShell).toBe(`printf %s '-1,'\\''2'\\''' | aws sagemaker-runtime invoke-endpoint \\
  --endpoint-name a \\
  --content-type text/csv \\
  --body fileb:///dev/stdin \\
  /dev/stdout`);
  expect(inPython).toMatch(/\nprint\(answer\["Body"\]\.read\(\)\.decode\(\)\)$/);
  expect(inTypeScript).toContain("const answer = await client.send(");
  expect(inTypeScript).toMatch(/\nconsole\.log\(await answer\.Body\?\.transformToString\(\)\);$/);
});

test("numbers have all of their digits", () => {
  const whole = { ResourceConfig: { VolumeSizeInGB: 9_007_199_254_740_993n } };
  const written = languages.map(({ write }) =>
    write(sagemaker, [{ operation: operationOf(CreateTrainingJobCommand), input: whole }]),
  );
  expect(written[0]).toContain('{"VolumeSizeInGB":9007199254740993}');
  expect(written[1]).toContain('"VolumeSizeInGB": 9007199254740993,');
  expect(written[2]).toContain("VolumeSizeInGB: 9007199254740993n,");
});

test("names are those that botocore makes", () => {
  expect(commandLineName("CreateAutoMLJobV2")).toBe("create-auto-ml-job-v2");
  expect(commandLineName("DescribeAlarms")).toBe("describe-alarms");
  expect(pythonName("ListObjectsV2")).toBe("list_objects_v2");
  expect(pythonName("nextToken")).toBe("next_token");
  expect(commandLineName("ResourceARN")).toBe("resource-arn");
});
