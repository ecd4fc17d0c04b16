import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** A flow as Data Wrangler exports it: a source, types, steps of SQL and of pandas, and a split whose parts are wanted. */
const flow = `
import json
def node(id, kind, operator, parameters, *inputs, outputs=("default",)):
    edges = [dict(zip(("node_id", "output_name"), (one + ".default").split(".")[:2]), name="df") for one in inputs]
    return dict(node_id=id, type=kind, operator=f"sagemaker.{operator}_0.1", parameters=parameters, inputs=edges, outputs=[{"name": name} for name in outputs])
source = {"dataset_definition": {"datasetSourceType": "S3", "name": "rides.csv", "s3ExecutionContext": {"s3Uri": "s3://elsewhere/rides.csv", "s3ContentType": "csv", "s3HasHeader": True}}}
flow = {"metadata": {"version": 1}, "nodes": [
    node("source", "SOURCE", "s3_source", source),
    node("padded", "TRANSFORM", "spark.format_string", {"operator": "Left pad", "left_pad_parameters": {"input_column": "id", "width": 4, "fill_character": "0"}}, "source"),
    node("coded", "TRANSFORM", "spark.custom_pandas", {"code": "df['cents'] = (df['fare'].astype(float) * 100).round().astype(int)"}, "padded"),
    node("kept", "TRANSFORM", "spark.manage_columns", {"operator": "Drop column", "drop_column_parameters": {"column_to_drop": "fare"}, "rename_column_parameters": {}}, "coded"),
    node("parts", "TRANSFORM", "spark.split", {"operator": "Ordered split", "ordered_split_parameters": {"splits": [{"name": "Train", "percentage": 0.75}, {"name": "Test", "percentage": 0.25}]}}, "kept", outputs=("Train", "Test")),
]}
`;

/** As the notebooks that Studio exports have it, by SageMaker's own SDK. */
const notebook = `${flow}
import sagemaker
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.s3 import S3Downloader, S3Uploader
session = sagemaker.Session()
bucket, region = session.default_bucket(), session.boto_region_name
flow_uri = S3Uploader.upload_string_as_file_body(json.dumps(flow), f"s3://{bucket}/data_wrangler_flows/rides.flow", sagemaker_session=session)
rows = "id,fare,note\\n" + "".join(f'{number},{number}.25,"a, {number}"\\n' for number in range(8))
data_uri = S3Uploader.upload_string_as_file_body(rows, f"s3://{bucket}/rides/rides.csv", sagemaker_session=session)
image = sagemaker.image_uris.retrieve("data-wrangler", region)
def run(name, outputs, arguments, source="rides.csv", **more):
    processor = Processor(role="arn:aws:iam::123456789012:role/SageMakerRole", image_uri=image, instance_count=2, instance_type="ml.m5.4xlarge", sagemaker_session=session)
    processor.run(
        inputs=[
            ProcessingInput(source=flow_uri, destination="/opt/ml/processing/flow", input_name="flow", s3_data_type="S3Prefix", s3_input_mode="File", s3_data_distribution_type="FullyReplicated"),
            ProcessingInput(source=data_uri, destination=f"/opt/ml/processing/{source}", input_name=source, s3_data_type="S3Prefix", s3_input_mode="File", s3_data_distribution_type="FullyReplicated"),
        ],
        outputs=[ProcessingOutput(output_name=output, source="/opt/ml/processing/output", destination=f"s3://{bucket}/{name}/output", s3_upload_mode="EndOfJob") for output in outputs],
        arguments=arguments or None, job_name=name, logs=False, **more,
    )
    return processor
def texts(name, output):
    place = f"s3://{bucket}/{name}/output/{output.replace('.', '/')}"
    files = S3Downloader.list(place, sagemaker_session=session)
    return [S3Downloader.read_file(file, sagemaker_session=session) for file in sorted(files)]
`;

test("a notebook that Studio exported runs a flow as a processing job", async (context) => {
  const program = `${notebook}
config = {"parts.Train": {"content_type": "CSV", "delimiter": ";"}, "parts.Test": {"content_type": "CSV"}}
run("exported", ["parts.Train", "parts.Test"], [f"--output-config '{json.dumps(config)}'", "--refit-trained-params " + json.dumps({"refit": True, "output_flow": "learned.flow"})])
print("SAID " + json.dumps({"train": texts("exported", "parts.Train"), "test": texts("exported", "parts.Test"), "flow": json.loads(S3Downloader.read_file(f"s3://{bucket}/exported/output/learned.flow", sagemaker_session=session)) == flow}))
`;
  const said = JSON.parse(/SAID (.*)$/m.exec(await runPython(context, server, "v2", program))![1]!);
  const rows = (from: number, to: number, divider: string) =>
    Array.from({ length: to - from }, (_, at) => {
      const note = `a, ${from + at}`;
      return [`000${from + at}`, divider === "," ? `"${note}"` : note, (from + at) * 100 + 25].join(divider);
    });
  expect(said).toEqual({
    train: [`${["id;note;cents", ...rows(0, 6, ";")].join("\n")}\n`],
    test: [`${["id,note,cents", ...rows(6, 8, ",")].join("\n")}\n`],
    flow: true,
  });
});

test("a flow that cannot be run ends its job with the node, the value and what to do", async (context) => {
  const program = `${notebook}
import time
names = []
def failing(name, change, outputs=("parts.Train",), arguments=()):
    global flow_uri
    names.append(name)
    changed = json.loads(json.dumps(flow))
    change(changed["nodes"])
    flow_uri = S3Uploader.upload_string_as_file_body(json.dumps(changed), f"s3://{bucket}/flows/{name}.flow", sagemaker_session=session)
    run(name, list(outputs), list(arguments), wait=False)
failing("column", lambda nodes: nodes[1]["parameters"]["left_pad_parameters"].update(input_column="idd"))
failing("code", lambda nodes: nodes[2]["parameters"].update(code="x = 1\\ndf['y'] = df['absent']"))
failing("circle", lambda nodes: nodes[1]["inputs"][0].update(node_id="kept"))
failing("width", lambda nodes: nodes[1]["parameters"]["left_pad_parameters"].update(width=-1))
failing("argument", lambda nodes: None, arguments=["--output-confg", "{}"])
def end(name):
    while (job := session.describe_processing_job(name))["ProcessingJobStatus"] == "InProgress":
        time.sleep(0.2)
    return job.get("ExitMessage")
print("SAID " + json.dumps({name: end(name) for name in names}))
`;
  const said = JSON.parse(/SAID (.*)$/m.exec(await runPython(context, server, "v2", program))![1]!);
  expect(said).toEqual({
    column: expect.stringContaining(
      'In node padded, format_string (Left pad): There is no column "idd"; was "id" meant?',
    ),
    code: expect.stringMatching(
      /In node coded, custom_pandas: The code failed: KeyError: 'absent', line 2 of the code/,
    ),
    circle: expect.stringContaining("The flow goes in a circle"),
    width: expect.stringContaining('width is "-1"; give a whole number from 1 to 1000'),
    argument: expect.stringContaining('The argument "--output-confg" is not known; the arguments are --output-config'),
  });
});

const shared = join(root, "..", "shared", "data", "flows");

test("flows that others wrote run to their ends, code of theirs included", async (context) => {
  if (!existsSync(shared)) context.skip("../shared/data/flows is not there");
  const flows = ["291c15a5e0--*claims.flow", "8da6db3ffc--*customers.flow"].map((name) =>
    join(shared, globSync(name, { cwd: shared })[0]!),
  );
  const program = `${notebook}
import csv, io
def table(name, path, output):
    global flow_uri, data_uri
    flow_uri = S3Uploader.upload_string_as_file_body(open(path).read(), f"s3://{bucket}/flows/{name}.flow", sagemaker_session=session)
    data_uri = S3Uploader.upload_string_as_file_body(open(f"${shared}/{name}.csv").read(), f"s3://{bucket}/{name}/{name}.csv", sagemaker_session=session)
    run(name, [output], [], source=f"{name}.csv")
    return list(csv.DictReader(io.StringIO(texts(name, output)[0])))
claims = table("claims", ${JSON.stringify(flows[0])}, "62d710d9-a288-4004-b960-6cf452c0380c.default")
customers = table("customers", ${JSON.stringify(flows[1])}, "dc0ba3db-3a12-49ef-8b39-a7b7867e295b.default")
ones = {sum(int(value) for name, value in row.items() if name.startswith("driver_relationship_")) for row in claims}
severities = sorted({row["incident_severity"] for row in claims})
print("SAID " + json.dumps({"claims": [len(claims), len(claims[0]), sorted(ones), severities], "customers": [len(customers), len(customers[0])]}))
`;
  const said = JSON.parse(/SAID (.*)$/m.exec(await runPython(context, server, "v2", program))![1]!);
  expect(said).toEqual({ claims: [5_000, 31, [1], ["0", "1", "2"]], customers: [5_000, 19] });
});

test("code that draws with Altair leaves its picture, in the sandbox of the job", async (context) => {
  const code = `shown = df.astype({"fare": float})
chart = alt.Chart(shown).mark_bar().encode(x=alt.X("note:N", sort="-y"), y="sum(fare)", color="id:N").properties(title="Fares")`;
  const program = `${notebook}
flow["nodes"].append(node("drawn", "VISUALIZATION", "visualizations.custom_visualization", {"name": "fares", "code": ${JSON.stringify(code)}}, "source"))
flow["nodes"].append(node("undrawn", "VISUALIZATION", "visualizations.custom_visualization", {"code": "chart = alt.Chart(df).mark_bar(nothing=1)"}, "source"))
flow_uri = S3Uploader.upload_string_as_file_body(json.dumps(flow), f"s3://{bucket}/data_wrangler_flows/drawn.flow", sagemaker_session=session)
run("drawn", ["drawn.default", "undrawn.default"], [])
print("SAID " + json.dumps([json.loads(texts("drawn", output)[0]) for output in ("drawn.default", "undrawn.default")]))
`;
  const [drawn, undrawn] = JSON.parse(/SAID (.*)$/m.exec(await runPython(context, server, "v2", program))![1]!);
  expect(drawn.problem).toBeUndefined();
  expect(drawn).toMatchObject({
    ...{ analysis: "custom", name: "fares", rows: { table: 8, used: 8, method: "all" } },
    picture: {
      $schema: expect.stringContaining("vega.github.io/schema/vega-lite/v5"),
      ...{ title: "Fares", mark: { type: "bar" } },
      encoding: { x: { field: "note", sort: "-y", type: "nominal" }, y: { aggregate: "sum", field: "fare" } },
    },
  });
  const [rows] = Object.values(drawn.picture.datasets) as object[][];
  expect(rows).toHaveLength(8);
  expect(rows![3]).toEqual({ id: "3", fare: 3.25, note: "a, 3" });
  expect(undrawn).toEqual({
    analysis: "custom_visualization",
    problem: expect.stringMatching(
      /^The code failed: SchemaValidationError: `MarkDef` has no parameter named 'nothing'.* \.\.\., line 1 of the code$/s,
    ),
  });
});

test("a table in S3 is reported on by a job, from the command line", async (context) => {
  const rows = Array.from({ length: 120 }, (_, row) => `${row},${row % 7},${row % 7 > 3 ? "yes" : "no"}`);
  await runPython(
    context,
    server,
    "v2",
    `import boto3
s3 = boto3.client("s3")
s3.create_bucket(Bucket="tables", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name}) if s3.meta.region_name != "us-east-1" else s3.create_bucket(Bucket="tables")
s3.put_object(Bucket="tables", Key="rows.csv", Body=${JSON.stringify(`id,day,free\n${rows.join("\n")}\n`)})`,
  );
  const made = await server.sagebrush("report", "s3://tables/rows.csv", "--target", "free", "--json", "-");
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({
    format: "data-insights-report",
    rows: { table: 120, used: 120 },
    target: { column: "free", problem: "classification" },
    warnings: expect.arrayContaining([expect.objectContaining({ id: "target_leakage", column: "day" })]),
  });
  const wrong = await server.sagebrush("analyze", "histogram", "s3://tables/rows.csv", "x_axis=dya");
  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no column "dya"; was "day" meant?'),
  });
});

test("a table of the Data Catalog and a query are looked at from the command line", async () => {
  const rides =
    "SELECT n AS id, n % 7 AS day, IF(n % 7 > 3, 'yes', 'no') AS free FROM UNNEST(sequence(1, 200)) AS t (n)";
  for (const statement of ["CREATE DATABASE shop", `CREATE TABLE shop.rides AS ${rides}`]) {
    const done = await server.sagebrush("sql", statement);
    expect(done.code, done.stderr).toBe(0);
  }
  const made = await server.sagebrush("report", "shop.rides", "--target", "free", "--json", "-");
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({ rows: { table: 200 }, target: { problem: "classification" } });
  const asked = [
    "--query",
    "SELECT day, MAP(ARRAY['a'], ARRAY[id]) AS marks FROM rides WHERE id <= 70",
    "--database",
    "shop",
  ];
  const histogram = await server.sagebrush("analyze", "histogram", ...asked, "x_axis=day", "--json", "-");
  expect(histogram.code, histogram.stderr).toBe(0);
  expect(JSON.parse(histogram.stdout)).toMatchObject({ analysis: "histogram", rows: { table: 70, used: 70 } });
  const wrong = await server.sagebrush("report", "shop.ride");
  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("The Data Catalog gives no table shop.ride"),
  });
});
