import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { configureModel, deployModel, trainModel, untilStatus } from "./deployed-model.ts";
import { runClient, runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

/** What is changed of an endpoint in service, by the clients that AWS publishes. */
const server = useServer();
const clients = () => clientsOf(server);
let ModelDataUrl: string;

beforeAll(async () => {
  ModelDataUrl = await trainModel(server);
  await configureModel(server, "one", ModelDataUrl);
  await configureModel(server, "two", ModelDataUrl, { A: {}, B: {} });
});

/** Sends requests from so many clients at once until it is stopped; every one of them must be answered rightly. */
function startLoad(EndpointName: string, count = 4) {
  let loading = true;
  const variants: Record<string, number> = {};
  const load = Promise.all(
    Array.from({ length: count }, async () => {
      const { runtime } = clients();
      while (loading) {
        const answer = await runtime.invokeEndpoint({ EndpointName, Body: "0.9,3", ContentType: "text/csv" });
        expect(Number(answer.Body.transformToString())).toBeGreaterThan(0.8);
        variants[answer.InvokedProductionVariant!] = (variants[answer.InvokedProductionVariant!] ?? 0) + 1;
      }
    }),
  );
  return {
    variants,
    async stop() {
      loading = false;
      await load;
    },
  };
}

test("weights and instance counts are changed under load by the SDK for JavaScript; no request is dropped", async () => {
  const EndpointName = "Weights";
  await deployModel(server, EndpointName, "two");
  const { sagemaker } = clients();
  const ask = (DesiredWeightsAndCapacities: object[]) =>
    sagemaker.updateEndpointWeightsAndCapacities({
      EndpointName,
      DesiredWeightsAndCapacities: DesiredWeightsAndCapacities as { VariantName: string }[],
    });
  const load = startLoad(EndpointName);
  onTestFinished(load.stop);
  const { EndpointArn } = await ask([
    { VariantName: "A", DesiredWeight: 9, DesiredInstanceCount: 2 },
    { VariantName: "B", DesiredWeight: 1 },
  ]);
  expect(EndpointArn).toBe("arn:aws:sagemaker:us-west-2:123456789012:endpoint/weights");
  expect((await sagemaker.describeEndpoint({ EndpointName })).EndpointStatus).toBe("Updating");
  await untilStatus(server, EndpointName);
  const { ProductionVariants } = await sagemaker.describeEndpoint({ EndpointName });
  expect(ProductionVariants).toMatchObject([
    { VariantName: "A", CurrentWeight: 9, CurrentInstanceCount: 2, DesiredInstanceCount: 2 },
    { VariantName: "B", CurrentWeight: 1, CurrentInstanceCount: 1 },
  ]);
  for (const variant of Object.keys(load.variants)) load.variants[variant] = 0;
  const shared = () => Object.values(load.variants).reduce((a, b) => a + b, 0);
  await expect.poll(shared, patience).toBeGreaterThan(2_000);
  // 2,000 calls at 0.9: four standard deviations are 0.027.
  expect(Math.abs(load.variants.A! / shared() - 0.9)).toBeLessThan(0.027);
  await ask([{ VariantName: "A", DesiredInstanceCount: 1 }]);
  await untilStatus(server, EndpointName);
  await expect.poll(() => readdirSync(join(server.home, "runs")).length, patience).toBe(2);
  await load.stop();
  await sagemaker.deleteEndpoint({ EndpointName });
});

test("a canary of boto3 and a rolling update of the SDK for JavaScript drop no request", async (context) => {
  const EndpointName = "Guarded";
  await configureModel(server, "three", ModelDataUrl, { A: { InitialInstanceCount: 2 } });
  await deployModel(server, EndpointName, "one");
  const { sagemaker } = clients();
  const load = startLoad(EndpointName);
  onTestFinished(load.stop);
  const said = await runPython(
    context,
    server,
    "v3",
    `
import boto3, time
sagemaker = boto3.client("sagemaker")
size = {"Type": "CAPACITY_PERCENT", "Value": 50}
sagemaker.update_endpoint(EndpointName="${EndpointName}", EndpointConfigName="three", DeploymentConfig={
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {"Type": "CANARY", "CanarySize": size, "WaitIntervalInSeconds": 2},
        "TerminationWaitInSeconds": 1, "MaximumExecutionTimeoutInSeconds": 600}})
seen = []
while True:
    endpoint = sagemaker.describe_endpoint(EndpointName="${EndpointName}")
    if endpoint["EndpointStatus"] == "InService":
        break
    [variant] = endpoint["PendingDeploymentSummary"]["ProductionVariants"]
    step = variant["VariantStatus"][0]["Status"], float(variant["CurrentWeight"])
    if step not in seen:
        seen.append(step)
    time.sleep(0.05)
print(seen)
print(endpoint["EndpointConfigName"], endpoint["LastDeploymentConfig"]["BlueGreenUpdatePolicy"]["TerminationWaitInSeconds"])
`,
  );
  expect(said.trim().split("\n")).toEqual([
    "[('Creating', 0.0), ('ActivatingTraffic', 0.5), ('Baking', 0.5), ('ActivatingTraffic', 1.0), ('Baking', 1.0), ('Updating', 1.0)]",
    "three 1",
  ]);
  expect(Object.keys(load.variants).sort()).toEqual(["A", "AllTraffic"]);
  await sagemaker.updateEndpoint({
    EndpointName,
    EndpointConfigName: "two",
    DeploymentConfig: {
      RollingUpdatePolicy: {
        MaximumBatchSize: { Type: "CAPACITY_PERCENT", Value: 50 },
        WaitIntervalInSeconds: 1,
      },
    },
  });
  await untilStatus(server, EndpointName);
  await load.stop();
  expect((await sagemaker.describeEndpoint({ EndpointName })).EndpointConfigName).toBe("two");
  expect(Object.keys(load.variants).sort()).toEqual(["A", "AllTraffic", "B"]);
  await sagemaker.deleteEndpoint({ EndpointName });
});

test("an alarm in ALARM gives the former configuration its traffic back", async () => {
  const EndpointName = "Alarmed";
  await deployModel(server, EndpointName, "one");
  const { sagemaker, cloudwatch } = clients();
  const AlarmName = "errors-of-alarmed";
  await cloudwatch.putMetricAlarm({
    AlarmName,
    Namespace: "AWS/SageMaker",
    MetricName: "Invocation5XXErrors",
    Dimensions: [{ Name: "EndpointName", Value: EndpointName }],
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "ignore",
  });
  await sagemaker.updateEndpoint({
    EndpointName,
    EndpointConfigName: "two",
    DeploymentConfig: {
      BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: "ALL_AT_ONCE", WaitIntervalInSeconds: 600 } },
      AutoRollbackConfiguration: { Alarms: [{ AlarmName }] },
    },
  });
  const step = async () => {
    const { PendingDeploymentSummary } = await sagemaker.describeEndpoint({ EndpointName });
    return PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus?.[0]?.Status;
  };
  await expect.poll(step, patience).toBe("Baking");
  await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "a test" });
  await untilStatus(server, EndpointName);
  expect(await sagemaker.describeEndpoint({ EndpointName })).toMatchObject({
    EndpointConfigName: "one",
    FailureReason: expect.stringContaining(AlarmName),
  });
  await sagemaker.deleteEndpoint({ EndpointName });
});

test("the example shifts the traffic between two models", async (context) => {
  const { code, stdout, stderr } = await runClient(context, server, "v3", ["python", "examples/live_endpoint.py"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trim().split("\n")).toEqual([
    "at first {'few': 200}",
    "then {'many': 200}",
    "few weight 0 instances 1",
    "many weight 1 instances 2",
  ]);
});

test("the AWS CLI and boto3 change weights and counts, and read what is refused", async (context) => {
  const EndpointName = "ByCommand";
  await deployModel(server, EndpointName, "one");
  await runShell(
    context,
    server,
    "v3",
    `aws sagemaker update-endpoint-weights-and-capacities --endpoint-name ${EndpointName} \
--desired-weights-and-capacities VariantName=AllTraffic,DesiredWeight=2,DesiredInstanceCount=2
aws sagemaker wait endpoint-in-service --endpoint-name ${EndpointName}`,
  );
  const said = await runPython(
    context,
    server,
    "v3",
    `
import boto3
sagemaker = boto3.client("sagemaker")
[variant] = sagemaker.describe_endpoint(EndpointName="${EndpointName}")["ProductionVariants"]
print(variant["CurrentWeight"], variant["CurrentInstanceCount"])
try:
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="${EndpointName}", DesiredWeightsAndCapacities=[{"VariantName": "Other", "DesiredWeight": 1}])
except sagemaker.exceptions.ClientError as error:
    print(error)
`,
  );
  expect(said.trim().split("\n")).toEqual([
    "2 2",
    "An error occurred (ValidationException) when calling the UpdateEndpointWeightsAndCapacities operation: " +
      'The variant name(s) "Other" is/are not present within endpoint configuration "one".',
  ]);
  await clients().sagemaker.deleteEndpoint({ EndpointName });
});
