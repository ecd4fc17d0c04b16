import { expect, type TestContext, test } from "vitest";
import { type PythonEnvironment, runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/**
 * What the notebooks have in common that Studio exports of a flow with destinations: the job has the flow as its only
 * input, values for the parameters of its paths, and an argument for each output; results are below the job's name.
 */
const shared = `
import boto3, json, os, tempfile, time, uuid
node = lambda id, kind, operator, parameters, *inputs, outputs=("default",): {
    "node_id": id, "type": kind, "operator": f"sagemaker.{operator}_0.1", "parameters": parameters,
    "inputs": [dict(zip(("node_id", "output_name"), (one + ".default").split(".")[:2]), name="df") for one in inputs],
    "outputs": [{"name": name} for name in outputs]}
source = lambda id, name, uri, **more: node(id, "SOURCE", "s3_source", {"dataset_definition": {"datasetSourceType": "S3", "name": name, "s3ExecutionContext": {"s3Uri": uri, "s3ContentType": "csv", "s3HasHeader": True, **more}}})
splits = [{"name": "Train", "percentage": 0.8}, {"name": "Test", "percentage": 0.2}]
target = lambda kind: {"output_config": {"output_content_type": kind, "delimiter": ",", "compression": "none", "partition_config": {"num_partitions": 1, "has_headers": False}, "output_path": "s3://elsewhere/out"}}
flow = {
    "metadata": {"version": 1},
    "parameters": [{"name": "lake", "type": "String", "value": "s3://nowhere"}, {"name": "day", "type": "Datetime", "format": "yyyy-MM-dd", "value": "1 days"}],
    "nodes": [
        source("days", "part.csv", "{{lake}}/rides/{{day}}/part.csv"),
        source("listed", "listed", "{{lake}}/manifests/more.json", s3DataType="ManifestFile"),
        node("typed", "TRANSFORM", "spark.infer_and_cast_type", {}, "days"),
        node("more", "TRANSFORM", "spark.infer_and_cast_type", {}, "listed"),
        node("both", "TRANSFORM", "spark.concatenate", {}, "typed", "more"),
        node("parts", "TRANSFORM", "spark.split", {"operator": "Ordered split", "ordered_split_parameters": {"splits": splits}}, "both", outputs=("Train", "Test")),
        node("train", "DESTINATION", "spark.s3_destination", target("CSV"), "parts.Train"),
        node("test", "DESTINATION", "spark.s3_destination", target("PARQUET"), "parts.Test"),
    ],
}
rows = lambda *numbers: "y,a,b\\n" + "".join(f"{2 * number + 1}.5,{number},{number % 7}\\n" for number in numbers)
role = "arn:aws:iam::123456789012:role/SageMakerRole"
flow_export_id = f"{time.strftime('%d-%H-%M-%S', time.gmtime())}-{str(uuid.uuid4())[:8]}"
processing_job_name = f"data-wrangler-flow-processing-{flow_export_id}"
def lay(bucket):
    s3 = boto3.client("s3")
    for place, text in [("rides/2026-01-01/part.csv", rows(*range(100))), ("rides/2026-01-02/part.csv", rows(*range(100, 200))), ("rides/2026-01-03/part.csv", rows(*range(900, 1000))),
        ("extra/one.csv", rows(*range(200, 220))), ("extra/two.csv", rows(*range(220, 240))), ("extra/three.csv", rows(999)),
        ("manifests/more.json", json.dumps([{"prefix": f"s3://{bucket}/extra/"}, "one.csv", "two.csv"]))]:
        s3.put_object(Bucket=bucket, Key=place, Body=text)
    file = os.path.join(tempfile.mkdtemp(), "rides.flow")
    with open(file, "w") as out:
        json.dump(flow, out)
    s3.upload_file(file, bucket, f"data_wrangler_flows/flow-{flow_export_id}.flow", ExtraArgs={"ServerSideEncryption": "aws:kms"})
    return f"s3://{bucket}/data_wrangler_flows/flow-{flow_export_id}.flow"
arguments = lambda bucket: [f"--output-config '{json.dumps({name: {'content_type': kind}})}'" for name, kind in (("train.default", "CSV"), ("test.default", "PARQUET"))] + [
    f"--refit-trained-params '{json.dumps({'refit': False, 'output_flow': 'learned.flow'})}'",
    f"--parameter-override '{json.dumps({'lake': f's3://{bucket}'})}'", "--parameter-override '" + '{"day": "2026-01-01/2026-01-02"}' + "'"]
def lines(bucket, uri):
    prefix = uri.split("/", 3)[3]
    s3 = boto3.client("s3")
    return [(one["Key"][len(prefix):], s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()) for one in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
`;

const version2 = `${shared}
import sagemaker
from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.network import NetworkConfig
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
sess = sagemaker.Session()
bucket, region = sess.default_bucket(), sess.boto_region_name
base = f"s3://{bucket}/export-flow-{flow_export_id}/output"
flow_input = ProcessingInput(source=lay(bucket), destination="/opt/ml/processing/flow", input_name="flow", s3_data_type="S3Prefix", s3_input_mode="File", s3_data_distribution_type="FullyReplicated")
outputs = [ProcessingOutput(output_name=name, source="/opt/ml/processing/output", destination=base, s3_upload_mode="EndOfJob") for name in ("train.default", "test.default")]
processor = Processor(role=role, image_uri=f"174368400705.dkr.ecr.{region}.amazonaws.com/sagemaker-data-wrangler-container:3.x", instance_count=2, instance_type="ml.m5.4xlarge", volume_size_in_gb=30,
    network_config=NetworkConfig(enable_network_isolation=False, security_group_ids=None, subnets=None), sagemaker_session=sess, output_kms_key=None, tags=[])
processor.run(inputs=[flow_input], outputs=outputs, arguments=arguments(bucket), wait=False, logs=False, job_name=processing_job_name)
job_result = sess.wait_for_processing_job(processing_job_name)
results = lambda name: f"{base}/{processing_job_name}/{name.replace('.', '/')}"
[(train_file, train)], [(test_file, test)] = lines(bucket, results("train.default")), lines(bucket, results("test.default"))
estimator = Estimator(image_uri=image_uris.retrieve("xgboost", region, version="1.7-1"), role=role, instance_count=1, instance_type="ml.m5.large", output_path=f"s3://{bucket}/models", sagemaker_session=sess,
    hyperparameters={"objective": "reg:squarederror", "num_round": "20"})
estimator.fit({"train": TrainingInput(results("train.default"), content_type="text/csv")}, logs=False)
of_csv = estimator.latest_training_job.describe()
estimator.fit({"train": TrainingInput(results("test.default"), content_type="application/x-parquet")}, logs=False)
of_parquet = estimator.latest_training_job.describe()
print("\\nSAID " + json.dumps({
    "status": job_result["ProcessingJobStatus"], "files": [train_file, test_file], "lines": train.decode().splitlines()[::96], "count": train.count(b"\\n"), "parquet": test[:4].decode(),
    "models": [{one["MetricName"]: one["Value"] < 20 for one in job["FinalMetricDataList"]} for job in (of_csv, of_parquet)]}))
`;

const version3 = `${shared}
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.network import NetworkConfig
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output
from sagemaker.core import image_uris
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData
session = Session()
bucket, region = session.default_bucket(), session.boto_region_name
boto3.client("s3").head_bucket(Bucket=bucket)
base = f"s3://{bucket}/export-flow-{flow_export_id}/output"
flow_input = ProcessingInput(input_name="flow", s3_input=ProcessingS3Input(s3_uri=lay(bucket), local_path="/opt/ml/processing/flow", s3_data_type="S3Prefix", s3_input_mode="File", s3_data_distribution_type="FullyReplicated"))
outputs = [ProcessingOutput(output_name=name, s3_output=ProcessingS3Output(s3_uri=base, local_path="/opt/ml/processing/output", s3_upload_mode="EndOfJob")) for name in ("train.default", "test.default")]
processor = Processor(role=role, image_uri=image_uris.retrieve("data-wrangler", region), instance_count=1, instance_type="ml.m5.4xlarge", volume_size_in_gb=30, network_config=NetworkConfig(enable_network_isolation=False), sagemaker_session=session)
processor.run(inputs=[flow_input], outputs=outputs, arguments=arguments(bucket), logs=False, job_name=processing_job_name)
results = lambda name: f"{base}/{processing_job_name}/{name.replace('.', '/')}"
[(train_file, train)], [(test_file, test)] = lines(bucket, results("train.default")), lines(bucket, results("test.default"))
def trained(uri, content_type):
    trainer = ModelTrainer(training_image=image_uris.retrieve("xgboost", region, version="1.7-1"), role=role, sagemaker_session=session, compute=Compute(instance_type="ml.m5.large", instance_count=1), base_job_name="prepared",
        hyperparameters={"objective": "reg:squarederror", "num_round": 20})
    trainer.train(input_data_config=[InputData(channel_name="train", data_source=uri, content_type=content_type)], logs=False)
    return trainer._latest_training_job.refresh()
jobs = [trained(results("train.default"), "text/csv"), trained(results("test.default"), "application/x-parquet")]
print("\\nSAID " + json.dumps({
    "status": processor.latest_job.refresh().processing_job_status, "files": [train_file, test_file], "lines": train.decode().splitlines()[::96], "count": train.count(b"\\n"), "parquet": test[:4].decode(),
    "models": [{one.metric_name: one.value < 20 for one in job.final_metric_data_list} for job in jobs]}))
`;

async function said(context: TestContext, environment: PythonEnvironment, program: string) {
  return JSON.parse(/SAID (.*)$/m.exec(await runPython(context, server, environment, program))![1]!);
}

const expected = {
  status: "Completed",
  files: ["/part-00000_0.csv", "/part-00000_0.parquet"],
  // Days 1 and 2 in their order, without day 3.
  lines: ["1.5,0,0", "193.5,96,5"],
  count: 192,
  parquet: "PAR1",
  models: [{ "train:rmse": true }, { "train:rmse": true }],
};

test("SDK 2: a flow is a job's only input; its CSV and its Parquet train XGBoost", async (context) => {
  expect(await said(context, "v2", version2)).toEqual(expected);
});

test("SDK 3: a flow is a job's only input; its CSV and its Parquet train XGBoost", async (context) => {
  expect(await said(context, "v3", version3)).toEqual(expected);
});

test("what a flow names in S3 and cannot be read is said with the node", async (context) => {
  const program = `${shared}
import sagemaker
session, client = sagemaker.Session(), boto3.client("sagemaker")
bucket = session.default_bucket()
lay(bucket)
def reason(name, change, isolated=False):
    changed = json.loads(json.dumps(flow))
    changed["parameters"][0]["value"] = f"s3://{bucket}"
    changed["parameters"][1]["value"] = "2026-01-01/2026-01-02"
    change(changed["nodes"])
    boto3.client("s3").put_object(Bucket=bucket, Key=f"{name}.flow", Body=json.dumps(changed))
    client.create_processing_job(ProcessingJobName=name, RoleArn=role, NetworkConfig={"EnableNetworkIsolation": isolated},
        AppSpecification={"ImageUri": "174368400705.dkr.ecr.us-west-2.amazonaws.com/sagemaker-data-wrangler-container:3.x"},
        ProcessingInputs=[{"InputName": "flow", "S3Input": {"S3Uri": f"s3://{bucket}/{name}.flow", "LocalPath": "/opt/ml/processing/flow", "S3DataType": "S3Prefix", "S3InputMode": "File"}}],
        ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}})
    while (job := client.describe_processing_job(ProcessingJobName=name))["ProcessingJobStatus"] == "InProgress":
        time.sleep(0.2)
    return job.get("FailureReason")
def uri(nodes, text):
    nodes[0]["parameters"]["dataset_definition"]["s3ExecutionContext"]["s3Uri"] = text
print("SAID " + json.dumps([
    reason("absent", lambda nodes: uri(nodes, f"s3://{bucket}/ridse/")),
    reason("elsewhere", lambda nodes: uri(nodes, "hdfs://rides")),
    reason("isolated", lambda nodes: None, True),
]))
`;
  const [absent, elsewhere, isolated] = (await said(context, "v2", program)) as string[];
  expect(absent).toMatch(/No objects are left under s3:\/\/[^ ]+\/ridse\/ for node days, s3_source/);
  expect(elsewhere).toMatch(/In node days, s3_source: The source reads "hdfs:\/\/rides", and the job has no input/);
  expect(isolated).toMatch(/In node days, s3_source: What the flow names in S3 is read as the job's role/);
});
