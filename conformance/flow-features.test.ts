import { expect, test } from "vitest";
import { createGroup, featureClients, plain } from "./feature-records.ts";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** As the notebooks have it that Studio exports of a flow for Feature Store, by SageMaker's own SDK. */
const notebook = `
import boto3, json, sagemaker
from sagemaker.processing import FeatureStoreOutput, ProcessingInput, ProcessingOutput, Processor
from sagemaker.s3 import S3Uploader
session = sagemaker.Session()
bucket, region = session.default_bucket(), session.boto_region_name
node = lambda id, kind, operator, parameters, *inputs: {"node_id": id, "type": kind, "operator": f"sagemaker.{operator}_0.1", "parameters": parameters, "inputs": [{"name": "df", "node_id": one, "output_name": "default"} for one in inputs], "outputs": [{"name": "default"}]}
flow = {"metadata": {"version": 1}, "nodes": [
    node("source", "SOURCE", "s3_source", {"dataset_definition": {"name": "rows.csv", "s3ExecutionContext": {"s3Uri": f"s3://{bucket}/rows.csv", "s3ContentType": "csv", "s3HasHeader": True}}}),
    node("typed", "TRANSFORM", "spark.infer_and_cast_type", {}, "source")]}
def run(name, group, rows):
    S3Uploader.upload_string_as_file_body(rows, f"s3://{bucket}/rows.csv", sagemaker_session=session)
    flow_uri = S3Uploader.upload_string_as_file_body(json.dumps(flow), f"s3://{bucket}/{name}.flow", sagemaker_session=session)
    processor = Processor(role="arn:aws:iam::123456789012:role/SageMakerRole", image_uri=sagemaker.image_uris.retrieve("data-wrangler", region), instance_count=1, instance_type="ml.m5.4xlarge", sagemaker_session=session)
    output = ProcessingOutput(output_name="typed.default", app_managed=True, feature_store_output=FeatureStoreOutput(feature_group_name=group))
    processor.run(inputs=[ProcessingInput(source=flow_uri, destination="/opt/ml/processing/flow", input_name="flow")], outputs=[output], job_name=name, logs=False, wait=False)
    while (job := session.describe_processing_job(name))["ProcessingJobStatus"] == "InProgress": pass
    return [job["ProcessingJobStatus"], job.get("FailureReason"), job["ProcessingOutputConfig"]["Outputs"][0].get("FeatureStoreOutput")]
`;

test("a flow's rows become records of a feature group; what the group refuses ends the job with its words", async (context) => {
  await createGroup(server, "clicks");
  const rows = Array.from(
    { length: 40 },
    // A text may have what Unicode calls the end of a line.
    (_, row) => `r${row}${row === 7 ? "\u2028" : ""},17667${10_000 + row}.5,${row},${row % 2 ? "" : row / 4}`,
  );
  const program = `${notebook}
print("SAID " + json.dumps([run("written", "clicks", ${JSON.stringify(`id,time,clicks,ratio\n${rows.join("\n")}\n`)}), run("refused", "clicks", "id,time,clocks\\nr1,1766710000.5,1\\n"), run("absent", "clicsk", "id,time\\nr1,1766710000.5\\n")]))`;
  const [written, refused, absent] = JSON.parse(
    /SAID (.*)$/m.exec(await runPython(context, server, "v2", program))![1]!,
  );
  expect(written).toEqual(["Completed", null, { FeatureGroupName: "clicks" }]);
  const { records } = featureClients(server);
  const record = async (id: string) =>
    plain((await records.getRecord({ FeatureGroupName: "clicks", RecordIdentifierValueAsString: id })).Record);
  expect(await record("r6")).toEqual({ id: "r6", time: "1766710006.5", clicks: "6", ratio: "1.5" });
  expect(await record("r7\u2028")).toMatchObject({ clicks: "7" });
  // A row without a value is a record without the feature.
  expect(await record("r39")).toEqual({ id: "r39", time: "1766710039.5", clicks: "39" });
  expect(refused).toEqual([
    "Failed",
    expect.stringMatching(/"typed\.default" to the feature group clicks: .*clocks/),
    expect.anything(),
  ]);
  expect(absent).toEqual([
    "Failed",
    expect.stringMatching(/to the feature group clicsk: ResourceNotFound/),
    expect.anything(),
  ]);
});
