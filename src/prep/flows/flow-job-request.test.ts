import { expect, it } from "vitest";
import { fillParameters } from "./fill-parameters.ts";
import { flowJobRequest, flowManifests } from "./flow-job-request.ts";
import { readFlow } from "./read-flow.ts";

const job = {
  name: "job",
  role: "arn:aws:iam::123456789012:role/r",
  region: "us-east-1",
  flowUri: "s3://b/flows/x.flow",
  outputUri: "s3://b/out",
  sources: {},
  arguments: [],
};
const flowOf = (context: object, parameters: readonly object[] = []) => {
  const source = {
    ...{
      node_id: "s",
      type: "SOURCE",
      operator: "sagemaker.s3_source_0.1",
      inputs: [],
      outputs: [{ name: "default" }],
    },
    parameters: { dataset_definition: { name: "my rows", s3ExecutionContext: { s3ContentType: "csv", ...context } } },
  };
  const types = {
    ...{ node_id: "t", type: "TRANSFORM", operator: "sagemaker.spark.infer_and_cast_type_0.1", parameters: {} },
    ...{ inputs: [{ name: "default", node_id: "s", output_name: "default" }], outputs: [{ name: "default" }] },
  };
  const text = JSON.stringify({ metadata: { version: 1 }, nodes: [source, types], parameters });
  return fillParameters(readFlow(text), {}, Date.UTC(2026, 0, 3));
};
const inputOf = (flow: ReturnType<typeof flowOf>) => flowJobRequest(flow, job).ProcessingInputs[1];

it("reads a source's prefix, the beginning of a path with patterns, and a manifest", () => {
  const place = { LocalPath: "/opt/ml/processing/source-1", S3InputMode: "File" };
  const expected = (S3Uri: string, S3DataType = "S3Prefix") => ({
    InputName: "my_rows",
    S3Input: { ...place, S3Uri, S3DataType },
  });
  expect(inputOf(flowOf({ s3Uri: "s3://b/rows/" }))).toEqual(expected("s3://b/rows/"));
  const day = { name: "day", type: "Datetime", value: "24 hours" };
  expect(inputOf(flowOf({ s3Uri: "s3://b/rows/{{day}}/x.csv" }, [day]))).toEqual(expected("s3://b/rows/"));
  const manifest = { s3Uri: "s3://b/list.manifest", s3DataType: "ManifestFile" };
  expect(inputOf(flowOf(manifest))).toEqual(expected("s3://b/list.manifest", "ManifestFile"));
});

it("writes the manifest that a flow lists itself", () => {
  const listed = (...s3Uris: string[]) => flowOf({ s3Uri: "s3://b/", s3ManifestPlain: { s3Uris } });
  const uri = "s3://b/flows/x.flow.source-1.manifest";
  const flow = listed("s3://b/a.csv", "s3://b/c/d.csv");
  expect(inputOf(flow)?.S3Input).toMatchObject({ S3Uri: uri, S3DataType: "ManifestFile" });
  expect(flowManifests(flow, job)).toEqual([{ uri, text: '[{"prefix":"s3://b/"},"a.csv","c/d.csv"]' }]);
  expect(() => flowManifests(listed("s3://b/a.csv", "s3://c/d.csv"), job)).toThrow(
    /In node s, s3_source: .*one bucket/,
  );
});
