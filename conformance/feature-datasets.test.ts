import { expect, test } from "vitest";
import { makeBucket } from "./feature-groups.ts";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();

/**
 * The SageMaker SDK as it is: groups are filled by `ingest`, and datasets are made by its builder. What they must hold is
 * worked out by loops over the events, in no way that SQL has.
 */
const program = `
import datetime, json, os, random, sys, tempfile, time
os.chdir(tempfile.mkdtemp())
import boto3, pandas as pd
import sagemaker
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.feature_store.feature_store import FeatureStore
from sagemaker.feature_store.inputs import TableFormatEnum
seed, bucket = int(sys.argv[1]), "features"
random.seed(seed)
session = sagemaker.Session(default_bucket=bucket)
role = "arn:aws:iam::" + boto3.client("sts").get_caller_identity()["Account"] + ":role/FeatureStore"
runtime = boto3.client("sagemaker-featurestore-runtime")
athena, s3 = boto3.client("athena"), boto3.client("s3")
iso = lambda minute: (datetime.datetime(2026, 1, 1) + datetime.timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")

def make(name, table_format):
    events = [dict(id=f"k{random.randrange(6)}", time=iso(random.randrange(200)), value=n, note=random.choice(["a", "b c", 'q"x', None]))
              for n in range(40)]
    group = FeatureGroup(name=name, sagemaker_session=session)
    frame = pd.DataFrame(events).astype({"id": "string", "time": "string", "note": "string"})
    group.load_feature_definitions(data_frame=frame)
    group.create(s3_uri=f"s3://{bucket}/store", record_identifier_name="id", event_time_feature_name="time", role_arn=role,
                 enable_online_store=True, table_format=table_format)
    while group.describe()["FeatureGroupStatus"] == "Creating":
        time.sleep(0.1)
    group.ingest(data_frame=frame, max_workers=1, wait=True)
    log = [dict(event, deleted=False) for event in events]
    for _ in range(3):
        key, when = f"k{random.randrange(6)}", iso(random.randrange(220))
        runtime.delete_record(FeatureGroupName=name, RecordIdentifierValueAsString=key, EventTime=when)
        log.append(dict(id=key, time=when, value=None, note=None, deleted=True))
    for place, event in enumerate(log):
        event["place"] = place
    table = group.describe()["OfflineStoreConfig"]["DataCatalogConfig"]["TableName"]
    deadline = time.time() + 60
    while True:
        query = group.athena_query()
        query.run(query_string=f'SELECT count(*) AS n FROM "{table}"', output_location=f"s3://{bucket}/results/")
        query.wait()
        if query.as_dataframe()["n"][0] == len(log):
            return group, log
        assert time.time() < deadline, "the offline store has not everything"
        time.sleep(0.3)

clicks, clicks_log = make(f"clicks-{seed}", TableFormatEnum.GLUE)
users, users_log = make(f"users-{seed}", TableFormatEnum.ICEBERG)
store = FeatureStore(session)

def alive(log, duplicates=False, deleted=False):
    """The records that a dataset may have: no deletions, nothing up to the last deletion of its record, one a moment."""
    last = {}
    for event in log:
        order = (event["time"], event["place"])
        if event["deleted"] and order > last.get(event["id"], ("", -1)):
            last[event["id"]] = order
    kept = [e for e in log if not e["deleted"] and (deleted or (e["time"], e["place"]) > last.get(e["id"], ("", -1)))]
    if duplicates:
        return kept
    # One a moment: the last one written, and none where that is a deletion.
    newest = {}
    for event in log:
        if deleted and event["deleted"]:
            continue
        newest[event["id"], event["time"]] = event["place"]
    return [e for e in kept if newest[e["id"], e["time"]] == e["place"]]

def rows(frame):
    frame = frame.astype(object).where(frame.notna(), None)
    return sorted(json.dumps([None if v is None else str(int(v)) if isinstance(v, float) else str(v) for v in row]) for row in frame.values.tolist())
def texts(of):
    return sorted(json.dumps([None if v is None else str(v) for v in row]) for row in of)
plain = lambda log: [(e["id"], e["time"], e["value"], e["note"]) for e in log]
out = f"s3://{bucket}/datasets"

frame, sql = store.create_dataset(base=clicks, output_path=out).to_dataframe()
assert rows(frame) == texts(plain(alive(clicks_log))), "plain"
frame, _ = store.create_dataset(base=clicks, output_path=out).include_duplicated_records().to_dataframe()
assert rows(frame) == texts(plain(alive(clicks_log, duplicates=True))), "duplicates"
frame, _ = store.create_dataset(base=clicks, output_path=out).include_deleted_records().to_dataframe()
assert rows(frame) == texts(plain(alive(clicks_log, deleted=True))), "deleted"
frame, _ = store.create_dataset(base=clicks, output_path=out).with_event_time_range(
    datetime.datetime(2026, 1, 1, 0, 30, tzinfo=datetime.timezone.utc), datetime.datetime(2026, 1, 1, 2, 0, tzinfo=datetime.timezone.utc)).to_dataframe()
assert all(iso(30) <= t <= iso(120) for t in frame["time"]) , "range"
frame, _ = store.create_dataset(base=clicks, output_path=out).as_of(datetime.datetime(2020, 1, 1)).to_dataframe()
assert len(frame) == 0, "as of"
frame, _ = store.create_dataset(base=clicks, output_path=out).as_of(datetime.datetime(2100, 1, 1)).to_dataframe()
assert rows(frame) == texts(plain(alive(clicks_log))), "as of later"

base = pd.DataFrame([dict(id=f"k{n}", time=iso(random.randrange(200)), target=n) for n in range(6)])
builder = lambda: store.create_dataset(base=base, record_identifier_feature_name="id", event_time_identifier_feature_name="time", output_path=out)
frame, _ = builder().with_feature_group(clicks, "id", ["value"]).with_feature_group(users, "id", ["value", "note"]).point_in_time_accurate_join().to_dataframe()
want = [(b["id"], b["time"], b["target"], c["value"], u["value"], u["note"]) for b in base.to_dict("records")
        for c in alive(clicks_log) if c["id"] == b["id"] and c["time"] <= b["time"]
        for u in alive(users_log) if u["id"] == b["id"] and u["time"] <= b["time"]]
assert rows(frame) == texts(want), "point in time"
frame, _ = builder().with_feature_group(clicks, "id", ["value"]).point_in_time_accurate_join().with_number_of_recent_records_by_record_identifier(1).to_dataframe()
want = []
for b in base.to_dict("records"):
    before = [c for c in alive(clicks_log) if c["id"] == b["id"] and c["time"] <= b["time"]]
    if before:
        want.append((b["id"], b["time"], b["target"], max(before, key=lambda c: c["time"])["value"]))
assert rows(frame) == texts(want), "latest"
base.to_csv("base.csv", index=False)
frame.to_csv("latest.csv", index=False)
s3.upload_file("base.csv", bucket, "base.csv")
s3.upload_file("latest.csv", bucket, "latest.csv")
joined, _ = store.create_dataset(base=clicks, output_path=out).with_feature_group(users, "id", ["note"]).to_dataframe()
want = [(*row, u["note"]) for row in plain(alive(clicks_log)) for u in alive(users_log) if u["id"] == row[0]]
assert rows(joined) == texts(want), "joined"
print("done")
`;

test("the SageMaker SDK ingests and makes datasets, equal to loops over the events", {
  timeout: 600_000,
}, async (context) => {
  await makeBucket(server, "features");
  for (const seed of [1, 2])
    expect(await runPython(context, server, "v2", program.replace("int(sys.argv[1])", String(seed)))).toMatch(
      /done\n$/,
    );
});
