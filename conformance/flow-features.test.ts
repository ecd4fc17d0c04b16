import { expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { featureBucket, hourOf, makeClicks, putClick, rowsOf } from "./feature-groups.ts";
import { createGroup, featureClients, plain } from "./feature-records.ts";
import { Bucket, endOf, output, processingJob, uploadTexts } from "./processing-jobs.ts";
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

test("a script's job reads a group's offline table, and the rows of its output become records of another group", async () => {
  await uploadTexts(server);
  const { sagemaker } = clientsOf(server);
  const { table, catalog } = await makeClicks(server, "visits");
  await makeClicks(server, "history");
  for (const [Id, hour, count] of [
    ["a", 7, "1"],
    ["a", 8, "2"],
    ["b", 9, "9007199254740993"],
  ] as const)
    await putClick(server, "visits", { Id, time: hourOf(hour), clicks: count });
  const seen = () => rowsOf(server, `SELECT count(*) FROM ${table}`);
  await expect.poll(seen, patience).toEqual([["3"]]);
  await createGroup(server, "lists", {
    OnlineStoreConfig: { EnableOnlineStore: true, StorageType: "InMemory" },
    FeatureDefinitions: [
      { FeatureName: "id", FeatureType: "String" },
      { FeatureName: "time", FeatureType: "Fractional" },
      { FeatureName: "seen", FeatureType: "Integral", CollectionType: "List" },
    ],
  });
  const start = (name: string, group: string, shell: string, more: object = {}) =>
    sagemaker.createProcessingJob(
      processingJob(name, shell, {
        ProcessingOutputConfig: {
          Outputs: [{ ...output("result", `out/${name}`), FeatureStoreOutput: { FeatureGroupName: group } }],
        },
        ...more,
      }),
    );
  const folder = "/opt/ml/processing/result";
  const AthenaDatasetDefinition = {
    ...{ Catalog: "AwsDataCatalog", Database: catalog.Database!, OutputS3Uri: `s3://${featureBucket}/asked/` },
    ...{ OutputFormat: "PARQUET" as const },
    QueryString: `SELECT id AS "Id", max(time) AS time, sum(clicks) AS clicks FROM ${table} GROUP BY id`,
  };
  const history = { InputMode: "File" as const, LocalPath: "/opt/ml/processing/history", AthenaDatasetDefinition };
  await start(
    "summed",
    "history",
    `for f in /opt/ml/processing/history/*; do cp $f ${folder}/$(basename $f).parquet; done`,
    {
      ProcessingInputs: [{ InputName: "history", DatasetDefinition: history }],
      Environment: { SAGEBRUSH_TARGET_STORES: "OfflineStore" },
    },
  );
  const csv = String.raw`printf 'id,time,seen\r\n"x, y",1766710000.5,"[1, 9007199254740993]"\r\nz,1766710001,\r\n'`;
  await start(
    "listed",
    "lists",
    `ln -s /etc/passwd ${folder}/link.csv; ${csv} > ${folder}/rows.csv; touch ${folder}/_SUCCESS`,
  );
  await start("strange", "lists", `echo '{"id":"q","time":1766710002,"seen":"none"}' > ${folder}/rows.json`);
  await start("mixed", "lists", `echo id > ${folder}/a.csv; echo '{}' > ${folder}/b.jsonl`);
  for (const name of ["summed", "listed"]) {
    const { FailureReason, ProcessingJobStatus } = await endOf(server, name);
    expect([ProcessingJobStatus, FailureReason]).toEqual(["Completed", undefined]);
  }
  expect((await endOf(server, "strange")).FailureReason).toMatch(/"result" to the feature group lists: .*seen/);
  expect((await endOf(server, "mixed")).FailureReason).toMatch(/a\.csv and b\.jsonl have rows of two kinds/);
  // What was uploaded stays what the script wrote.
  const { Contents } = await clientsOf(server).s3.listObjectsV2({ Bucket, Prefix: "out/listed/" });
  expect(Contents!.map(({ Key }) => Key)).toEqual(["out/listed/_SUCCESS", "out/listed/rows.csv"]);
  const { records } = featureClients(server);
  const record = async (FeatureGroupName: string, id: string) =>
    (await records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString: id })).Record;
  expect(await record("lists", "x, y")).toContainEqual({
    ...{ FeatureName: "seen", ValueAsStringList: ["1", "9007199254740993"] },
  });
  expect(plain(await record("lists", "z"))).toEqual({ id: "z", time: "1766710001" });
  const { DataCatalogConfig } = (await sagemaker.describeFeatureGroup({ FeatureGroupName: "history" }))
    .OfflineStoreConfig!;
  const rows = () =>
    rowsOf(
      server,
      `SELECT id, time, clicks FROM ${DataCatalogConfig!.Database}.${DataCatalogConfig!.TableName} ORDER BY id`,
    );
  await expect.poll(rows, patience).toEqual([
    ["a", hourOf(8), "3"],
    ["b", hourOf(9), "9007199254740993"],
  ]);
  expect(await record("history", "a")).toBeUndefined();
});
