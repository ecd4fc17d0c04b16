import { ListModelsCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { runClient, runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const arn = expect.stringMatching(/^arn:aws:sts::123456789012:assumed-role\/SageMakerRole\/.+$/);

test("the SDK for JavaScript", async () => {
  const identity = await new STSClient(server.clientOptions).send(new GetCallerIdentityCommand());
  expect(identity).toMatchObject({ Account: "123456789012", Arn: arn });
  expect((await new SageMakerClient(server.clientOptions).send(new ListModelsCommand())).Models).toEqual([]);
});

test("boto3", async (context) => {
  const output = await runPython(
    context,
    server,
    "v2",
    `
import boto3, json
identity = boto3.client("sts").get_caller_identity()
models = boto3.client("sagemaker").list_models()["Models"]
print(json.dumps({"Account": identity["Account"], "Arn": identity["Arn"], "Models": models}))
`,
  );
  expect(JSON.parse(output)).toEqual({ Account: "123456789012", Arn: arn, Models: [] });
});

test("the AWS CLI", async (context) => {
  const identity = await runShell(context, server, "v2", "aws sts get-caller-identity");
  expect(JSON.parse(identity)).toMatchObject({ Account: "123456789012", Arn: arn });
  expect(JSON.parse(await runShell(context, server, "v2", "aws sagemaker list-models"))).toEqual({ Models: [] });
});

test("a wrong secret is refused with AWS's code", async () => {
  const credentials = { ...server.clientOptions.credentials, secretAccessKey: "wrong" };
  const client = new SageMakerClient({ ...server.clientOptions, credentials });
  await expect(client.send(new ListModelsCommand())).rejects.toMatchObject({
    name: "InvalidSignatureException",
    $metadata: { httpStatusCode: 403 },
  });
});

test("an operation that is not built says so in the protocol of the client", async (context) => {
  const result = await runClient(context, server, "v2", ["aws", "sagemaker", "list-projects"]);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toMatch(
    /UnsupportedOperation.*SageMaker\.ListProjects is not built in Sagebrush \S+; this server lists what is built at \/_sagebrush\/guide\/coverage/,
  );
});

test("an address of AWS that a Python library has built in leads to the server", async (context) => {
  const output = await runPython(
    context,
    server,
    "v2",
    `
import boto3
client = boto3.client("sts", endpoint_url="https://sts.us-west-2.amazonaws.com")
session = boto3.Session()._session
other = session.create_client("sts", "us-west-2", None, True, None, "https://sts.us-west-2.amazonaws.com")
elsewhere = boto3.client("s3", endpoint_url="http://127.0.0.1:9")
print(client.get_caller_identity()["Account"], other.get_caller_identity()["Account"], elsewhere.meta.endpoint_url)
`,
  );
  expect(output.trim()).toBe("123456789012 123456789012 http://127.0.0.1:9");
});
