import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { clientsOf, patience } from "./clients.ts";
import { configureModel, deployModel, modelBucket, trainModel } from "./deployed-model.ts";
import { runPython } from "./python-clients.ts";
import { createTestServer, type TestServer } from "./server.ts";
import { role, xgboost } from "./xgboost-job.ts";

let server: TestServer;
let ModelDataUrl: string;

beforeAll(async () => {
  server = await createTestServer({ environment: { SAGEBRUSH_DATA_CAPTURE_SECONDS: "1" } });
  await server.start();
  ModelDataUrl = await trainModel(server);
});
afterAll(() => server.close());

interface Line {
  readonly captureData: Record<
    "endpointInput" | "endpointOutput",
    { readonly data: string; readonly encoding: string }
  >;
  readonly eventMetadata: { readonly inferenceId: string; readonly eventId: string; readonly inferenceTime: string };
}

/** The lines below a prefix, in the order of their files. */
async function linesBelow(Prefix: string): Promise<Line[]> {
  const { s3 } = clientsOf(server);
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: modelBucket, Prefix });
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => (await s3.getObject({ Bucket: modelBucket, Key })).Body!.transformToString()),
  );
  return texts.flatMap((text) => text.trim().split("\n")).map((line) => JSON.parse(line));
}

test("kill -9 of the server under load loses none of what was answered, and doubles none", async () => {
  const EndpointName = "Captured";
  await configureModel(server, "captured", ModelDataUrl, undefined, {
    DataCaptureConfig: {
      InitialSamplingPercentage: 100,
      DestinationS3Uri: `s3://${modelBucket}/captures`,
      CaptureOptions: [{ CaptureMode: "InputAndOutput" }],
    },
  });
  await deployModel(server, EndpointName, "captured");
  const answered: string[] = [];
  const sent = new Set<string>();
  const random = createRandom(5);
  for (let round = 0; round < 4; round++) {
    let loading = true;
    const load = Array.from({ length: 4 }, async (_, client) => {
      const { runtime } = clientsOf(server);
      for (let count = 0; loading; count++) {
        const InferenceId = `${round}-${client}-${count}`;
        sent.add(InferenceId);
        const row = { EndpointName, InferenceId, Body: "0.9,3", ContentType: "text/csv", Accept: "text/csv" };
        const answer = await runtime.invokeEndpoint(row).catch(() => undefined);
        if (answer) answered.push(InferenceId);
        else if (loading) await pause(5);
      }
    });
    const before = answered.length;
    await expect.poll(() => answered.length, patience).toBeGreaterThan(before + 100);
    await pause(random.below(1500));
    await server.kill();
    loading = false;
    await Promise.all(load);
    await server.start();
  }
  expect(answered.length).toBeGreaterThan(400);
  const captured = async () =>
    new Set((await linesBelow(`captures/${EndpointName}/`)).map((line) => line.eventMetadata.inferenceId));
  const missing = async () => {
    const there = await captured();
    return answered.filter((id) => !there.has(id));
  };
  await expect.poll(missing, patience).toEqual([]);
  await clientsOf(server).sagemaker.deleteEndpoint({ EndpointName });
  const lines = await linesBelow(`captures/${EndpointName}/AllTraffic/20`);
  const ids = lines.map(({ eventMetadata }) => eventMetadata.inferenceId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !sent.has(id))).toEqual([]);
  expect(new Set(lines.map(({ eventMetadata }) => eventMetadata.eventId)).size).toBe(ids.length);
  const times = lines.map(({ eventMetadata }) => eventMetadata.inferenceTime);
  expect(times).toEqual([...times].sort());
  for (const { captureData } of lines) {
    expect(captureData.endpointInput).toMatchObject({ data: "0.9,3", encoding: "CSV" });
    expect(Number(captureData.endpointOutput.data)).toBeGreaterThan(0.8);
  }
});

test("the SageMaker SDK's DataCaptureConfig captures what its predictor sends", async (context) => {
  const said = await runPython(
    context,
    server,
    "v2",
    `
import time, sagemaker
from sagemaker.model import Model
from sagemaker.model_monitor import DataCaptureConfig
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer
from sagemaker.s3 import S3Downloader
to = "s3://${modelBucket}/sdk"
model = Model(image_uri="${xgboost}", model_data="${ModelDataUrl}", role="${role}", predictor_cls=Predictor)
predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="FromSdk",
    serializer=CSVSerializer(), data_capture_config=DataCaptureConfig(True, 100, to))
predictor.predict([0.9, 3], inference_id="first")
for _ in range(100):
    files = S3Downloader.list(to)
    if files:
        break
    time.sleep(0.1)
print("\\n" + files[0].split("/FromSdk/")[1][:11])
print(S3Downloader.read_file(files[0]))
predictor.update_data_capture_config(DataCaptureConfig(False, 100, to))
print("\\n" + str(predictor.sagemaker_session.sagemaker_client.describe_endpoint(EndpointName="FromSdk").get("DataCaptureConfig")))
predictor.delete_endpoint()
`,
  );
  const [folder, line, after] = said
    .trim()
    .split("\n")
    .filter((text) => !/^-*!?$/.test(text))
    .slice(-3);
  expect(folder).toBe("AllTraffic/");
  expect(JSON.parse(line!)).toMatchObject({
    captureData: { endpointInput: { observedContentType: "text/csv", mode: "INPUT", data: "0.9,3", encoding: "CSV" } },
    eventMetadata: { inferenceId: "first" },
    eventVersion: "0",
  });
  expect(after).toBe("None");
});
