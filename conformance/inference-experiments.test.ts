import { beforeAll, expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { configureModel, deployModel, modelBucket, trainModel, untilStatus } from "./deployed-model.ts";
import { checkEvents } from "./events-in.ts";
import { runClient, runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

const server = useServer({ environment: { SAGEBRUSH_DATA_CAPTURE_SECONDS: "1" } });
const clients = () => clientsOf(server);

beforeAll(async () => {
  const ModelDataUrl = await trainModel(server);
  await configureModel(server, "one", ModelDataUrl);
  await configureModel(server, "two", ModelDataUrl);
});

test("boto3 tries a model on a share of the requests, changes the share and promotes it", async (context) => {
  await deployModel(server, "Tried", "one");
  const said = await runPython(
    context,
    server,
    "v3",
    `
import boto3, time
sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
def variant(name, model):
    return {"VariantName": name, "ModelName": model, "InfrastructureConfig": {
        "InfrastructureType": "RealTimeInference",
        "RealTimeInferenceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1}}}
def shadow(share):
    return {"SourceModelVariantName": "AllTraffic",
            "ShadowModelVariants": [{"ShadowModelVariantName": "Next", "SamplingPercentage": share}]}
def until(status):
    while (found := sagemaker.describe_inference_experiment(Name="Try"))["Status"] != status:
        time.sleep(0.05)
    return found
request = dict(Name="Try", Type="ShadowMode", RoleArn="${role}", EndpointName="Tried",
    ModelVariants=[variant("AllTraffic", "one"), variant("Next", "two")], ShadowModeConfig=shadow(100),
    DataStorageConfig={"Destination": "s3://${modelBucket}/tried"}, Tags=[{"Key": "team", "Value": "a"}])
arn = sagemaker.create_inference_experiment(**request)["InferenceExperimentArn"]
print(arn)
print(sagemaker.list_tags(ResourceArn=arn)["Tags"])
for again in request, {**request, "Name": "Other"}:
    try:
        sagemaker.create_inference_experiment(**again)
    except sagemaker.exceptions.ResourceInUse as error:
        print(error.response["Error"]["Code"])
found = until("Running")
print(found["EndpointMetadata"]["EndpointStatus"], [v["Status"] for v in found["ModelVariants"]],
    (found["Schedule"]["EndTime"] - found["Schedule"]["StartTime"]).days)
for _ in range(5):
    answer = runtime.invoke_endpoint(EndpointName="Tried", Body="0.9,3", ContentType="text/csv")
    assert answer["InvokedProductionVariant"] == "AllTraffic" and float(answer["Body"].read()) > 0.8
sagemaker.update_inference_experiment(Name="Try", ShadowModeConfig=shadow(25), Description="a quarter")
until("Running")
[weight] = [v["CurrentWeight"] for v in sagemaker.describe_endpoint(EndpointName="Tried")["ShadowProductionVariants"]]
print(weight)
sagemaker.stop_inference_experiment(Name="Try", ModelVariantActions={"AllTraffic": "Remove", "Next": "Promote"},
    DesiredState="Completed", Reason="It is as good.")
found = until("Completed")
print(found["StatusReason"], [v["Status"] for v in found["ModelVariants"]], found["CompletionTime"] is not None)
print([s["Name"] for s in sagemaker.list_inference_experiments(StatusEquals="Completed", SortBy="Status")["InferenceExperiments"]])
answer = runtime.invoke_endpoint(EndpointName="Tried", Body="0.9,3", ContentType="text/csv")
print(answer["InvokedProductionVariant"])
print(sagemaker.delete_inference_experiment(Name="Try")["InferenceExperimentArn"] == arn)
for ask in sagemaker.describe_inference_experiment, sagemaker.start_inference_experiment, sagemaker.delete_inference_experiment:
    try:
        ask(Name="Try")
    except sagemaker.exceptions.ResourceNotFound as error:
        print(error.response["Error"]["Code"])
`,
  );
  expect(said.trim().split("\n")).toEqual([
    "arn:aws:sagemaker:us-west-2:123456789012:inference-experiment/try",
    "[{'Key': 'team', 'Value': 'a'}]",
    ...["ResourceInUse", "ResourceInUse"],
    "InService ['InService', 'InService'] 7",
    "0.25",
    "It is as good. ['Deleted', 'InService'] True",
    "['Try']",
    "Next",
    "True",
    ...["ResourceNotFound", "ResourceNotFound", "ResourceNotFound"],
  ]);
  checkEvents(server.home, "try");
  const captured = async (variant: string) => {
    const Prefix = `tried/Tried/${variant}/`;
    const { Contents = [] } = await clients().s3.listObjectsV2({ Bucket: modelBucket, Prefix });
    const files = await Promise.all(
      Contents.map(async ({ Key }) =>
        (await clients().s3.getObject({ Bucket: modelBucket, Key })).Body!.transformToString(),
      ),
    );
    return files.flatMap((file) => file.trim().split("\n")).length;
  };
  await expect.poll(() => captured("AllTraffic"), patience).toBe(5);
  await expect.poll(() => captured("Next"), patience).toBe(5);
});

test("the AWS CLI lets one begin and end at its times, or sooner", async (context) => {
  await deployModel(server, "Timed", "one");
  const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const variants = ["AllTraffic=one", "Next=two"].map((pair) => {
    const [VariantName, ModelName] = pair.split("=");
    const RealTimeInferenceConfig = { InstanceType: "ml.m5.large", InstanceCount: 1 };
    const InfrastructureConfig = { InfrastructureType: "RealTimeInference", RealTimeInferenceConfig };
    return { VariantName, ModelName, InfrastructureConfig };
  });
  const shadow = {
    SourceModelVariantName: "AllTraffic",
    ShadowModelVariants: [{ ShadowModelVariantName: "Next", SamplingPercentage: 10 }],
  };
  const create = (name: string, start: string, end: string) =>
    `aws sagemaker create-inference-experiment --name ${name} --type ShadowMode --role-arn ${role} --endpoint-name Timed \\
  --model-variants '${JSON.stringify(variants)}' --shadow-mode-config '${JSON.stringify(shadow)}' \\
  --schedule StartTime=${start},EndTime=${end} --query InferenceExperimentArn --output text
`;
  const statusOf = async (Name: string) => (await clients().sagemaker.describeInferenceExperiment({ Name })).Status;
  const seen: string[] = [];
  const said = await runShell(context, server, "v3", create("by-time", soon(10), soon(14)));
  expect(said.trim()).toBe("arn:aws:sagemaker:us-west-2:123456789012:inference-experiment/by-time");
  const follow = async () => {
    const status = (await statusOf("by-time"))!;
    if (seen.at(-1) !== status) seen.push(status);
    return status;
  };
  await expect.poll(follow, patience).toBe("Completed");
  expect(seen).toEqual(expect.arrayContaining(["Created", "Running", "Completed"]));
  expect((await clients().sagemaker.describeEndpoint({ EndpointName: "Timed" })).EndpointConfigName).toBe("one");

  const later = [soon(3600), soon(7200)] as const;
  const told = await runShell(
    context,
    server,
    "v3",
    `${create("by-hand", ...later)}
until [ "$(aws sagemaker describe-inference-experiment --name by-hand --query Status --output text)" = Created ]; do sleep 0.1; done
aws sagemaker update-inference-experiment --name by-hand --description sooner --query InferenceExperimentArn --output text
until [ "$(aws sagemaker describe-inference-experiment --name by-hand --query Status --output text)" = Created ]; do sleep 0.1; done
aws sagemaker start-inference-experiment --name by-hand --query InferenceExperimentArn --output text
aws sagemaker list-inference-experiments --name-contains by-hand --query 'InferenceExperiments[].Description' --output text
`,
  );
  expect(told.trim().split("\n").at(-1)).toBe("sooner");
  await expect.poll(() => statusOf("by-hand"), patience).toBe("Running");
  await runShell(
    context,
    server,
    "v3",
    `aws sagemaker stop-inference-experiment --name by-hand --model-variant-actions AllTraffic=Retain,Next=Remove --reason enough`,
  );
  await expect.poll(() => statusOf("by-hand"), patience).toBe("Cancelled");
  await untilStatus(server, "Timed");
  expect((await clients().sagemaker.describeInferenceExperiment({ Name: "by-hand" })).StatusReason).toBe("enough");
});

test("the example compares two models and promotes the better one", async (context) => {
  const { code, stdout, stderr } = await runClient(context, server, "v3", ["python", "examples/shadow_test.py"]);
  expect(code, stderr).toBe(0);
  const [during, few, many, after] = stdout.trim().split("\n");
  expect([during, after]).toEqual(["while it was tried, few answered", "now many answers"]);
  const right = (line: string | undefined) => Number(/was right (\d+) times of 100$/.exec(line!)?.[1]);
  expect(right(few)).toBeGreaterThan(80);
  expect(right(many)).toBeGreaterThanOrEqual(right(few));
});
