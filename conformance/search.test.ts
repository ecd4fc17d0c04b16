import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { type CreateTrainingJobCommandInput, paginateSearch, SageMaker } from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test, vi } from "vitest";
import { clientsOf } from "./clients.ts";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";
import { xgboostJob } from "./xgboost-job.ts";

const server = useServer();
let sagemaker: SageMaker;

beforeAll(async () => {
  sagemaker = new SageMaker(server.clientOptions);
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
  await s3.createBucket({ Bucket: "searched" });
  const rows = Array.from({ length: 100 }, (_, index) => `${index < 50 ? 0 : 1},${index / 100}`);
  await s3.putObject({ Bucket: "searched", Key: "train/rows.csv", Body: rows.join("\n") });
  await train("churn-small", { eta: "0.1", num_round: "5" }, { Tags: [{ Key: "Project", Value: "Churn" }] });
  await train("churn-large", { eta: "0.6", num_round: "40" }, { Tags: [{ Key: "Project", Value: "Churn" }] });
  await train("fraud", { eta: "0.3", num_round: "5", max_depth: "-1" }, { Tags: [{ Key: "Project", Value: "Fraud" }] });
  await Promise.all(["churn-small", "churn-large", "fraud"].map(untilFinal));
});

async function train(
  name: string,
  hyperparameters: Readonly<Record<string, string>>,
  more: Partial<CreateTrainingJobCommandInput>,
): Promise<void> {
  const of = { data: "s3://searched/train/", output: "s3://searched/out" };
  const job = xgboostJob(name, { ...of, hyperparameters: { objective: "binary:logistic", ...hyperparameters } });
  await sagemaker.createTrainingJob({ ...job, ...more });
}

async function untilFinal(TrainingJobName: string): Promise<void> {
  const status = async () => (await sagemaker.describeTrainingJob({ TrainingJobName })).TrainingJobStatus!;
  await vi.waitUntil(async () => ["Completed", "Failed"].includes(await status()), { timeout: 60_000, interval: 100 });
}

test("a page after another, from the SDK for JavaScript", async () => {
  const names: (string | undefined)[] = [];
  const asked = { Resource: "TrainingJob", SortBy: "TrainingJobName", SortOrder: "Ascending" } as const;
  for await (const { Results = [], TotalHits } of paginateSearch({ client: sagemaker, pageSize: 2 }, asked)) {
    expect(TotalHits).toEqual({ Value: 3, Relation: "EqualTo" });
    names.push(...Results.map(({ TrainingJob }) => TrainingJob!.TrainingJobName));
  }
  expect(names).toEqual(["churn-large", "churn-small", "fraud"]);
});

test("a job is found by its new tag at once, and an endpoint's kind has none", async () => {
  const { TrainingJobArn } = await sagemaker.describeTrainingJob({ TrainingJobName: "fraud" });
  await sagemaker.addTags({ ResourceArn: TrainingJobArn, Tags: [{ Key: "reviewed", Value: "yes" }] });
  const Filters = [{ Name: "Tags.reviewed", Operator: "Equals" as const, Value: "yes" }];
  const { Results } = await sagemaker.search({ Resource: "TrainingJob", SearchExpression: { Filters } });
  expect(Results!.map(({ TrainingJob }) => TrainingJob!.TrainingJobArn)).toEqual([TrainingJobArn]);
  expect((await sagemaker.search({ Resource: "Endpoint" })).Results).toEqual([]);
});

test("by metric, hyperparameter, tag, status and channel, from boto3", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v3",
    `
import boto3
sm = boto3.client("sagemaker")

def find(*filters, **more):
    expression = {"Filters": [dict(zip(("Name", "Operator", "Value"), one)) for one in filters], **more.pop("expression", {})}
    found = sm.search(Resource="TrainingJob", SearchExpression=expression, SortBy="TrainingJobName", SortOrder="Ascending", **more)
    return " ".join(one["TrainingJob"]["TrainingJobName"] for one in found["Results"])

# The example of AWS's guide to Search, with its order by a metric.
best = sm.search(
    MaxResults=10,
    Resource="TrainingJob",
    SearchExpression={"Filters": [{"Name": "Tags.Project", "Operator": "Equals", "Value": "Churn"}]},
    SortBy="Metrics.train:logloss",
    SortOrder="Ascending",
)["Results"]
print(*[one["TrainingJob"]["TrainingJobName"] for one in best])
assert best[0]["TrainingJob"]["Tags"] == [{"Key": "Project", "Value": "Churn"}]
assert best[0]["TrainingJob"]["FinalMetricDataList"]
print(find(("Metrics.train:logloss", "GreaterThan", "0")))
print(find(("HyperParameters.eta", "LessThan", "0.5"), ("TrainingJobStatus", "Equals", "Completed")))
print(find(("TrainingJobStatus", "In", "Failed,Stopped")))
print(find(("FailureReason", "Contains", "max_depth")))
nested = {"NestedFilters": [{"NestedPropertyName": "InputDataConfig", "Filters": [
    {"Name": "InputDataConfig.ChannelName", "Operator": "Equals", "Value": "train"},
    {"Name": "InputDataConfig.DataSource.S3DataSource.S3Uri", "Operator": "Contains", "Value": "searched/train"},
]}]}
print(find(("CreationTime", "GreaterThan", "2020-01-01T00:00:00"), expression=nested, MaxResults=2))
print(len(list(sm.get_paginator("search").paginate(Resource="TrainingJob", PaginationConfig={"PageSize": 1}))))
print(*[one["PropertyName"] for one in sm.get_search_suggestions(Resource="TrainingJob", SuggestionQuery={"PropertyNameQuery": {"PropertyNameHint": "Tags.P"}})["PropertyNameSuggestions"]])
try:
    find(("Colour", "Equals", "red"))
except sm.exceptions.ClientError as error:
    print(error.response["Error"]["Code"], error.response["Error"]["Message"].split(".")[0])
`,
  );
  expect(printed.split("\n")).toEqual([
    "churn-large churn-small",
    "churn-large churn-small",
    "churn-small",
    "fraud",
    "fraud",
    "churn-large churn-small",
    "3",
    "Tags.Project",
    "ValidationException Unknown property name: Colour",
    "",
  ]);
});

test("from the AWS CLI", async (context) => {
  const printed = await runShell(
    context,
    server,
    "v3",
    `aws sagemaker search --resource TrainingJob --search-expression 'Filters=[{Name=Tags.Project,Operator=Equals,Value=Fraud}]' --query 'Results[].TrainingJob.[TrainingJobName,TrainingJobStatus]' --output text
aws sagemaker get-search-suggestions --resource TrainingJob --suggestion-query 'PropertyNameQuery={PropertyNameHint=HyperParameters.e}' --query 'PropertyNameSuggestions[].PropertyName' --output text`,
  );
  expect(printed).toBe("fraud\tFailed\nHyperParameters.eta\n");
});

test("the group of a model that is registered, at once, from the SageMaker SDK", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v2",
    `
import boto3
from sagemaker.session import Session
boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName="registered")
expression = {"Filters": [{"Name": "ModelPackageGroupName", "Operator": "Equals", "Value": "registered"}]}
found = Session(default_bucket="searched").search(resource="ModelPackageGroup", search_expression=expression)
print(*[one["ModelPackageGroup"]["ModelPackageGroupName"] for one in found["Results"]])
`,
  );
  expect(printed).toMatch(/^registered$/m);
});

test("after a kill -9, and after the index was lost", async () => {
  const { sagemaker: before } = clientsOf(server);
  await before.createModelPackageGroup({ ModelPackageGroupName: "just-made" });
  const found = async () => {
    const expression = {
      Filters: [{ Name: "ModelPackageGroupName", Operator: "Equals" as const, Value: "just-made" }],
    };
    const asked = { Resource: "ModelPackageGroup" as const, SearchExpression: expression };
    return (await clientsOf(server).sagemaker.search(asked)).TotalHits!.Value;
  };
  expect(await found()).toBe(1);
  await server.kill();
  await server.start();
  expect(await found()).toBe(1);
  await server.kill();
  writeFileSync(join(server.home, "search.sqlite"), "damaged ".repeat(1000));
  await server.start();
  expect(await found()).toBe(1);
});
