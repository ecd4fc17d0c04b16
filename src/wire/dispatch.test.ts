import { expect, test } from "vitest";
import { dispatch } from "./dispatch.ts";
import type { RequestHead } from "./wire.ts";

const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=KEY/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

function dispatched(head: Partial<RequestHead>, form?: string) {
  const request = { method: "POST", path: "/", query: "", headers: {}, ...head };
  return dispatch(request, form === undefined ? undefined : Buffer.from(form));
}

function meant(head: Partial<RequestHead>, form?: string) {
  const { service, protocol, title } = dispatched(head, form);
  return [service?.id, protocol, title];
}

const refused = (head: Partial<RequestHead>, form?: string) => dispatched(head, form).refusal?.message;

test("the target wins over everything else, and the content type says which JSON", () => {
  const headers = { authorization: authorization("s3"), "x-amz-target": "SageMaker.ListModels" };
  expect(meant({ path: "/endpoints/x", headers })).toEqual(["sagemaker", "awsJson1.1", "SageMaker.ListModels"]);
  const json10 = {
    "x-amz-target": "GraniteServiceVersion20100801.ListMetrics",
    "content-type": "application/x-amz-json-1.0",
  };
  expect(meant({ headers: json10 })).toEqual(["cloudwatch", "awsJson1.0", "CloudWatch.ListMetrics"]);
  expect(meant({ headers: { "x-amz-target": "AWSNothing.GetTables" } })).toEqual([
    undefined,
    "awsJson1.1",
    "AWSNothing.GetTables",
  ]);
  expect(meant({ headers: { "x-amz-target": "nonsense" } })).toEqual([undefined, "awsJson1.1", "nonsense"]);
});

test("the path of RPC v2 names service and operation, when the header says that it is one", () => {
  const cbor = { "smithy-protocol": "rpc-v2-cbor" };
  const path = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
  const listMetrics = ["cloudwatch", "rpcV2Cbor", "CloudWatch.ListMetrics"];
  expect(meant({ path, headers: cbor })).toEqual(listMetrics);
  expect(meant({ path: `/v1/any${path}`, headers: cbor })).toEqual(listMetrics);
  const absolute = path.replace("Granite", "com.amazonaws.cloudwatch.Granite");
  expect(meant({ path: absolute, headers: cbor })).toEqual(listMetrics);
  const unknown = (name: string) => meant({ path: `/service/${name}/operation/A`, headers: cbor });
  expect(unknown("ComprehendMedical_20181030")).toEqual([undefined, "rpcV2Cbor", "ComprehendMedical_20181030.A"]);
  expect(unknown("SageMaker")).toEqual([undefined, "rpcV2Cbor", "SageMaker.A"]);
  const s3 = { authorization: authorization("s3") };
  expect(meant({ path, headers: s3 })[0]).toBe("s3");
  expect(meant({ path, headers: { ...s3, "smithy-protocol": "rpc-v2-json" } })[0]).toBe("s3");
  expect(meant({ path, method: "PUT", headers: { ...s3, ...cbor } })[0]).toBe("s3");
  expect(meant({ path: `${path}/`, headers: { ...s3, ...cbor } })[0]).toBe("s3");
  expect(refused({ path, headers: cbor })).toBeUndefined();
  const both = { ...cbor, "x-amz-target": "SageMaker.ListModels" };
  expect(refused({ path, headers: both })).toBe("A request of rpc-v2-cbor can not have the header X-Amz-Target.");
  expect(meant({ path, headers: both })).toEqual(listMetrics);
});

test("a form or query is known by who signed it, else by its version", () => {
  expect(meant({}, "Action=ListMetrics&Version=2010-08-01")).toEqual([
    "cloudwatch",
    "awsQuery",
    "CloudWatch.ListMetrics",
  ]);
  expect(meant({ method: "GET", query: "Action=GetCallerIdentity&Version=2011-06-15" })[0]).toBe("sts");
  expect(meant({ headers: { authorization: authorization("iam") } }, "Action=GetRole")[0]).toBe("iam");
  expect(meant({ headers: { authorization: authorization("ses") } }, "Action=Publish&Version=2010-12-01")).toEqual([
    undefined,
    "awsQuery",
    "ses.Publish",
  ]);
});

test("a version that is not the service's is of none of its operations", () => {
  const sts = { authorization: authorization("sts") };
  const version = (fields: string) => refused({ headers: sts }, `Action=GetCallerIdentity${fields}`);
  const noOperation = "Could not find operation GetCallerIdentity for version";
  expect(version("&Version=2011-06-15")).toBeUndefined();
  expect(version("&Version=1999-01-01")).toBe(`${noOperation} 1999-01-01`);
  expect(version("&Version=2010-05-08")).toBe(`${noOperation} 2010-05-08`);
  expect(version("&Version=")).toBe(`${noOperation} `);
  expect(version("")).toBe(`${noOperation} NO_VERSION_SPECIFIED`);
  expect(version("&Version=2011-06-15&Version=1999-01-01")).toBeUndefined();
  expect(version("&Version=1999-01-01&Version=2011-06-15")).toBe(`${noOperation} 1999-01-01`);
  expect(refused({ method: "GET", query: "Action=GetUser&Version=1", headers: sts })).toBe(
    "Could not find operation GetUser for version 1",
  );
});

test("a form without an action is still a form", () => {
  expect(meant({ headers: { authorization: authorization("sts") } }, "Version=2011-06-15")).toEqual([
    "sts",
    "awsQuery",
    "STS POST /",
  ]);
  expect(meant({ headers: { authorization: authorization("s3") } }, "")).toEqual(["s3", "restXml", "S3 POST /"]);
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
  expect(meant({ method: "PUT", path: "/BatchPutMetrics", ...signed("sagemaker") })).toEqual([
    undefined,
    "restJson1",
    "sagemaker PUT /BatchPutMetrics",
  ]);
});

test("a REST request without a signature is for the service that it names: any bucket may be called as another's path", () => {
  const paths = ["/endpoints/x/invocations", "/endpoints/", "/service/x/operation/y", "/2015-03-31/functions", "/x/y"];
  for (const path of paths) {
    const named = { "x-sagebrush-service": "s3" };
    for (const method of ["GET", "PUT", "POST", "DELETE"])
      expect([path, ...meant({ method, path, headers: named })]).toEqual([
        path,
        "s3",
        "restXml",
        `S3 ${method} ${path}`,
      ]);
    expect(meant({ path, headers: { ...named, authorization: authorization("sagemaker") } })[0]).toBe(
      path.startsWith("/endpoints/") ? "sagemaker-runtime" : undefined,
    );
  }
  const runtime = { "x-sagebrush-service": "sagemaker-runtime" };
  expect(meant({ path: "/endpoints/x/invocations", headers: runtime })[0]).toBe("sagemaker-runtime");
  expect(meant({ path: "/bucket/key", headers: runtime })[0]).toBeUndefined();
  expect(meant({ path: "/bucket/key", headers: { "x-sagebrush-service": "nothing" } })[0]).toBeUndefined();
});
