import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

const shared = join(root, "..", "shared", "data", "flows");

/** A table of Athena, and what runs a flow or a script over it, by the clients of AWS. */
const program = `
import boto3, json, time, sagemaker
from sagemaker.s3 import S3Downloader, S3Uploader
session = sagemaker.Session()
bucket, region = session.default_bucket(), session.boto_region_name
athena, client = boto3.client("athena"), boto3.client("sagemaker")
def query(sql):
    id = athena.start_query_execution(QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{bucket}/made/"})["QueryExecutionId"]
    while (state := athena.get_query_execution(QueryExecutionId=id)["QueryExecution"]["Status"])["State"] not in ("SUCCEEDED", "FAILED"):
        time.sleep(0.1)
    assert state["State"] == "SUCCEEDED", state
def flow_job(name, flow, outputs, inputs=()):
    uri = S3Uploader.upload_string_as_file_body(json.dumps(flow), f"s3://{bucket}/flows/{name}.flow", sagemaker_session=session)
    place = lambda source, folder: {"S3Uri": source, "LocalPath": f"/opt/ml/processing/{folder}", "S3DataType": "S3Prefix", "S3InputMode": "File"}
    client.create_processing_job(
        ProcessingJobName=name, RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
        AppSpecification={"ImageUri": sagemaker.image_uris.retrieve("data-wrangler", region)},
        ProcessingInputs=[{"InputName": "flow", "S3Input": place(uri, "flow")}, *inputs],
        ProcessingOutputConfig={"Outputs": [{"OutputName": one, "S3Output": {"S3Uri": f"s3://{bucket}/{name}", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}} for one in outputs]},
        ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.4xlarge", "VolumeSizeInGB": 30}},
    )
def end(name):
    while (job := client.describe_processing_job(ProcessingJobName=name))["ProcessingJobStatus"] == "InProgress":
        time.sleep(0.2)
    return job
def texts(place):
    return [S3Downloader.read_file(one, sagemaker_session=session) for one in sorted(S3Downloader.list(f"s3://{bucket}/{place}", sagemaker_session=session))]
columns = ["longitude", "latitude", "housingmedianage", "totalrooms", "totalbedrooms", "population", "households", "medianincome", "medianhousevalue"]
`;

const saying = async (...args: Parameters<typeof runPython>) =>
  JSON.parse(/SAID (.*)$/m.exec(await runPython(...args))![1]!);

test("a flow of others asks Athena by itself; what Athena refuses is said with the node", async (context) => {
  if (!existsSync(shared)) context.skip("../shared/data/flows is not there");
  const words = `${program}
import glob
flow = json.load(open(glob.glob("${shared}/151356078f--*.flow")[0]))
query("CREATE DATABASE restate")
values = ", ".join("(" + ", ".join(f"{row}.{column}e0" for column in range(9)) + ")" for row in range(1, 6))
query(f"CREATE TABLE restate.california_10 WITH (format = 'PARQUET', external_location = 's3://{bucket}/california/') AS SELECT * FROM (VALUES {values}) AS t ({', '.join(columns)})")
source = next(one for one in flow["nodes"] if one["type"] == "SOURCE")
definition = source["parameters"]["dataset_definition"]
definition["s3OutputLocation"] = f"s3://{bucket}/athena/restate/"
output = flow["nodes"][-1]["node_id"] + ".default"
flow_job("asked", flow, [output])
definition["queryString"] = 'SELECT * FROM "restate"."california_10" WHERE latitude > 100'
flow_job("empty", flow, [output])
definition["queryString"] = 'SELECT * FROM "restate"."californa"'
flow_job("wrong", flow, [output])
del definition["queryString"]
flow_job("without", flow, [output])
jobs = {name: end(name) for name in ("asked", "empty", "wrong", "without")}
print("SAID " + json.dumps({
  "node": source["node_id"], "rows": texts("asked"), "empty": texts("empty"), "kept": len(S3Downloader.list(f"s3://{bucket}/athena/restate/", sagemaker_session=session)) > 0,
  "states": [jobs[name]["ProcessingJobStatus"] for name in jobs], "reasons": [jobs[name].get("FailureReason") for name in ("wrong", "without")],
}))
`;
  const said = await saying(context, server, "v2", words);
  const header = "medianhousevalue,longitude,latitude,housingmedianage,totalrooms,totalbedrooms,population,households";
  const rows = [1, 2, 3, 4, 5].map((row) => [8, 0, 1, 2, 3, 4, 5, 6].map((column) => `${row}.${column}`).join(","));
  expect(said).toMatchObject({
    rows: [`${[header, ...rows].join("\n")}\n`],
    empty: [`${header}\n`],
    kept: true,
    states: ["Completed", "Completed", "Failed", "Failed"],
  });
  expect(said.reasons[0]).toMatch(
    new RegExp(`In node ${said.node}, athena_source: Athena says of its query .*TABLE_NOT_FOUND.*californa`),
  );
  expect(said.reasons[1]).toMatch(
    new RegExp(`In node ${said.node}, athena_source: The source has no "queryString"; write the query`),
  );
});

test("the SDK gives a script, and a flow, the rows of a query of Athena as an input", async (context) => {
  const words = `${program}
from sagemaker.dataset_definition.inputs import AthenaDatasetDefinition, DatasetDefinition
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
query("CREATE DATABASE lake")
query(f"CREATE TABLE lake.few WITH (format = 'PARQUET', external_location = 's3://{bucket}/few/') AS SELECT * FROM (VALUES (1, 'ü'), (2, CAST(NULL AS varchar))) AS t (n, t)")
definition = lambda folder, form: DatasetDefinition(
    data_distribution_type="FullyReplicated", input_mode="File", local_path=f"/opt/ml/processing/{folder}",
    athena_dataset_definition=AthenaDatasetDefinition(catalog="AwsDataCatalog", database="lake", query_string="SELECT n, t FROM few ORDER BY n", output_s3_uri=f"s3://{bucket}/asked/", output_format=form))
script = Processor(role="arn:aws:iam::123456789012:role/SageMakerRole", image_uri=f"081325390199.dkr.ecr.{region}.amazonaws.com/sagemaker-base-python-311:1.0",
    entrypoint=["/bin/sh", "-ec", "cat /opt/ml/processing/few/* | (gunzip -c 2>/dev/null || cat) > /opt/ml/processing/out/all"], instance_count=1, instance_type="ml.m5.large", sagemaker_session=session)
script.run(job_name="script", logs=False, inputs=[ProcessingInput(input_name="few", dataset_definition=definition("few", "JSON"))],
    outputs=[ProcessingOutput(output_name="out", source="/opt/ml/processing/out", destination=f"s3://{bucket}/script")])
node = lambda id, kind, operator, parameters, inputs: {"node_id": id, "type": kind, "operator": operator, "parameters": parameters, "inputs": inputs, "outputs": [{"name": "default"}]}
flow = {"metadata": {"version": 1}, "nodes": [
    node("s", "SOURCE", "sagemaker.athena_source_0.1", {"dataset_definition": {"name": "few"}}, []),
    node("t", "TRANSFORM", "sagemaker.spark.infer_and_cast_type_0.1", {}, [{"name": "default", "node_id": "s", "output_name": "default"}]),
]}
given = ProcessingInput(input_name="few", app_managed=True, dataset_definition=definition("few", "PARQUET"))._to_request_dict()
flow_job("given", flow, ["t.default"], [given])
described = end("given")
print("SAID " + json.dumps({"script": [json.loads(line) for line in texts("script")[0].splitlines()], "flow": texts("given"), "managed": described["ProcessingInputs"][1]["AppManaged"]}))
`;
  const said = await saying(context, server, "v2", words);
  expect(said).toEqual({
    script: [
      { n: 1, t: "ü" },
      { n: 2, t: null },
    ],
    flow: ["n,t\n1,ü\n2,\n"],
    managed: true,
  });
});
