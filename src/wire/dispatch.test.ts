import { expect, test } from "vitest";
import { dispatch } from "./dispatch.ts";
import type { RequestHead } from "./wire.ts";

const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=KEY/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

function meant(head: Partial<RequestHead>, form?: string) {
  const request = { method: "POST", path: "/", query: "", headers: {}, ...head };
  const { service, protocol, title } = dispatch(request, form === undefined ? undefined : Buffer.from(form));
  return [service?.id, protocol, title];
}

test("the target wins over everything else, and the content type says which JSON", () => {
  const headers = { authorization: authorization("s3"), "x-amz-target": "SageMaker.ListModels" };
  expect(meant({ path: "/endpoints/x", headers })).toEqual(["sagemaker", "awsJson1.1", "SageMaker.ListModels"]);
  const json10 = {
    "x-amz-target": "GraniteServiceVersion20100801.ListMetrics",
    "content-type": "application/x-amz-json-1.0",
  };
  expect(meant({ headers: json10 })).toEqual(["cloudwatch", "awsJson1.0", "CloudWatch.ListMetrics"]);
  expect(meant({ headers: { "x-amz-target": "AWSGlue.GetTables" } })).toEqual([
    undefined,
    "awsJson1.1",
    "AWSGlue.GetTables",
  ]);
  expect(meant({ headers: { "x-amz-target": "nonsense" } })).toEqual([undefined, "awsJson1.1", "nonsense"]);
});

test("a form or query is known by its version, else by who signed it", () => {
  expect(meant({}, "Action=ListMetrics&Version=2010-08-01")).toEqual([
    "cloudwatch",
    "awsQuery",
    "CloudWatch.ListMetrics",
  ]);
  expect(meant({ method: "GET", query: "Action=GetCallerIdentity&Version=2011-06-15" })[0]).toBe("sts");
  expect(meant({ headers: { authorization: authorization("iam") } }, "Action=GetRole")[0]).toBe("iam");
  expect(meant({ headers: { authorization: authorization("sns") } }, "Action=Publish&Version=2010-03-31")).toEqual([
    undefined,
    "awsQuery",
    "sns.Publish",
  ]);
});

test("REST is known by its signing name and path; an unsigned request is S3's unless it is an invocation", () => {
  const signed = (service: string) => ({ headers: { authorization: authorization(service) } });
  expect(meant({ path: "/endpoints/e/invocations", ...signed("sagemaker") })[0]).toBe("sagemaker-runtime");
  expect(meant({ path: "/endpoints/e/invocations", ...signed("s3") })[0]).toBe("s3");
  expect(meant({ path: "/endpoints/e/invocations" })[0]).toBe("sagemaker-runtime");
  expect(meant({ method: "GET", path: "/endpoints/key", query: "AWSAccessKeyId=K&Signature=s&Expires=1" })[0]).toBe(
    "s3",
  );
  const presigned = "X-Amz-Credential=KEY%2F20261121%2Fus-east-1%2Fs3%2Faws4_request";
  expect(meant({ method: "GET", path: "/endpoints/key", query: presigned })[0]).toBe("s3");
  expect(meant({ method: "GET", path: "/bucket/key" })).toEqual(["s3", "restXml", "S3 GET /bucket/key"]);
  expect(meant({ method: "PUT", path: "/FeatureGroup/f", ...signed("sagemaker") })).toEqual([
    undefined,
    "restJson1",
    "sagemaker PUT /FeatureGroup/f",
  ]);
});
