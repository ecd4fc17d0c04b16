import { expect, test } from "vitest";
import { patience } from "./clients.ts";
import { featureBucket, hourOf, makeBucket, makeClicks, offlineOf, putClick, rowsOf } from "./feature-groups.ts";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const groups = ["plain", "frosted"] as const;

test("awswrangler reads the tables of feature groups: by queries, and the files of a group of Glue by themselves", async (context) => {
  await makeClicks(server, "plain");
  await makeClicks(server, "frosted", { TableFormat: "Iceberg" });
  for (const name of groups) {
    await putClick(server, name, { Id: "a", time: hourOf(8), clicks: "9007199254740993", share: "0.5" });
    await putClick(server, name, { Id: "b", time: hourOf(9) });
  }
  for (const name of groups) {
    const { table } = await offlineOf(server, name);
    await expect.poll(() => rowsOf(server, `SELECT count(*) FROM ${table}`), patience).toEqual([["2"]]);
  }
  const { prefix } = await offlineOf(server, "plain");
  const tables = Object.fromEntries(
    await Promise.all(groups.map(async (name) => [name, (await offlineOf(server, name)).catalog.TableName!] as const)),
  );
  const printed = await runPython(
    context,
    server,
    "apps",
    `
import awswrangler as wr, json
tables, database = json.loads('${JSON.stringify(tables)}'), "sagemaker_featurestore"
said = {}
for name, table in tables.items():
    for how, options in {"query": {"ctas_approach": False}, "table": {"keep_files": False}}.items():
        rows = wr.athena.read_sql_query(f"SELECT id, time, clicks, share, is_deleted FROM {table} ORDER BY id", database=database, s3_output=f"s3://${featureBucket}/results/{name}/{how}/", athena_query_wait_polling_delay=0.1, **options).sort_values("id")
        said[f"{name} {how}"] = [str(rows["clicks"].iloc[0]), rows["clicks"].isna().tolist(), rows["share"].dropna().tolist(), [bool(one) for one in rows["is_deleted"]]]
files = wr.s3.read_parquet("s3://${featureBucket}/${prefix}/", dataset=True).sort_values("id")
said["files"] = [files["id"].tolist(), files["year"].astype(str).tolist(), files["hour"].astype(str).tolist()]
table = wr.s3.read_parquet_table(table=tables["plain"], database=database, partition_filter=lambda one: one["hour"] == "09")
said["part"] = table["id"].tolist()
said["types"] = wr.catalog.get_table_types(database=database, table=tables["frosted"])
print("SAID " + json.dumps(said))
`,
  );
  const read = ["9007199254740993", [false, true], [0.5], [false, false]];
  const said = JSON.parse(/SAID (.*)$/m.exec(printed)![1]!);
  expect(said).toMatchObject({
    ...Object.fromEntries(groups.flatMap((name) => ["query", "table"].map((how) => [`${name} ${how}`, read]))),
    files: [
      ["a", "b"],
      ["2026", "2026"],
      ["08", "09"],
    ],
    part: ["b"],
    types: { id: "string", clicks: "bigint", share: "double", write_time: "timestamp", is_deleted: "boolean" },
  });
});

test("version 3 of the SageMaker SDK makes, fills, reads, changes and queries a group, and makes a dataset of it", async (context) => {
  await makeBucket(server, featureBucket);
  const printed = await runPython(
    context,
    server,
    "v3",
    `
import json, time
import pandas as pd
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import FeatureGroup
from sagemaker.core.shapes import FeatureDefinition
from sagemaker.mlops.feature_store import OfflineStoreConfig, OnlineStoreConfig, S3StorageConfig
from sagemaker.mlops.feature_store.dataset_builder import DatasetBuilder
from sagemaker.mlops.feature_store.feature_utils import create_athena_query, ingest_dataframe, load_feature_definitions_from_dataframe
session = Session()
frame = pd.DataFrame({"id": ["a", "b", "c"], "time": [1700000000.0, 1700000001.0, 1700000002.0], "n": [1, 2, 3]})
frame["id"] = frame["id"].astype("string")
group = FeatureGroup.create(feature_group_name="from-v3", record_identifier_feature_name="id", event_time_feature_name="time",
    feature_definitions=load_feature_definitions_from_dataframe(frame), role_arn="arn:aws:iam::123456789012:role/FeatureStore",
    online_store_config=OnlineStoreConfig(enable_online_store=True),
    offline_store_config=OfflineStoreConfig(s3_storage_config=S3StorageConfig(s3_uri="s3://${featureBucket}/v3")))
while FeatureGroup.get(feature_group_name="from-v3").feature_group_status == "Creating":
    time.sleep(0.1)
ingest_dataframe(feature_group_name="from-v3", data_frame=frame, max_workers=2, max_processes=1)
said = {"record": [one.value_as_string for one in group.get_record(record_identifier_value_as_string="b").record]}
group.update(feature_additions=[FeatureDefinition(feature_name="more", feature_type="String")])
said["names"] = [one.feature_name for one in FeatureGroup.get(feature_group_name="from-v3").feature_definitions]
group.delete_record(record_identifier_value_as_string="c", event_time="1700000003")
said["deleted"] = str(group.get_record(record_identifier_value_as_string="c").record)
query = create_athena_query("from-v3", session)
while True:
    query.run(f'SELECT count(*) AS n FROM "{query.table_name}"', "s3://${featureBucket}/results/")
    query.wait()
    if query.as_dataframe()["n"][0] == 4:
        break
dataset, _ = DatasetBuilder.create(base=FeatureGroup.get(feature_group_name="from-v3"), output_path="s3://${featureBucket}/results/", session=session).to_dataframe()
said["dataset"] = sorted(dataset["id"])
group.delete()
print("SAID " + json.dumps(said))
`,
  );
  expect(JSON.parse(/SAID (.*)$/m.exec(printed)![1]!)).toEqual({
    record: ["b", "1700000001.0", "2"],
    names: ["id", "time", "n", "more"],
    deleted: "",
    dataset: ["a", "b"],
  });
});

/** The CLI's own program, which takes a second to start: one process does all commands. */
const commandLine = `
import contextlib, io, shlex
from awscli.clidriver import create_clidriver
driver = create_clidriver()
def aws(words):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert driver.main(shlex.split(words)) == 0, words
    return said.getvalue().strip()
`;

test("the AWS CLI makes a group, writes, reads, lists and deletes records, and finds what is said of features", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v2",
    `${commandLine}
store = "sagemaker-featurestore-runtime"
aws("""sagemaker create-feature-group --feature-group-name shell --record-identifier-feature-name id --event-time-feature-name time
  --feature-definitions FeatureName=id,FeatureType=String FeatureName=time,FeatureType=Fractional FeatureName=n,FeatureType=Integral
  --online-store-config EnableOnlineStore=true,TtlDuration='{Unit=Weeks,Value=9000}' --tags Key=team,Value=shop""")
while aws("sagemaker describe-feature-group --feature-group-name shell --query FeatureGroupStatus --output text") == "Creating":
    pass
aws(f"{store} put-record --feature-group-name shell --record FeatureName=id,ValueAsString=a FeatureName=time,ValueAsString=1700000000 FeatureName=n,ValueAsString=1")
print(aws(f"""{store} batch-write-record --entries '[{{"FeatureGroupName":"shell","Record":[{{"FeatureName":"id","ValueAsString":"b"}},{{"FeatureName":"time","ValueAsString":"1700000001"}}]}}]' --query 'length(Errors)'"""))
print(aws(f"{store} get-record --feature-group-name shell --record-identifier-value-as-string a --expiration-time-response Enabled --query '[Record[2].ValueAsString,ExpiresAt]' --output text"))
print(aws(f"{store} batch-get-record --identifiers FeatureGroupName=shell,RecordIdentifiersValueAsString=a,b,c --query 'length(Records)'"))
print(aws(f"{store} list-records --feature-group-name shell --query RecordIdentifiers --output text"))
aws(f"{store} delete-record --feature-group-name shell --record-identifier-value-as-string a --event-time 1700000002 --deletion-mode HardDelete")
print(aws(f"{store} get-record --feature-group-name shell --record-identifier-value-as-string a --query Record --output text"))
arn = aws("sagemaker update-feature-group --feature-group-name shell --feature-additions FeatureName=late,FeatureType=String --query FeatureGroupArn --output text")
aws("sagemaker update-feature-metadata --feature-group-name shell --feature-name n --description counted --parameter-additions Key=owner,Value=me")
print(aws("sagemaker describe-feature-metadata --feature-group-name shell --feature-name n --query Parameters[0].Value --output text"))
print(aws("sagemaker search --resource FeatureMetadata --search-expression Filters=[{Name=Description,Operator=Equals,Value=counted}] --query Results[].FeatureMetadata.FeatureName --output text"))
print(aws("sagemaker list-feature-groups --name-contains she --query FeatureGroupSummaries[].FeatureGroupName --output text"))
print(aws(f"sagemaker list-tags --resource-arn {arn} --query Tags[0].Value --output text"))
aws("sagemaker delete-feature-group --feature-group-name shell")
`,
  );
  expect(printed.split("\n").filter(Boolean)).toEqual([
    "0",
    expect.stringMatching(/^1\t2\d{3}-/),
    "2",
    "a\tb",
    "None",
    "me",
    "n",
    "shell",
    "shop",
  ]);
});
