import { beforeAll, expect, test } from "vitest";
import { clicks, createGroup, featureClients } from "./feature-records.ts";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const sagemaker = () => featureClients(server).sagemaker;

beforeAll(async () => {
  await createGroup(server, "clicks", { Description: "What was clicked" });
  await createGroup(server, "visits");
});

test("a feature is found by what people say of it", async () => {
  const named = { FeatureGroupName: "clicks", FeatureName: "ratio" };
  await sagemaker().updateFeatureMetadata({
    ...{ ...named, Description: "clicks by views" },
    ParameterAdditions: [{ Key: "team", Value: "growth" }],
  });
  const found = async (Name: string, Operator: "Equals" | "Contains", Value: string) => {
    const { Results } = await sagemaker().search({
      Resource: "FeatureMetadata",
      SearchExpression: { Filters: [{ Name, Operator, Value }] },
      SortBy: "FeatureGroupName",
      SortOrder: "Ascending",
    });
    return Results!.map(({ FeatureMetadata: one }) => `${one!.FeatureGroupName}.${one!.FeatureName}`);
  };
  expect(await found("FeatureName", "Equals", "ratio")).toEqual(["clicks.ratio", "visits.ratio"]);
  expect(await found("Parameters.team", "Equals", "growth")).toEqual(["clicks.ratio"]);
  expect(await found("AllParameters", "Contains", "grow")).toEqual(["clicks.ratio"]);
  expect(await found("Description", "Contains", "views")).toEqual(["clicks.ratio"]);
  expect(await sagemaker().describeFeatureMetadata(named)).toMatchObject({
    ...{ ...named, FeatureType: "Fractional", Description: "clicks by views" },
    Parameters: [{ Key: "team", Value: "growth" }],
  });
  const groups = await sagemaker().search({
    Resource: "FeatureGroup",
    SearchExpression: { Filters: [{ Name: "FeatureDefinitions.FeatureName", Operator: "Contains", Value: "ratio" }] },
  });
  expect(groups.Results!.map(({ FeatureGroup }) => FeatureGroup!.FeatureGroupName).sort()).toEqual([
    "clicks",
    "visits",
  ]);
});

test("the two contexts of a group, and contexts that clients make", async () => {
  const group = await sagemaker().describeFeatureGroup({ FeatureGroupName: "clicks" });
  const name = `clicks-${Math.floor(group.CreationTime!.getTime() / 1000)}-feature-group-pipeline`;
  expect(await sagemaker().describeContext({ ContextName: name })).toMatchObject({
    ...{ ContextType: "FeatureGroupPipeline", Source: { SourceUri: group.FeatureGroupArn } },
  });
  await sagemaker().createContext({
    ContextName: "own",
    ContextType: "Model",
    Source: { SourceUri: "s3://b/k" },
    Properties: { a: "1", b: "2" },
  });
  await expect(
    sagemaker().createContext({ ContextName: "own", ContextType: "Model", Source: { SourceUri: "s3://b/k" } }),
  ).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining("already exists") });
  await sagemaker().updateContext({ ContextName: "own", Properties: { c: "3", d: "4" }, PropertiesToRemove: ["d"] });
  expect((await sagemaker().describeContext({ ContextName: "own" })).Properties).toEqual({ c: "3" });
  const { ContextSummaries } = await sagemaker().listContexts({ SourceUri: "s3://b/k" });
  expect(ContextSummaries!.map(({ ContextName }) => ContextName)).toEqual(["own"]);
  const { AssociationSummaries } = await sagemaker().listAssociations({ SourceArn: ContextSummaries![0]!.ContextArn });
  expect(AssociationSummaries).toEqual([]);
  await sagemaker().deleteContext({ ContextName: "own" });
  await expect(sagemaker().describeContext({ ContextName: "own" })).rejects.toMatchObject({ name: "ResourceNotFound" });
});

test("the SageMaker SDK makes, fills, reads and describes a feature group", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v2",
    `
import time
import pandas
import sagemaker
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.feature_store.feature_store import FeatureStore
from sagemaker.feature_store.inputs import FeatureParameter, Identifier, TargetStoreEnum, TtlDuration, DeletionModeEnum, ExpirationTimeResponseEnum
from sagemaker.feature_store.feature_definition import StringFeatureDefinition
from sagemaker.lineage.context import Context

session = sagemaker.Session()
frame = pandas.DataFrame({"id": [1, 2, 3], "time": [1700000000.0] * 3, "name": ["a", "b", None], "score": [0.5, None, 2.5]})
frame["name"] = frame["name"].astype("string")
group = FeatureGroup(name="from-sdk", sagemaker_session=session)
group.load_feature_definitions(data_frame=frame)
group.create(s3_uri=False, record_identifier_name="id", event_time_feature_name="time", role_arn="arn:aws:iam::123456789012:role/FeatureRole", enable_online_store=True, ttl_duration=TtlDuration(unit="Weeks", value=2000), description="made by the SDK", tags=[{"Key": "team", "Value": "shop"}])
while group.describe()["FeatureGroupStatus"] == "Creating":
    time.sleep(0.1)
print(group.describe()["FeatureGroupStatus"], group.describe()["OnlineStoreConfig"]["TtlDuration"])
group.ingest(data_frame=frame, max_workers=2, max_processes=1, wait=True)
print(group.get_record(record_identifier_value_as_string="3"))
print(group.get_record(record_identifier_value_as_string="2", feature_names=["name"]))
group.update([StringFeatureDefinition(feature_name="more")])
group.update_feature_metadata("more", description="added", parameter_additions=[FeatureParameter("owner", "me")])
print(group.describe_feature_metadata("more")["Parameters"], [tag["Value"] for tag in group.list_tags()])
store = FeatureStore(session)
print([one["FeatureGroupName"] for one in store.list_feature_groups(name_contains="sdk")["FeatureGroupSummaries"]])
print(len(store.batch_get_record([Identifier("from-sdk", ["1", "2", "9"])])["Records"]))
group.delete_record("1", "1700000001", deletion_mode=DeletionModeEnum.HARD_DELETE)
print(group.get_record(record_identifier_value_as_string="1"))
seconds = int(group.describe()["CreationTime"].timestamp())
for end in ("pipeline", "pipeline-version"):
    print(Context.load(f"from-sdk-{seconds}-feature-group-{end}", session).context_type)
group.delete()
`,
  );
  const lines = printed.split("\n").filter((line) => line !== "" && !/sagemaker.config|^Not applying/.test(line));
  expect(lines).toEqual([
    "Created {'Unit': 'Weeks', 'Value': 2000}",
    "[{'FeatureName': 'id', 'ValueAsString': '3'}, {'FeatureName': 'time', 'ValueAsString': '1700000000.0'}, {'FeatureName': 'score', 'ValueAsString': '2.5'}]",
    "[{'FeatureName': 'name', 'ValueAsString': 'b'}]",
    "[{'Key': 'owner', 'Value': 'me'}] ['shop']",
    "['from-sdk']",
    "2",
    "None",
    "FeatureGroupPipeline",
    "FeatureGroupPipelineVersion",
  ]);
});

test("what is no feature group", async () => {
  await expect(
    sagemaker().createFeatureGroup({ ...clicks, FeatureGroupName: "nowhere", OnlineStoreConfig: undefined }),
  ).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining("needs a store") });
});
