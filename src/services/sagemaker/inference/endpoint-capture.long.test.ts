import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, it } from "vitest";
import {
  actual,
  configure,
  context,
  create,
  describeEndpoint,
  EndpointName,
  invoke,
  passTime,
  reports,
  restartEngine,
  told,
  until,
  untilSettled,
  untilStatus,
  useEndpoint,
} from "./endpoint.fixture.ts";
import type { ActualEndpoint } from "./endpoint.ts";

useEndpoint();

const capture = (more: object = {}) => ({
  DataCaptureConfig: {
    EnableCapture: true,
    InitialSamplingPercentage: 100,
    DestinationS3Uri: "s3://captured/in",
    CaptureOptions: [{ CaptureMode: "InputAndOutput" }],
    ...more,
  },
});
const makeBucket = () =>
  context.call("s3", "CreateBucket", {
    Bucket: "captured",
    CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
  });
const keys = async () =>
  ((await context.call("s3", "ListObjectsV2", { Bucket: "captured" })).Contents ?? []).map(({ Key }) => Key!);
/** The lines of all files, in the order of the files' names. */
async function lines(): Promise<
  { captureData: { endpointInput: { data: string } }; eventMetadata: { eventId: string } }[]
> {
  const texts: string[] = [];
  for (const Key of await keys()) {
    const { Body } = await context.call("s3", "GetObject", { Bucket: "captured", Key });
    texts.push((await buffer(Body as Readable)).toString());
  }
  return texts.flatMap((text) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  );
}
const inputs = async () =>
  (await lines()).map(({ captureData }) => Buffer.from(captureData.endpointInput.data, "base64").toString());
const shipped = (count: number) =>
  until((found) => (found!.actual as ActualEndpoint).captures?.some(({ shipped }) => shipped >= count) ?? false);
const later = () => restartEngine(() => passTime(61_000));

it("requests and answers become files of variant and hour, each line once and in order", async () => {
  await makeBucket();
  await create("one", { A: {}, B: { weight: 0 } }, capture());
  await untilStatus("InService");
  expect((await describeEndpoint()).DataCaptureConfig).toEqual({
    EnableCapture: true,
    CaptureStatus: "Started",
    CurrentSamplingPercentage: 100,
    DestinationS3Uri: "s3://captured/in",
    KmsKeyId: "",
  });
  const hour = Math.ceil(context.clock.now() / 3_600_000) * 3_600_000;
  passTime(hour - 10_000 - context.clock.now());
  for (const text of ["a", "b", "c"]) await invoke(text, { InferenceId: `id-${text}` });
  await invoke("other", { TargetVariant: "B" });
  await expect(invoke("bad", { ContentType: "status/500" })).rejects.toThrow("500");
  expect(await keys()).toEqual([]);
  passTime(20_000);
  await invoke("d");
  await later();
  await shipped(5);
  const [before, after] = [hour - 1, hour].map((time) =>
    new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, "/"),
  );
  const file = "[0-5]\\d-[0-5]\\d-\\d{3}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.jsonl";
  const found = await keys();
  expect(found).toHaveLength(3);
  for (const [index, folder] of [`A/${before}`, `A/${after}`, `B/${before}`].entries())
    expect(found[index]).toMatch(new RegExp(`^in/Echo/${folder}/${file}$`));
  expect(await inputs()).toEqual(["a", "b", "c", "d", "other"]);
  expect((await lines())[0]).toMatchObject({
    captureData: { endpointOutput: { data: Buffer.from("one-A: a").toString("base64"), mode: "OUTPUT" } },
    eventMetadata: { inferenceId: "id-a", eventId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    eventVersion: "0",
  });
  const [stream] = (await actual()).captures!;
  expect((await context.journals.summary(stream!.stream))!.next).toBe(5);
});

it("what was put before a kill is put again over itself", async () => {
  await makeBucket();
  await create("one", { A: {} }, capture());
  await untilStatus("InService");
  await invoke("a");
  const reached = context.settings.reached;
  let killed = 0;
  Object.assign(context.settings, {
    reached(point: string) {
      if (point !== "endpoint:before-captured" || killed++ > 0) return;
      throw Object.assign(new Error("killed"), { code: "test" });
    },
  });
  await restartEngine(() => passTime(61_000));
  await expect.poll(() => killed).toBe(1);
  expect(await inputs()).toEqual(["a"]);
  await invoke("b");
  await shipped(2);
  expect(String(reports.splice(0))).toContain("killed");
  Object.assign(context.settings, { reached });
  expect(await inputs()).toEqual(["a", "b"]);
  expect(await keys()).toHaveLength(1);
});

it("a deleted endpoint first puts what it has captured", async () => {
  await makeBucket();
  await create("one", { A: {} }, capture());
  await untilStatus("InService");
  await invoke("a");
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
  await until((found) => found === undefined);
  expect(await inputs()).toEqual(["a"]);
  expect(await context.journals.streams("captures/", undefined, 10)).toEqual([]);
});

it("an update captures anew or goes on, as it is asked", async () => {
  await makeBucket();
  await create("one", { A: {} }, capture());
  await untilStatus("InService");
  await invoke("a");
  await configure("two", { A: {} }, capture({ DestinationS3Uri: "s3://captured/two" }));
  const update = async (more: object) => {
    await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "two", ...more });
    await untilStatus("InService");
    await untilSettled();
    return (await describeEndpoint()).DataCaptureConfig?.DestinationS3Uri;
  };
  expect(await update({ RetainAllVariantProperties: true })).toBe("s3://captured/in");
  await invoke("b");
  const excluded = [{ VariantPropertyType: "DataCaptureConfig" }];
  expect(await update({ RetainAllVariantProperties: true, ExcludeRetainedVariantProperties: excluded })).toBe(
    "s3://captured/two",
  );
  await invoke("c");
  await later();
  await until((found) => (found!.actual as ActualEndpoint).captures!.every(({ shipped }) => shipped > 0));
  expect((await keys()).map((key) => key.split("/")[0])).toEqual(["in", "two"]);
  expect(await inputs()).toEqual(["a", "b", "c"]);
  await configure("none");
  await context.call("sagemaker", "UpdateEndpoint", { EndpointName, EndpointConfigName: "none" });
  await until((found) => (found!.actual as ActualEndpoint).captures?.length === 0);
  expect((await describeEndpoint()).DataCaptureConfig).toBeUndefined();
});

it("the share of the requests that is asked for is captured", async () => {
  await makeBucket();
  await create("one", { A: {} }, capture({ InitialSamplingPercentage: 25 }));
  await untilStatus("InService");
  for (let call = 0; call < 200; call++) await invoke("x");
  const [stream] = await context.journals.streams("captures/", undefined, 1);
  const { next } = (await context.journals.summary(stream!))!;
  // 200 calls at 0.25: four standard deviations are 25 calls.
  expect(Math.abs(next - 50)).toBeLessThan(25);
});

it("what cannot be put is kept until it can", async () => {
  await create("one", { A: {} }, capture());
  await untilStatus("InService");
  await invoke("a");
  await later();
  await expect
    .poll(() => told)
    .toContainEqual(expect.stringMatching(/cannot be put below s3:\/\/captured\/in\/.*kept/));
  await makeBucket();
  await later();
  await shipped(1);
  expect(await inputs()).toEqual(["a"]);
});

it("what was captured of an endpoint that is deleted, and cannot be put, is told to be lost", async () => {
  await create("one", { A: {} }, capture());
  await untilStatus("InService");
  await invoke("a");
  await context.call("sagemaker", "DeleteEndpoint", { EndpointName });
  await until((found) => found === undefined);
  expect(told).toContainEqual(expect.stringMatching(/1 captured requests are lost: .*s3:\/\/captured\/in/));
});
