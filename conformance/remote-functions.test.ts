import { test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** Calls a function that returns, and one that raises. */
const twice = `with RemoteExecutor(max_parallel_jobs=2, **settings) as executor:
    futures = [executor.submit(divide, 10, b) for b in (2, 0)]
print("RESULT", futures[0].result())
try:
    futures[1].result()
except ZeroDivisionError as error:
    print("RESULT", type(error).__name__, error)
`;
const results = ["RESULT 5.0", "RESULT ZeroDivisionError division by zero"];

/** Both jobs at the same time: each installs the SDK into its own Python, which takes most of its time. */
const remote = `
import sys
import sagemaker
from sagemaker.remote_function import RemoteExecutor

sys.path.insert(0, "conformance/scripts/sklearn-iris")
settings = dict(
    image_uri="236514542706.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0",
    role="arn:aws:iam::123456789012:role/SageMakerRole",
    instance_type="ml.m5.large",
    sagemaker_session=sagemaker.Session(),
)

def divide(a, b):
    import boto3
    print("dividing as", boto3.client("sts").get_caller_identity()["Arn"])
    return a / b

${twice}`;

test.concurrent("SDK 2: a remote function returns what it returns, raises what it raises, and acts as its role", async (context) => {
  const output = await runPython(context, server, "v2", remote);
  context.expect(output.match(/^RESULT .*$/gm)).toEqual(results);
});

/** Unlike SDK 2 it does not install itself in the job: it is among the dependencies. */
const remoteOfThree = `
import importlib.metadata
import tempfile
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.remote_function import RemoteExecutor

dependencies = tempfile.mkdtemp() + "/requirements.txt"
with open(dependencies, "w") as file:
    file.write(f"sagemaker-core=={importlib.metadata.version('sagemaker-core')}\\n")
settings = dict(
    image_uri="236514542706.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0",
    role="arn:aws:iam::123456789012:role/SageMakerRole",
    instance_type="ml.m5.large",
    dependencies=dependencies,
    sagemaker_session=Session(),
)

def divide(a, b):
    return a / b

${twice}`;

test.concurrent("SDK 3: a remote function returns what it returns, and raises what it raises", async (context) => {
  const output = await runPython(context, server, "v3", remoteOfThree);
  context.expect(output.match(/^RESULT .*$/gm)).toEqual(results);
});
