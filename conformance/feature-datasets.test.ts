import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
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
s3.upload_file("base.csv", bucket, "base.csv")
def latest(log, b):
    before = [e for e in alive(log) if e["id"] == b["id"] and e["time"] <= b["time"]]
    return max(before, key=lambda e: e["time"], default=None)
both = [(b, latest(clicks_log, b), latest(users_log, b)) for b in base.to_dict("records")]
text = lambda value: None if value is None else str(value)
wide = [[b["id"], b["time"], text(b["target"]), text(c["value"]), text(u["value"]), u["note"]] for b, c, u in both if c and u]
kept = [[b["id"], b["time"], text(b["target"]), text(c and c["value"]), text(u and u["value"]), u["note"] if u else None] for b, c, u in both]
one = [[b["id"], b["time"], text(b["target"]), text(c["value"])] for b, c, u in both if c]
assert rows(frame) == sorted(json.dumps(row) for row in one), "the SDK's latest records are those of loops"
s3.put_object(Bucket=bucket, Key="expected.json", Body=json.dumps([one, wide, kept]).encode())
joined, _ = store.create_dataset(base=clicks, output_path=out).with_feature_group(users, "id", ["note"]).to_dataframe()
want = [(*row, u["note"]) for row in plain(alive(clicks_log)) for u in alive(users_log) if u["id"] == row[0]]
assert rows(joined) == texts(want), "joined"
print("done")
`;

test("the SageMaker SDK ingests and makes datasets, equal to loops over the events; so does `features history`", {
  timeout: 600_000,
}, async (context) => {
  await makeBucket(server, "features");
  const folder = await mkdtemp(join(tmpdir(), "features-history-test-"));
  const { s3 } = clientsOf(server);
  const read = async (Key: string) => (await s3.getObject({ Bucket: "features", Key })).Body!.transformToString();
  for (const seed of [1, 2]) {
    expect(await runPython(context, server, "v2", program.replace("int(sys.argv[1])", String(seed)))).toMatch(
      /done\n$/,
    );
    const [base, output] = ["base.csv", "joined.csv"].map((name) => join(folder, name)) as [string, string];
    await writeFile(base, await read("base.csv"));
    const [one, wide, kept] = JSON.parse(await read("expected.json")) as string[][][];
    const history = async (...words: string[]) => {
      const shared = ["--base", base, "--id", "id", "--time", "time", "--output", output];
      expect(await server.sagebrush("features", "history", ...words, ...shared)).toMatchObject({ code: 0, stderr: "" });
      const [header, ...lines] = (await readFile(output, "utf8")).trim().split("\n");
      return { header, rows: lines.map(cellsOf) };
    };
    const both = [`clicks-${seed}:value`, `users-${seed}:value,note`];
    expect(await history(both[0]!)).toEqual({ header: "id,time,target,value.1", rows: one });
    expect(await history(...both)).toEqual({ header: "id,time,target,value.1,value.2,note.2", rows: wide });
    expect(await history(...both, "--all")).toMatchObject({ rows: kept });
    // Parquet is put together of the columns of the base and of each group.
    const file = join(folder, `joined-${seed}.parquet`);
    expect(
      await server.sagebrush(
        "features",
        "history",
        ...both,
        "--base",
        base,
        "--id",
        "id",
        "--time",
        "time",
        "--output",
        file,
      ),
    ).toMatchObject({ code: 0 });
    expect(await textsOf(file)).toEqual(wide);
    expect(await history(both[0]!, "--as-of", "2020-01-01T00:00:00Z")).toMatchObject({ rows: [] });
  }
  await rm(folder, { recursive: true });
});

/** The rows of a file of Parquet as texts. */
async function textsOf(file: string): Promise<string[][]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM '${file}'`);
  connection.closeSync();
  instance.closeSync();
  return found.getRowsJson() as string[][];
}

/** The cells of a line of CSV; one that is empty without quotes is null. */
const cellsOf = (line: string): (string | null)[] =>
  [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell = ""]) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell === "" ? null : cell,
  );

test.each([
  [["history", "none"], "can't find a FeatureGroup with name none"],
  [["history"], "one GROUP or more"],
  [["future", "x"], "features does history"],
])("features %j is refused and says why", async (words, reason) => {
  const shared = ["--base", "package.json", "--id", "id", "--time", "time", "--output", "x.csv"];
  const { code, stderr } = await server.sagebrush("features", ...words, ...shared);
  expect(code).not.toBe(0);
  expect(stderr).toContain(reason);
});
