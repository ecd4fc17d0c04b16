import { createHash, createHmac } from "node:crypto";
import { S3RequestPresigner } from "@aws-sdk/s3-request-presigner";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it } from "vitest";
import type { Fault } from "../aws/faults.ts";
import { readSignature, type SignatureRules } from "./read-signature.ts";
import { emptyPayloadHash, verifySignature } from "./sigv4.ts";
import { canonicalPath, canonicalQuery, encodeParameter, type SignedRequest } from "./sigv4-canonical.ts";
import { deriveSigningKey, SigningKeyCache } from "./sigv4-key-cache.ts";

const keys = new SigningKeyCache();
const documented = { id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

function verify(request: SignedRequest, rules: SignatureRules, secret: string, payloadHash: string, now: number) {
  const signature = readSignature(request, rules, now, "us-west-2");
  if (!signature) throw new Error("no signature");
  return verifySignature(request, signature, secret, payloadHash, rules, keys);
}

const faultOf = (run: () => unknown): Fault => {
  try {
    run();
  } catch (error) {
    return error as Fault;
  }
  throw new Error("nothing was refused");
};

/** Vectors from the AWS documentation and its test suite for Signature Version 4 (aws-sig-v4-test-suite). */
const published = [
  {
    name: "the walk-through of the documentation: IAM ListUsers",
    request: {
      method: "GET",
      path: "/",
      query: "Action=ListUsers&Version=2010-05-08",
      headers: {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        host: "iam.amazonaws.com",
        "x-amz-date": "20150830T123600Z",
      },
    },
    service: "iam",
    signedHeaders: "content-type;host;x-amz-date",
    signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  },
  {
    name: "get-vanilla",
    request: { method: "GET", path: "/", query: "", headers: {} },
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "get-vanilla-query-order-key-case",
    request: { method: "GET", path: "/", query: "Param2=value2&Param1=value1", headers: {} },
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  {
    name: "post-vanilla",
    request: { method: "POST", path: "/", query: "", headers: {} },
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
];

describe("published vectors", () => {
  const now = Date.UTC(2015, 7, 30, 12, 36);

  it.each(published)("$name", ({ request, service = "service", signedHeaders = "host;x-amz-date", signature }) => {
    const headers = {
      host: "example.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      ...request.headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${documented.id}/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    };
    const rules = { family: "json" as const, signingName: service };
    verify({ ...request, headers }, rules, documented.secret, emptyPayloadHash, now);
    const changed = { ...request, headers, query: `${request.query}&x=1` };
    expect(faultOf(() => verify(changed, rules, documented.secret, emptyPayloadHash, now)).code).toBe(
      "InvalidSignatureException",
    );
  });

  it("derives the documented signing key", () => {
    const key = deriveSigningKey(documented.secret, { date: "20120215", region: "us-east-1", service: "iam" });
    expect(Buffer.from(key).toString("hex")).toBe("f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
  });

  it("verifies the documented presigned URL of S3", () => {
    const query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    const request = { method: "GET", path: "/test.txt", query, headers: { host: "examplebucket.s3.amazonaws.com" } };
    const rules = { family: "s3" as const, signingName: "s3" };
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const midnight = Date.UTC(2013, 4, 24);
    verify(request, rules, secret, "UNSIGNED-PAYLOAD", midnight + 86_400_000);
    const late = faultOf(() => verify(request, rules, secret, "UNSIGNED-PAYLOAD", midnight + 86_401_000));
    expect(late).toMatchObject({ code: "AccessDenied", message: "Request has expired", status: 403 });
    const early = faultOf(() => verify(request, rules, secret, "UNSIGNED-PAYLOAD", midnight - 901_000));
    expect(early).toMatchObject({ code: "AccessDenied", message: "Request is not valid yet", status: 403 });
    for (const [expires, message] of [
      ["-1", "X-Amz-Expires must be non-negative"],
      ["soon", "X-Amz-Expires should be a number"],
    ] as const) {
      const changed = { ...request, query: query.replace("86400", expires) };
      const refused = faultOf(() => readSignature(changed, rules, midnight, "us-west-2"));
      expect(refused).toMatchObject({ code: "AuthorizationQueryParametersError", message });
    }
  });
});

class NodeHash {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret ? createHmac("sha256", secret as string) : createHash("sha256");
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

describe("the SDK's own signer", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const credentials = { accessKeyId: "AK", secretAccessKey: "secret/with+signs" };
  const paths = ["/", "/bucket/a key (1)*.csv", "/bucket/ünï/..//x", "/endpoints/my-endpoint/invocations", "/b/%2F+~"];
  const queries: HttpRequest["query"][] = [
    {},
    { prefix: "a/b c", "list-type": "2" },
    { marker: "ü&=+", empty: "", list: ["b", "a"] },
  ];

  it.each(["s3", "sagemaker"])("agrees on every path, query and header of %s", async (service) => {
    const s3 = service === "s3";
    const signer = new SignatureV4({
      credentials,
      region: "eu-west-3",
      service,
      sha256: NodeHash as never,
      uriEscapePath: !s3,
    });
    const rules: SignatureRules = { family: s3 ? "s3" : "json", signingName: service };
    for (const path of paths) {
      for (const query of queries) {
        const sent = path
          .split("/")
          .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, encodeParameter))
          .join("/");
        const unsigned = new HttpRequest({
          method: "PUT",
          hostname: "127.0.0.1",
          path: sent,
          query,
          headers: { host: "127.0.0.1:4620", "x-amz-meta-spaces": "a   b", "content-type": "text/csv" },
          body: "a,b\n",
        });
        const signed = await signer.sign(unsigned, { signingDate: new Date(now) });
        const request = asReceived(signed as HttpRequest);
        verify(request, rules, credentials.secretAccessKey, createHash("sha256").update("a,b\n").digest("hex"), now);
      }
    }
  });

  it("agrees on presigned URLs, and refuses them changed", async () => {
    const presigner = new S3RequestPresigner({ credentials, region: "eu-west-3", sha256: NodeHash as never });
    const url = await presigner.presign(
      new HttpRequest({ method: "GET", hostname: "127.0.0.1", path: "/bucket/a%20b", headers: { host: "127.0.0.1" } }),
      { signingDate: new Date(now), expiresIn: 60 },
    );
    const request = asReceived(url as HttpRequest);
    const rules: SignatureRules = { family: "s3", signingName: "s3" };
    verify(request, rules, credentials.secretAccessKey, "UNSIGNED-PAYLOAD", now + 60_000);
    const changed = { ...request, path: "/bucket/other" };
    expect(faultOf(() => verify(changed, rules, credentials.secretAccessKey, "UNSIGNED-PAYLOAD", now)).code).toBe(
      "SignatureDoesNotMatch",
    );
  });
});

function asReceived(signed: Pick<HttpRequest, "method" | "path" | "query" | "headers">): SignedRequest {
  const pairs = Object.entries(signed.query ?? {}).flatMap(([name, value]) =>
    [value ?? ""].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  );
  const headers = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { method: signed.method, path: signed.path, query: pairs.join("&"), headers };
}

describe("refusals", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const head = (authorization: string, more: Record<string, string> = {}): SignedRequest => ({
    method: "POST",
    path: "/",
    query: "",
    headers: { host: "h", "x-amz-date": "20261121T120000Z", authorization, ...more },
  });
  const by = (scope: string, signed = "host;x-amz-date") =>
    `AWS4-HMAC-SHA256 Credential=AK/${scope}, SignedHeaders=${signed}, Signature=${"0".repeat(64)}`;
  const good = "20261121/us-east-1/sagemaker/aws4_request";
  const json: SignatureRules = { family: "json", signingName: "sagemaker" };

  it.each([
    [by("20261121/us-east-1/s3/aws4_request"), "InvalidSignatureException", "correct service: 'sagemaker'"],
    [by("20261121/nowhere/sagemaker/aws4_request"), "InvalidSignatureException", "a valid region, not 'nowhere'"],
    [by("20261120/us-east-1/sagemaker/aws4_request"), "InvalidSignatureException", "'20261120' != '20261121'"],
    [by("20261121/us-east-1/sagemaker/aws2_request"), "IncompleteSignatureException", "'aws4_request', not 'aws2_"],
    [by("20261121/us-east-1/aws4_request"), "IncompleteSignatureException", "exactly 5 slash-delimited elements"],
    [by(good, "x-amz-date"), "InvalidSignatureException", "'host' must be a 'SignedHeader'"],
    [by(good, "host"), "InvalidSignatureException", "'x-amz-date' must be a 'SignedHeader'"],
    ["AWS4-HMAC-SHA256 Credential=AK", "IncompleteSignatureException", "requires 'SignedHeaders' parameter"],
    ["Bearer x", "IncompleteSignatureException", "Unsupported AWS 'algorithm': 'Bearer'"],
  ])("%s", (authorization, code, words) => {
    const fault = faultOf(() => readSignature(head(authorization), json, now, "us-west-2"));
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(words);
  });

  it("refuses a request signed more than 15 minutes before or after now, in each family's words", () => {
    const late = now + 15 * 60_000 + 1000;
    expect(faultOf(() => readSignature(head(by(good)), json, late, "us-west-2")).message).toBe(
      "Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T121501Z - 15 min.)",
    );
    const early = now - 15 * 60_000 - 1000;
    expect(faultOf(() => readSignature(head(by(good)), json, early, "us-west-2")).message).toContain(
      "Signature not yet current",
    );
    const s3: SignatureRules = { family: "s3", signingName: "s3" };
    expect(faultOf(() => readSignature(head(by(good.replace("sagemaker", "s3"))), s3, late, "us-west-2")).code).toBe(
      "RequestTimeTooSkewed",
    );
    expect(readSignature(head(by(good)), json, now + 15 * 60_000, "us-west-2")?.region).toBe("us-east-1");
  });
});

describe("canonical forms", () => {
  it("keeps dots and empty segments of S3's paths and drops them for others", () => {
    expect(canonicalPath("/b/./a//../c", true)).toBe("/b/./a//../c");
    expect(canonicalPath("/b/./a//../c/", false)).toBe("/b/c/");
    expect(canonicalPath("/a%20b", true)).toBe("/a%20b");
    expect(canonicalPath("/a%20b", false)).toBe("/a%2520b");
    expect(canonicalPath("/a(b)'", true)).toBe("/a%28b%29%27");
  });

  it("sorts parameters by name and value and gives each an equal sign", () => {
    expect(canonicalQuery("b=2&a&b=1&X-Amz-Signature=0&c=%7E%2f")).toBe("a=&b=1&b=2&c=~%2F");
  });
});
