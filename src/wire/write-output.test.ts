import { describe, expect, test } from "vitest";
import { Fault } from "../aws/faults.ts";
import { createWire } from "./create-wire.ts";
import type { RequestHead } from "./wire.ts";

const wire = createWire({
  version: "0",
  served: {
    sagemaker: ["DescribeTrainingJob", "StopTrainingJob"],
    "sagemaker-runtime": ["InvokeEndpoint"],
    cloudwatch: ["GetMetricData"],
    s3: ["GetBucketLocation", "GetObject", "HeadObject", "DeleteObject", "ListObjects"],
  },
});
const json = (target: string, headers = {}) =>
  wire.find({ method: "POST", path: "/", query: "", headers: { "x-amz-target": target, ...headers } });
const s3 = (method: string, path: string, query = "") => wire.find({ method, path, query, headers: {} } as RequestHead);

describe("JSON", () => {
  test("absent members are left out, times are seconds, text is escaped, NaN and infinities are text", async () => {
    const output = {
      TrainingJobName: 'a"\\\n\u2028\ud800',
      CreationTime: new Date(1700000000123),
      TrainingStartTime: undefined,
      HyperParameters: { eta: "0.1", gone: undefined },
      InputDataConfig: [],
      FinalMetricDataList: [{ MetricName: "m", Value: Number.NaN, Timestamp: new Date(0) }],
      NotOfTheModel: 1,
    };
    const { body } = (await json("SageMaker.DescribeTrainingJob")).writeOutput(output, "id");
    expect(JSON.parse(body as string)).toEqual({
      TrainingJobName: 'a"\\\n\u2028\ud800',
      CreationTime: 1700000000.123,
      HyperParameters: { eta: "0.1" },
      InputDataConfig: [],
      FinalMetricDataList: [{ MetricName: "m", Value: "NaN", Timestamp: 0 }],
    });
  });
  test("an operation without output returns an empty document", async () => {
    expect(await json("SageMaker.StopTrainingJob").then((found) => found.writeOutput(undefined, "id"))).toEqual({
      status: 200,
      headers: { "Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "id" },
      body: "{}",
    });
  });
  test("clients in query mode get the query code", async () => {
    const found = await json("GraniteServiceVersion20100801.GetMetricData", { "x-amzn-query-mode": "true" });
    const { headers, body } = found.writeFault(new Fault("InvalidParameterValue", "No"), "id");
    expect(headers["x-amzn-query-error"]).toBe("InvalidParameterValue;Sender");
    expect(JSON.parse(body as string)).toEqual({ __type: "InvalidParameterValueException", message: "No" });
  });
});

test("a modelled error has its own members, and its message where the model has it", async () => {
  const found = await wire.find({ method: "POST", path: "/endpoints/e/invocations", query: "", headers: {} });
  const fault = new Fault("ModelError", "It failed", { members: { OriginalStatusCode: 500, NotOfTheModel: 1 } });
  const { status, headers, body } = found.writeFault(fault, "id");
  expect([status, headers["x-amzn-ErrorType"]]).toEqual([424, "ModelError"]);
  expect(JSON.parse(body as string)).toEqual({ __type: "ModelError", Message: "It failed", OriginalStatusCode: 500 });
});

describe("S3", () => {
  test("the location of a bucket is the root element, empty where S3 has none", async () => {
    const found = await s3("GET", "/b", "location");
    const root = (text: string) =>
      `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`;
    expect(found.writeOutput({ LocationConstraint: "eu-west-1" }, "id").body).toContain(root("eu-west-1"));
    expect(found.writeOutput({}, "id").body).toContain(root(""));
  });
  test("a range is 206, a HEAD and a 204 have no body", async () => {
    const ranged = (await s3("GET", "/b/k")).writeOutput(
      { Body: "ell", ContentRange: "bytes 1-3/5", ContentLength: 3 },
      "id",
    );
    expect(ranged).toMatchObject({
      status: 206,
      headers: { "Content-Range": "bytes 1-3/5", "Content-Length": "3" },
      body: "ell",
    });
    expect((await s3("HEAD", "/b/k")).writeOutput({ ContentLength: 5 }, "id")).not.toHaveProperty("body");
    expect(await s3("DELETE", "/b/k").then((found) => found.writeOutput({}, "id"))).toMatchObject({ status: 204 });
    expect(
      (await s3("HEAD", "/b/k")).writeFault(new Fault("NotFound", "Not Found", { status: 404 }), "id"),
    ).not.toHaveProperty("body");
  });
  test("a 304 has the entity tag in its headers", async () => {
    const fault = new Fault("NotModified", "Not Modified", { status: 304, members: { ETag: '"e"' } });
    const response = (await s3("GET", "/b/k")).writeFault(fault, "id");
    expect(response).toMatchObject({ status: 304, headers: { ETag: '"e"' } });
    expect(response).not.toHaveProperty("body");
  });
  test("headers stay one line of latin-1, times in headers are HTTP's", async () => {
    const output = {
      Metadata: { name: "é🌿", lines: "a\r\nb" },
      ContentDisposition: 'inline; filename="é"',
      ContentLanguage: "\u0080",
      CacheControl: "🌿",
      LastModified: new Date(0),
      ETag: '"e"',
    };
    expect((await s3("GET", "/b/k")).writeOutput(output, "id").headers).toMatchObject({
      "x-amz-meta-name": `=?UTF-8?B?${Buffer.from("é🌿").toString("base64")}?=`,
      "x-amz-meta-lines": `=?UTF-8?B?${Buffer.from("a\r\nb").toString("base64")}?=`,
      "Content-Disposition": 'inline; filename="é"',
      "Content-Language": `=?UTF-8?B?${Buffer.from("\u0080").toString("base64")}?=`,
      "Cache-Control": `=?UTF-8?B?${Buffer.from("🌿").toString("base64")}?=`,
      "Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT",
      ETag: '"e"',
    });
  });
  test("keys keep their line ends and control characters in XML", async () => {
    const { body } = (await s3("GET", "/b")).writeOutput({ Contents: [{ Key: "a\r\n<&>\u0001" }] }, "id");
    expect(body).toContain("<Contents><Key>a&#xd;&#xa;&lt;&amp;&gt;&#x1;</Key></Contents>");
  });
  test("an error names the resource and whatever the fault says", async () => {
    const fault = new Fault("NoSuchKey", "The specified key does not exist.", { status: 404, members: { Key: "k<" } });
    const { status, body } = (await s3("GET", "/b/k%3C")).writeFault(fault, "id");
    expect(status).toBe(404);
    expect(body).toMatch(
      /<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist\.<\/Message><Key>k&lt;<\/Key><Resource>\/b\/k%3C<\/Resource><RequestId>id<\/RequestId><HostId>/,
    );
  });
});
