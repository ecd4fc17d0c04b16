import { expect, it } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { type Capture, captureEntry, checkCapture, planCapture } from "./data-capture.ts";

const context = createTestContext({ units: [] });
const config = {
  InitialSamplingPercentage: 50,
  DestinationS3Uri: "s3://bucket/some/prefix/",
  CaptureOptions: [{ CaptureMode: "InputAndOutput" as const }],
} as Parameters<typeof planCapture>[1] & object;
const plan = (more: object = {}) => planCapture(context, { ...config, ...more })!;
const time = Date.UTC(2026, 10, 29, 20, 15, 4, 123);
const read = (capture: Capture, more: object = {}) => {
  const captured = {
    ...{ variant: "A", eventId: "e", time, contentType: "text/csv", body: Buffer.from("1,2\n") },
    ...{ answerType: "application/json", answer: Buffer.from('{"a":1}') },
    ...more,
  };
  const entry = captureEntry(capture, captured);
  expect(entry.split("\n")).toHaveLength(2);
  expect(entry.split("\n")[0]).toBe("A");
  return JSON.parse(entry.split("\n")[1]!);
};

it("a line has what Model Monitor reads", () => {
  const more = { inferenceId: "i", customAttributes: "trace=1" };
  expect(read(plan(), more)).toEqual({
    captureData: {
      endpointInput: { observedContentType: "text/csv", mode: "INPUT", data: "1,2\n", encoding: "CSV" },
      endpointOutput: { observedContentType: "application/json", mode: "OUTPUT", data: '{"a":1}', encoding: "JSON" },
    },
    eventMetadata: {
      eventId: "e",
      customAttributes: ["trace=1"],
      inferenceId: "i",
      inferenceTime: "2026-11-29T20:15:04Z",
    },
    eventVersion: "0",
  });
  expect(read(plan()).eventMetadata).toEqual({ eventId: "e", inferenceTime: "2026-11-29T20:15:04Z" });
});

it.each([
  ["text/csv; charset=utf-8", {}, "CSV"],
  ["TEXT/CSV", {}, "CSV"],
  ["text/x-rows", {}, "BASE64"],
  ["text/x-rows", { CsvContentTypes: ["text/x-rows"] }, "CSV"],
  ["application/jsonlines", {}, "BASE64"],
  ["application/jsonlines;verbose=true", { JsonContentTypes: ["application/jsonlines"] }, "JSON"],
  [undefined, {}, "BASE64"],
])("%s with %j is captured as %s", (contentType, CaptureContentTypeHeader, encoding) => {
  const { endpointInput } = read(plan({ CaptureContentTypeHeader }), { contentType }).captureData;
  expect(endpointInput.encoding).toBe(encoding);
  const data = encoding === "BASE64" ? Buffer.from("1,2\n").toString("base64") : "1,2\n";
  expect(endpointInput.data).toBe(data);
});

it("what is no text is captured as base64, whatever it is called", () => {
  const body = Buffer.from([0xff, 0, 0xfe]);
  const { endpointInput } = read(plan(), { body }).captureData;
  expect(endpointInput).toMatchObject({ encoding: "BASE64", data: "/wD+" });
});

it("input and output are captured as they are asked for", () => {
  const only = (CaptureMode: string) => Object.keys(read(plan({ CaptureOptions: [{ CaptureMode }] })).captureData);
  expect(only("Input")).toEqual(["endpointInput"]);
  expect(only("Output")).toEqual(["endpointOutput"]);
  const both = [{ CaptureMode: "Output" }, { CaptureMode: "Input" }];
  expect(Object.keys(read(plan({ CaptureOptions: both })).captureData)).toHaveLength(2);
});

it("a destination has a bucket and maybe a prefix, and nothing is captured where it is switched off", () => {
  expect(plan()).toMatchObject({ bucket: "bucket", prefix: "some/prefix/", percentage: 50 });
  expect(plan({ DestinationS3Uri: "s3://bucket" })).toMatchObject({ bucket: "bucket", prefix: "" });
  expect(plan({ EnableCapture: false })).toBeUndefined();
  expect(() => checkCapture(context, { ...config, DestinationS3Uri: "s3:///x" })).toThrow("Invalid DestinationS3Uri");
  expect(() => checkCapture(context, { ...config, KmsKeyId: "k" })).toThrow("DataCaptureConfig.KmsKeyId is not built");
});
