import { expect, test } from "vitest";
import { datasetProblems, firstDataset, firstJoin } from "./dataset.ts";
import { datasetPython, sdkVersions } from "./dataset-python.ts";
import { datasetSql } from "./dataset-sql.ts";
import { groupOf } from "./group.ts";

const group = (name: string, eventTime: "String" | "Fractional" = "String") =>
  groupOf({
    ...{ FeatureGroupName: name, RecordIdentifierFeatureName: "Id", EventTimeFeatureName: "time" },
    FeatureDefinitions: [
      { FeatureName: "Id", FeatureType: "String" },
      { FeatureName: "time", FeatureType: eventTime },
      { FeatureName: 'a"b', FeatureType: "Integral" },
    ],
    OfflineStoreConfig: {
      S3StorageConfig: { S3Uri: "s3://b/" },
      DataCatalogConfig: { Catalog: "AwsDataCatalog", Database: "db", TableName: name },
    },
  });
const wanted = { ...firstDataset, base: "clicks" };

test.each([
  [{}, []],
  [{ base: "" }, [["base", "This is required."]]],
  [{ joins: [firstJoin] }, [["joins.0.group", "This is required."]]],
  [{ asOf: "2026-02-30T00:00:00Z" }, [["asOf", expect.stringContaining("A time in UTC")]]],
  [{ from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, [["to", expect.stringContaining("before")]]],
  [
    { recent: "0", most: "1e3" },
    [
      ["recent", expect.any(String)],
      ["most", expect.any(String)],
    ],
  ],
  [{ pointInTime: true }, [["pointInTime", expect.stringContaining("join a group")]]],
])("what keeps a dataset from being made: %j", (values, problems) => {
  expect([...datasetProblems({ ...wanted, ...values })]).toEqual(problems);
});

test("a statement has every choice, and names in quotes", () => {
  const joins = [
    { ...firstJoin, group: "visits", features: ['a"b'], type: "LEFT_JOIN", comparator: "NOT_EQUAL_TO", on: "time" },
  ] as const;
  const asked = { ...wanted, joins, pointInTime: true, recent: "1", most: "5", asOf: "2026-01-31T08:00:00Z" };
  const sql = datasetSql({ wanted: asked, base: group("clicks"), joined: [group("visits", "Fractional")] });
  expect(sql).toContain('LEFT JOIN fg_0 ON fg_base."Id" <> fg_0."time"');
  expect(sql).toContain('AND from_iso8601_timestamp(fg_base."time") >= from_unixtime(fg_0."time")');
  expect(sql).toContain('fg_0."a""b" AS "a""b.1"');
  expect(sql).toContain("WHERE write_time <= TIMESTAMP '2026-01-31 08:00:00'");
  expect(sql).toMatch(/WHERE row_recent <= 1\nLIMIT 5$/);
});

test("a program has every choice, and no import that it does not need", () => {
  const plain = datasetPython({ wanted, base: group("clicks"), joined: [] }, "s3://b/out/", sdkVersions[0]!);
  expect(plain).toBe(`from sagemaker import Session
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.feature_store.feature_store import FeatureStore

session = Session()
dataset = FeatureStore(session).create_dataset(
    base=FeatureGroup(name="clicks", sagemaker_session=session),
    output_path="s3://b/out/",
)
frame, query = dataset.to_dataframe()
print(frame)`);
  const joins = [{ ...firstJoin, group: "visits", type: "LEFT_JOIN", by: "Id" }] as const;
  const asked = { ...wanted, joins, to: "2026-01-31T08:00:30Z", asOf: "2026-01-31T08:00:00Z", duplicates: true };
  const whole = datasetPython(
    { wanted: asked, base: group("clicks"), joined: [group("visits")] },
    "s3://b/",
    sdkVersions[1]!,
  );
  expect(whole).toContain("from sagemaker.mlops.feature_store import DatasetBuilder, FeatureGroup, JoinTypeEnum");
  expect(whole).toContain("dataset = dataset.as_of(datetime(2026, 1, 31, 8, 0))");
  expect(whole).toContain(
    "with_event_time_range(datetime(1970, 1, 1, 0, 0, tzinfo=timezone.utc), datetime(2026, 1, 31, 8, 0, 30, tzinfo=timezone.utc))",
  );
  expect(whole).toContain("dataset = dataset.include_duplicated_records()");
});
