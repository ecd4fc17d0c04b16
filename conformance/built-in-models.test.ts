import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { configureModel, deployModel, modelBucket, untilStatus } from "./deployed-model.ts";
import { putArchive, treeModel } from "./model-archive.ts";
import { region, useServer } from "./server.ts";

const row = "0.9,3";
const threads = { builtInModels: "shared", place: "threads", says: "answers in a thread" };

describe.each([
  { builtInModels: "own", workers: 1, place: "runs", says: "listens on" },
  { ...threads, workers: 1 },
  { ...threads, workers: 2, says: "listens on" },
])("built-in models, $builtInModels, workers $workers", ({ builtInModels, workers, place, says }) => {
  const environment = {
    SAGEBRUSH_BUILT_IN_MODELS: builtInModels,
    SAGEBRUSH_WORKERS: String(workers),
    SAGEBRUSH_DATA_CAPTURE_SECONDS: "1",
  };
  const server = useServer({ environment });
  const clients = () => clientsOf(server);
  const runs = () => ["runs", "threads"].flatMap((folder) => readdirSync(join(server.home, folder)).map(() => folder));

  beforeAll(async () => {
    const { s3 } = clients();
    await s3.createBucket({ Bucket: modelBucket, CreateBucketConfiguration: { LocationConstraint: region } });
    const put = (name: string, low: number) =>
      putArchive(server, modelBucket, name, { "xgboost-model": treeModel(0.5, low, 5) });
    await configureModel(server, "one", await put("one.tar.gz", -5), { AllTraffic: { InitialInstanceCount: 2 } });
    const DestinationS3Uri = `s3://${modelBucket}/captured`;
    const CaptureOptions = [{ CaptureMode: "InputAndOutput" as const }];
    const DataCaptureConfig = { EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri, CaptureOptions };
    await configureModel(server, "two", await put("two.tar.gz", -4), undefined, { DataCaptureConfig });
    const broken = await putArchive(server, modelBucket, "broken.tar.gz", { "xgboost-model": "no model" });
    await configureModel(server, "broken", broken);
  });

  const ask = async (EndpointName: string, Body = row, runtime = clients().runtime) => {
    const answer = await runtime.invokeEndpoint({ EndpointName, Body, ContentType: "text/csv", Accept: "text/csv" });
    return Number(answer.Body.transformToString());
  };
  const expectToAnswer = async (EndpointName: string) => {
    expect(await ask(EndpointName)).toBeGreaterThan(0.9);
    expect(await ask(EndpointName, "0.1,3")).toBeLessThan(0.1);
  };
  const remove = async (EndpointName: string) => {
    await clients().sagemaker.deleteEndpoint({ EndpointName });
    await expect.poll(runs, patience).toEqual([]);
  };

  test("answer, refuse, stream, are captured, and say where they are", async () => {
    const EndpointName = "Answers";
    await deployModel(server, EndpointName, "two");
    expect(runs()).toEqual([place]);
    const { runtime, logs, s3 } = clients();
    await expectToAnswer(EndpointName);
    const call = { EndpointName, ContentType: "text/csv" };
    await expect(runtime.invokeEndpoint({ ...call, Body: "0.1,x" })).rejects.toMatchObject({
      ...{ name: "ModelError", OriginalStatusCode: 415, OriginalMessage: expect.stringContaining("x") },
    });
    const rows = `${row}\n`.repeat(200_000);
    const answer = await runtime.invokeEndpoint({ ...call, Body: rows });
    expect((await answer.Body.transformToString()).trim().split("\n")).toHaveLength(200_000);
    const streamed = await runtime.invokeEndpointWithResponseStream({ ...call, Body: row });
    let text = "";
    for await (const part of streamed.Body!) text += Buffer.from(part.PayloadPart!.Bytes!).toString();
    expect(Number(text)).toBeGreaterThan(0.9);
    const logGroupName = `/aws/sagemaker/Endpoints/${EndpointName}`;
    const lines = async () => (await logs.filterLogEvents({ logGroupName })).events!.map(({ message }) => message);
    await expect.poll(async () => (await lines()).join("\n"), patience).toContain(says);
    expect((await lines()).join("\n")).toContain("POST /invocations: 415");
    const captured = async () => (await s3.listObjectsV2({ Bucket: modelBucket, Prefix: "captured/" })).KeyCount;
    await expect.poll(captured, patience).toBeGreaterThan(0);
    await remove(EndpointName);
  });

  test("are replaced under load without a dropped request, and come again after the server was killed or stopped", async () => {
    const EndpointName = "Replaced";
    await deployModel(server, EndpointName, "one");
    let loading = true;
    let answered = 0;
    const load = Array.from({ length: 4 }, async () => {
      const { runtime } = clients();
      while (loading) {
        expect(await ask(EndpointName, row, runtime)).toBeGreaterThan(0.9);
        answered++;
      }
      runtime.destroy();
    });
    for (const EndpointConfigName of ["two", "one"]) {
      await clients().sagemaker.updateEndpoint({ EndpointName, EndpointConfigName });
      await untilStatus(server, EndpointName);
      await expect.poll(runs, patience).toEqual(EndpointConfigName === "one" ? [place, place] : [place]);
    }
    loading = false;
    await Promise.all(load);
    expect(answered).toBeGreaterThan(50);

    const answer = () => ask(EndpointName).catch((error: Error) => error.name);
    await server.kill();
    await server.start();
    await expect.poll(answer, patience).toBeGreaterThan(0.9);
    expect((await server.sagebrush("stop")).code).toBe(0);
    await server.ended();
    await server.start();
    await expect.poll(answer, patience).toBeGreaterThan(0.9);
    await expectToAnswer(EndpointName);
    await remove(EndpointName);
  });

  test("fail with AWS's reason where the model is none", async () => {
    const { sagemaker } = clients();
    await sagemaker.createEndpoint({ EndpointName: "Broken", EndpointConfigName: "broken" });
    await untilStatus(server, "Broken", "Failed");
    const { FailureReason } = await sagemaker.describeEndpoint({ EndpointName: "Broken" });
    expect(FailureReason).toMatch(/^The primary container for production variant AllTraffic did not pass the ping/);
    await remove("Broken");
  });
});
