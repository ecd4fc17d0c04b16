import { describe, expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

/** Programs that ask Athena by way of boto3, as their users call them: what their own tests showed. */
const preamble = `
import boto3, os
region = os.environ["AWS_REGION"]
s3 = boto3.client("s3")
def bucket(name):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    return name
`;

describe.concurrent("programs on Athena", () => {
  const server = useServer();
  const run = async (context: Parameters<typeof runPython>[0], program: string) =>
    expect(await runPython(context, server, "apps", `${preamble}${program}\nprint("done")`)).toMatch(/done\n$/);

  test("PyAthena: rows, frames, Arrow, unloaded files, empty lines, what SQLAlchemy reads of tables and views", (context) =>
    run(
      context,
      `
import pandas as pd, sqlalchemy as sa
from pyathena import connect
from pyathena.arrow.cursor import ArrowCursor
from pyathena.pandas.cursor import PandasCursor
b = bucket("for-pyathena")
staging = f"s3://{b}/results/"
connection = connect(s3_staging_dir=staging, region_name=region, poll_interval=0.1)
def ask(statement, *arguments, **options):
    return connection.cursor().execute(statement, *arguments, **options)
ask("CREATE DATABASE pyathena_programs")
s3.put_object(Bucket=b, Key="gaps/a.tsv", Body=b"1\\t2\\n1\\n\\n")
ask(f"""CREATE EXTERNAL TABLE pyathena_programs.gaps (a INT, b INT) COMMENT 'with gaps'
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\\\t' LOCATION 's3://{b}/gaps/'""")
ask("CREATE OR REPLACE VIEW pyathena_programs.all_gaps AS SELECT a, b FROM pyathena_programs.gaps")
rows = ask("SELECT A, b FROM pyathena_programs.gaps")
assert [name for name, *_ in rows.description] == ["A", "b"], rows.description
assert sorted(rows.fetchall(), key=str) == [(1, 2), (1, None), (None, None)]
assert ask("SELECT b FROM pyathena_programs.gaps WHERE a = ? AND b > ?", ["1", "1"], paramstyle="qmark").fetchall() == [(2,)]
frame = connection.cursor(PandasCursor).execute("SELECT * FROM pyathena_programs.gaps").as_pandas()
assert len(frame) == 3 and frame["a"].isna().sum() == 1, frame
table = connection.cursor(ArrowCursor).execute("SELECT a, b FROM pyathena_programs.all_gaps WHERE a = 1").as_arrow()
assert table.num_rows == 2 and table.column_names == ["a", "b"], table
unloading = connection.cursor(ArrowCursor, unload=True)
assert unloading.execute("SELECT a FROM pyathena_programs.gaps WHERE a = 1").as_arrow().num_rows == 2
assert unloading.execute("SELECT a FROM pyathena_programs.gaps WHERE a = 9").as_arrow().num_columns == 0
assert unloading.output_location.endswith(unloading.query_id), unloading.output_location
found = sa.create_engine(f"awsathena+rest://athena.{region}.amazonaws.com:443/pyathena_programs",
    connect_args={"s3_staging_dir": staging, "poll_interval": 0.1})
inspector = sa.inspect(found)
assert inspector.get_table_comment("gaps", schema="pyathena_programs") == {"text": "with gaps"}
assert {"default", "pyathena_programs"} <= set(inspector.get_schema_names())
assert inspector.get_view_names() == ["all_gaps"]
assert "SELECT a, b FROM pyathena_programs.gaps" in inspector.get_view_definition("all_gaps", schema="pyathena_programs")
with found.connect() as rows:
    gaps = sa.Table("gaps", sa.MetaData(schema="pyathena_programs"), autoload_with=rows)
    assert gaps.dialect_options["awsathena"]["location"] == f"s3://{b}/gaps"
    assert rows.execute(sa.select(sa.func.count()).select_from(gaps)).scalar() == 3
ask("DROP DATABASE pyathena_programs CASCADE")
`,
    ));

  test("awswrangler: tables from frames, read by queries, by CREATE TABLE AS and by UNLOAD, and of Iceberg", (context) =>
    run(
      context,
      `
import awswrangler as wr, itertools, pandas as pd
b = bucket("for-wrangler-sql")
# UNLOAD wants an empty place.
places = itertools.count()
database, output = "wrangler_programs", f"s3://{b}/results/"
wr.catalog.create_database(database)
frame = pd.DataFrame({"id": [1, 2, 3], "Name": ["x", None, "Z"], "part": ["p", "q", "q"]})
wr.s3.to_parquet(frame, f"s3://{b}/set/", dataset=True, database=database, table="things", partition_cols=["part"])
def read(statement, **options):
    place = f"{output}{next(places)}/"
    return wr.athena.read_sql_query(statement, database=database, s3_output=place, athena_query_wait_polling_delay=0.1, **options)
by = {"query": {"ctas_approach": False}, "table": {"keep_files": False},
      "files": {"ctas_approach": False, "unload_approach": True, "keep_files": False}}
for how, options in by.items():
    out = read("SELECT id, name, part FROM things ORDER BY id", **options).sort_values("id")
    assert out["id"].tolist() == [1, 2, 3] and out["part"].tolist() == ["p", "q", "q"], (how, out)
    try:
        assert len(read("SELECT id FROM things WHERE id > 9", **options)) == 0 and how != "files", how
    except wr.exceptions.EmptyDataFrame:
        # No file says which columns there are.
        assert how == "files", how
# What it was told not to keep is gone: of CREATE TABLE AS and of UNLOAD with rows.
left = [path for place in (2, 4) for path in wr.s3.list_objects(f"{output}{place}/")]
assert left == [], left
found = read("SELECT ID FROM things WHERE name = ?", params=["Z"], paramstyle="qmark", ctas_approach=False)
assert found.to_dict("list") == {"ID": [3]}, found
for statement in ("SELECT 1", "SELECT NULL AS nothing"):
    try:
        read(statement)
        raise AssertionError(statement)
    except wr.exceptions.InvalidArgumentValue:
        pass
assert wr.athena.describe_table("things", database=database, s3_output=output).shape[0] == 3
assert wr.athena.show_create_table("things", database=database, s3_output=output).startswith("CREATE EXTERNAL TABLE \`things\`(")
wr.athena.to_iceberg(frame, database=database, table="ice", table_location=f"s3://{b}/ice/", temp_path=f"s3://{b}/temp/",
    s3_output=output, keep_files=False)
wr.athena.to_iceberg(frame.assign(id=[1, 2, 9]), database=database, table="ice", temp_path=f"s3://{b}/temp/", s3_output=output,
    keep_files=False, merge_cols=["id"])
assert sorted(read("SELECT id FROM ice", ctas_approach=False)["id"]) == [1, 2, 3, 9]
wr.catalog.delete_database(database)
`,
    ));
});
